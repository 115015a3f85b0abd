/**
 * The import table of ARCHITECTURE.md as data: what each package may import.
 *
 * The one source for both gates that read it, oxlint (oxlint.config.ts, in the editor) and test/tidy.test.ts (which reads
 * the files itself, so that a linter that silently stops looking is noticed).
 */

/** What one package's `src` may import besides its own files. */
export interface Allowed {
  /** Packages of this repository, by their short name. */
  readonly wr2: ReadonlyArray<string>
  /** "data": only the modules of {@link dataModules}; "all": any name exported by "effect". */
  readonly effect: "data" | "all"
  /** Folders of Effect, imported as "effect/sql" or "effect/sql/SqlClient". */
  readonly effectFolders: ReadonlyArray<string>
  /** Other npm packages. */
  readonly npm: ReadonlyArray<string>
  /** Files that may import `node:` modules: true for all, or their names; a folder ends in a slash. */
  readonly node: true | ReadonlyArray<string>
}

/** The parts of Effect that are plain values and functions: nothing that runs, waits or reads. */
export const dataModules: ReadonlyArray<string> = [
  "Array",
  "BigInt",
  "Boolean",
  "Brand",
  "Chunk",
  "Data",
  "Equal",
  "Equivalence",
  "Function",
  "Hash",
  "HashMap",
  "HashSet",
  "Iterable",
  "Match",
  "Number",
  "Option",
  "Order",
  "Ordering",
  "Predicate",
  "Record",
  "Redacted",
  "Result",
  "Schema",
  "SchemaAST",
  "SchemaGetter",
  "SchemaIssue",
  "SchemaTransformation",
  "String",
  "Struct",
  "Tuple",
  "Types",
  "absurd",
  "flow",
  "identity",
  "pipe"
]

const any = [
  "core",
  "world",
  "engine",
  "postgres",
  "cluster",
  "protocol",
  "gateway",
  "client",
  "server",
  "testkit"
]

const allFolders = [
  "cli",
  "cluster",
  "crypto",
  "devtools",
  "encoding",
  "eventlog",
  "http",
  "http-api",
  "net",
  "observability",
  "persistence",
  "process",
  "reactivity",
  "rpc",
  "schema",
  "socket",
  "sql",
  "testing",
  "workers",
  "workflow"
]

/** What the whole repository calls the table: package name to what it may import. */
export const table: Readonly<Record<string, Allowed>> = {
  core: { wr2: [], effect: "data", effectFolders: [], npm: [], node: [] },
  // yaml: content is authored in it; a parser of text is as pure as the data modules.
  world: { wr2: ["core"], effect: "data", effectFolders: [], npm: ["yaml"], node: [] },
  // effect/schema: its compiler of checks, in Misfit.ts.
  engine: { wr2: ["core"], effect: "all", effectFolders: ["schema"], npm: [], node: [] },
  postgres: {
    wr2: ["core", "engine"],
    effect: "all",
    effectFolders: ["sql"],
    npm: ["@effect/sql-pg"],
    node: ["Embedded.ts", "embedded/"]
  },
  cluster: {
    wr2: ["core", "engine"],
    effect: "all",
    effectFolders: ["cluster", "rpc"],
    npm: [],
    node: []
  },
  protocol: { wr2: ["core"], effect: "data", effectFolders: ["rpc"], npm: [], node: [] },
  gateway: {
    wr2: ["core", "engine", "protocol"],
    effect: "all",
    effectFolders: ["rpc", "http", "http-api", "persistence"],
    npm: [],
    node: []
  },
  client: {
    wr2: ["core", "protocol"],
    effect: "all",
    effectFolders: ["rpc", "socket"],
    npm: [],
    node: []
  },
  server: {
    wr2: any.filter((name) => name !== "server" && name !== "testkit"),
    effect: "all",
    effectFolders: allFolders,
    npm: ["@effect/platform-node", "@effect/sql-pg"],
    node: true
  },
  testkit: {
    wr2: any.filter((name) => name !== "testkit"),
    effect: "all",
    effectFolders: allFolders,
    npm: ["@effect/platform-node", "@effect/sql-pg", "@effect/vitest", "vitest"],
    node: true
  }
}

/**
 * The judge of `npm run chaos`, which the kill matrix asks as well: it decides whether the product keeps
 * its promises, so it may not think with the product's own code. A game's declarations it is given.
 */
export const judge = {
  folder: "scripts/chaos",
  files: ["Folding.ts", "Hearing.ts", "History.ts", "Holdings.ts", "Order.ts", "Rules.ts"],
  /** Names of `@wr2/core` that are declarations, or types of them. */
  declarations: ["Aggregate", "EngineEvents", "Event", "Game"]
} as const

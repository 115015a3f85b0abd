/**
 * What `npm run new` writes: the files of a new Action, Command, Event or migration, as text, and the lines that register
 * them. Nothing is read or written here; scripts/new.ts does that.
 *
 * What comes out compiles, passes its own test, and does as little as possible: it is there to be changed.
 */

/** What can be made. */
export const kinds = ["action", "command", "event", "migration"] as const
/** One of them. */
export type Kind = (typeof kinds)[number]

/** A file to write, its path from the root. */
export interface Write {
  readonly path: string
  readonly text: string
  /** "new": must not be there yet. */
  readonly as: "new" | "changed"
}

/** What to write, and what is left to do by hand. */
export interface Scaffold {
  readonly writes: ReadonlyArray<Write>
  readonly next: ReadonlyArray<string>
}

/** Why nothing can be made, in words for whoever asked. */
export class Refusal extends Error {}

/** The files as they are: the text of one, or undefined; the names in a folder. */
export interface Tree {
  readonly read: (path: string) => string | undefined
  readonly list: (folder: string) => ReadonlyArray<string>
}

const world = "packages/world"
const game = `${world}/src/Game.ts`
const events = `${world}/src/Events.ts`

const need = (tree: Tree, path: string): string => {
  const text = tree.read(path)
  if (text === undefined) throw new Refusal(`${path} is missing: nothing to register in`)
  return text
}

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)
const snake = (name: string) => name.replace(/(?<=[a-z0-9])[A-Z]/g, "_$&").toLowerCase()

/** Adds an import in its place among those from the same folder, which are in order. */
const withImport = (path: string, text: string, line: string): string => {
  const from = (each: string) => /from "(\.\/\w+\/[^"]+)"/.exec(each)?.[1] ?? ""
  const folder = from(line).replace(/[^/]+$/, "")
  const lines = text.split("\n")
  const last = lines.findLastIndex((each) => from(each).startsWith(folder))
  if (last < 0) throw new Refusal(`${path} imports nothing from ${folder}: register by hand`)
  const later = lines.findIndex((each) => from(each).startsWith(folder) && from(each) > from(line))
  return lines.toSpliced(later < 0 ? last + 1 : later, 0, line).join("\n")
}

/** Where in a list something new goes: among elements in order, or before one of them. */
type Where = "sorted" | { readonly before: string }

/** Adds an element to the list that the matching line opens; its elements are one a line. */
const withElement = (
  path: string,
  text: string,
  opens: RegExp,
  element: string,
  where: Where
): string => {
  const lines = text.split("\n")
  const first = lines.findIndex((line) => opens.test(line))
  const indent = /^\s*/.exec(lines[first] ?? "")?.[0] ?? ""
  const end = lines.findIndex(
    (line, index) => index > first && /^[\]}]/.test(line.slice(indent.length))
  )
  if (first < 0 || end < 0) throw new Refusal(`${path} has no list ${opens}: register by hand`)
  const elements = lines.slice(first + 1, end).map((line) => line.trim().replace(/,$/, ""))
  const next = elements.findIndex((each) =>
    where === "sorted" ? each > element : each === where.before
  )
  const at = next < 0 ? end : first + 1 + next
  // The last element of a list has no comma.
  if (at === end) lines[end - 1] = `${lines[end - 1]!.replace(/,$/, "")},`
  return lines.toSpliced(at, 0, `${indent}  ${element}${at === end ? "" : ","}`).join("\n")
}

const action = (name: string, tree: Tree): Scaffold => {
  const rule = `${lowerFirst(name)}Rule`
  const registered = withElement(
    game,
    withImport(game, need(tree, game), `import { ${rule} } from "./actions/${name}.ts"`),
    /^\s*actions: \[$/,
    rule,
    "sorted"
  )
  return {
    writes: [
      {
        path: `${world}/src/actions/${name}.ts`,
        as: "new",
        text: `/** What ${name} does, in one sentence. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Elsewhere } from "../Failures.ts"

/** What it takes: all that the rule needs to know, nothing to look up. */
export const ${name} = Action.make("${name}", { character: Character.Id })
/** Locks the character. Changes nothing yet: for that, emit an Event. */
export const ${rule} = ${name}.rule({
  emits: [],
  fails: [Elsewhere],
  locks: (a) => [Character.ref(a.character)],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const { inside } = yield* the(Character, a.character)
      if (!inside) return yield* Result.fail(new Elsewhere())
      return { events: [] }
    })
})
`
      },
      {
        path: `${world}/test/actions/${name}.test.ts`,
        as: "new",
        text: `import { describe, it } from "@effect/vitest"
import { ${name} } from "../../src/actions/${name}.ts"
import { Elsewhere } from "../../src/Failures.ts"
import { ann, annId, given } from "../fixtures/Saltmere.ts"

describe("${name}", () => {
  const planned = ${name}.make({ character: annId })
  it("changes nothing yet", () => given(ann("tide-quay")).when(planned).then().leaves(ann("tide-quay")))
  it("is refused to who has left", () =>
    given(ann("tide-quay", { inside: false })).when(planned).fails(new Elsewhere()))
})
`
      },
      { path: game, as: "changed", text: registered }
    ],
    next: [
      `what it changes: an Event (npm run new event), in emits and in what decide returns`,
      `who asks for it: a Command (npm run new command ${name}), or another rule's next`
    ]
  }
}

const reserved = new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static await async".split(
    " "
  )
)

const command = (name: string, tree: Tree): Scaffold => {
  const verb = lowerFirst(name)
  if (reserved.has(verb))
    throw new Refusal(
      `"${verb}" is a word of the language: choose another name and set its grammar`
    )
  // Planned as the Action of the same name where it was made by this script; else as a look around.
  const own = /\.make\("\w+", \{ character: Character\.Id \}\)/.test(
    tree.read(`${world}/src/actions/${name}.ts`) ?? ""
  )
  const planned = own ? name : "Look"
  const fields = own ? "character: id" : "character: id, unless: null"
  const registered = withElement(
    game,
    withImport(game, need(tree, game), `import { ${verb} } from "./commands/${name}.ts"`),
    /^const typed = \[$/,
    verb,
    { before: "quit" }
  )
  return {
    writes: [
      {
        path: `${world}/src/commands/${name}.ts`,
        as: "new",
        text: `/** \`${verb}\`: what a player asks for with it, in one sentence. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { ${planned} } from "../actions/${planned}.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans ${planned}, whatever the character is doing. */
export const ${verb} = Command.define("${verb}", {
  grammar: "${verb.toLowerCase()}",
  fields: {},
  rejects: [NotHere],
  from: ["Character"],
  help: "${name}: one line for help.",
  plan: (_, planning) => Result.map(me(planning), ({ id }) => [${planned}.make({ ${fields} })])
})
`
      },
      {
        path: `${world}/test/commands/${name}.test.ts`,
        as: "new",
        text: `import { describe, it } from "@effect/vitest"
import { ${planned} } from "../../src/actions/${planned}.ts"
import { NotHere } from "../../src/Failures.ts"
import { ann, annId, given } from "../fixtures/Saltmere.ts"

describe("${verb}", () => {
  it("is planned as ${planned}", () =>
    given(ann("tide-quay"))
      .says(ann("tide-quay"), "${verb.toLowerCase()}")
      .plans(${planned}.make({ ${fields.replace("id", "annId")} })))
  it("needs somebody who asks", () =>
    given().says(ann("tide-quay"), "${verb.toLowerCase()}").rejects(new NotHere({ what: "you" })))
})
`
      },
      { path: game, as: "changed", text: registered }
    ],
    next: [
      "its words: grammar and fields (packages/core/src/Grammar.ts says what a pattern may hold)",
      "what it looks at before it is accepted: plan, and the reasons in rejects"
    ]
  }
}

const event = (name: string, tree: Tree): Scaffold => {
  const registered = withElement(
    events,
    withImport(events, need(tree, events), `import { ${name} } from "./events/${name}.ts"`),
    /^export const events = \[$/,
    name,
    "sorted"
  )
  return {
    writes: [
      {
        path: `${world}/src/events/${name}.ts`,
        as: "new",
        text: `/** What has happened when ${name} is said, in one sentence. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"

/** Heard by the room. Names are in it because who hears it has no rows to look them up in. */
export const ${name} = Event.define("${name}", {
  fields: { character: Character.Id, name: Schema.String, room: Room.Id },
  evolve: () => [],
  heardBy: (e) => [Room.stream(e.room)]
})
`
      },
      {
        path: `${world}/test/events/${name}.test.ts`,
        as: "new",
        text: `import { assert, describe, it } from "@effect/vitest"
import { ${name} } from "../../src/events/${name}.ts"
import { annId, at } from "../fixtures/Saltmere.ts"

describe("${name}", () => {
  const happened = ${name}.make({ character: annId, name: "Ann", room: at("tide-quay") })
  it("changes nothing yet", () => assert.deepStrictEqual(${name}.evolve(happened), []))
  it("is heard in the room", () =>
    assert.deepStrictEqual(${name}.heardBy(happened), [\`room:\${at("tide-quay")}\`]))
})
`
      },
      { path: events, as: "changed", text: registered }
    ],
    next: [
      "what it changes: evolve, the only writer of rows",
      `what is shown of it: a view in ${world}/src/views, and its line in Views.ts; or heardBy nobody`,
      "if it makes or destroys items or gold: Conservation.ts",
      "the Action that emits it"
    ]
  }
}

/** `tables`: the text of the tables of the Aggregate of that name, if there is one. */
const migration = (name: string, tree: Tree, tables: string | undefined): Scaffold => {
  const folder = `${world}/src/sql`
  const last = Math.max(0, ...tree.list(folder).map((file) => Number.parseInt(file, 10) || 0))
  const path = `${folder}/${String(last + 1).padStart(4, "0")}_${snake(name)}.sql`
  return {
    writes: [
      {
        path,
        as: "new",
        text: `-- ${tables === undefined ? "What this changes, and why" : `The tables of ${name}`}. Runs once, in one transaction, before anything else does.
-- Once it is out it is never edited: a later change is a later migration.

${tables ?? "-- ALTER TABLE wr2.character ADD COLUMN mana bigint NOT NULL DEFAULT 0;\n"}`
      }
    ],
    next: [
      tables === undefined
        ? "the statements; columns are those of the Aggregate, which the start-up check compares"
        : "checks on the columns, if the rules promise more than the types do"
    ]
  }
}

/** All that has to be written to make something, or a {@link Refusal}. */
export const scaffold = (
  kind: Kind,
  given: string,
  tree: Tree,
  tables?: string | undefined
): Scaffold => {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(given))
    throw new Refusal(`"${given}" is no name: letters and digits, as in Cast or CastSpell`)
  const name = given.charAt(0).toUpperCase() + given.slice(1)
  const made = { action, command, event, migration }[kind](name, tree, tables)
  for (const { as, path } of made.writes)
    if (as === "new" && tree.read(path) !== undefined) throw new Refusal(`${path} is there already`)
  return made
}

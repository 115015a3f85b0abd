import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { kinds, Refusal, scaffold, type Scaffold, type Tree } from "../scripts/scaffold.ts"
import * as Tidy from "./tidy.ts"

const root = join(import.meta.dirname, "..")
const tree: Tree = {
  read: (path) =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined,
  list: (folder) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [])
}

/** The tree after something was made in it. */
const after = (made: Scaffold): Tree => ({
  ...tree,
  read: (path) => made.writes.find((write) => write.path === path)?.text ?? tree.read(path)
})

const name = "Hornswoggle"
const added = (made: Scaffold, path: string) => {
  const before = new Set(tree.read(path)!.split("\n"))
  return made.writes
    .find((write) => write.path === path)!
    .text.split("\n")
    .filter((line) => !before.has(line))
    .map((line) => line.trim())
}
const game = "packages/world/src/Game.ts"

describe("npm run new", () => {
  it("action: a rule, its test, its import and its line in the registry", () => {
    const made = scaffold("action", name, tree)
    assert.deepStrictEqual(
      made.writes.filter(({ as }) => as === "new").map(({ path }) => path),
      [`packages/world/src/actions/${name}.ts`, `packages/world/test/actions/${name}.test.ts`]
    )
    const lines = added(made, game)
    assert.include(lines, `import { hornswoggleRule } from "./actions/${name}.ts"`)
    assert.include(lines, "hornswoggleRule,")
  })

  it("command: what a player types, planned as the Action of its name if there is one", () => {
    const lookAround = scaffold("command", "hornswoggle", tree)
    assert.include(lookAround.writes[0]!.text, "[Look.make({ character: id, unless: null })]")
    assert.include(added(lookAround, game), "hornswoggle,")
    const own = scaffold("command", name, after(scaffold("action", name, tree)))
    assert.include(own.writes[0]!.text, `[${name}.make({ character: id })]`)
  })

  it("event: what happens, its test, its import and its line in the registry", () => {
    const made = scaffold("event", name, tree)
    const events = "packages/world/src/Events.ts"
    assert.deepStrictEqual(added(made, events), [
      `import { ${name} } from "./events/${name}.ts"`,
      `${name},`
    ])
  })

  it.each(["action", "command", "event"] as const)("%s: one registry, one line in it", (kind) => {
    const { writes } = scaffold(kind, name, tree)
    const changed = writes.filter(({ as }) => as === "changed")
    assert.strictEqual(changed.length, 1)
    assert.strictEqual(added({ writes, next: [] }, changed[0]!.path).length, 2, "and its import")
  })

  it("migration: the next number, with the tables of an Aggregate if there is one", () => {
    const made = scaffold("migration", "CastSpell", tree, "CREATE TABLE x ();\n")
    const taken = tree.list("packages/world/src/sql").map((file) => Number.parseInt(file, 10))
    const next = Math.max(0, ...taken) + 1
    assert.deepStrictEqual(
      made.writes.map(({ path }) => path),
      [`packages/world/src/sql/${String(next).padStart(4, "0")}_cast_spell.sql`]
    )
    assert.include(made.writes[0]!.text, "CREATE TABLE x ();")
    assert.include(scaffold("migration", "CastSpell", tree).writes[0]!.text, "-- ALTER TABLE")
  })

  it.each(kinds)("%s: keeps the house rules", (kind) => {
    const found = scaffold(kind, name, tree)
      .writes.filter(({ as, path }) => as === "new" && path.endsWith(".ts"))
      .flatMap((file) => Object.values(Tidy.rules).flatMap((rule) => rule(file)))
    assert.deepStrictEqual(found, [])
  })

  it("overwrites nothing, and takes no name that is none", () => {
    const refused = (...args: Parameters<typeof scaffold>) =>
      assert.throws(() => scaffold(...args), Refusal)
    refused("action", "Look", tree)
    refused("command", "delete", tree)
    refused("event", "../Escape", tree)
    refused("action", name, { ...tree, read: () => undefined })
  })
})

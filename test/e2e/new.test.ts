/**
 * `npm run new`, as an author uses it, in a copy of the repository: what it writes passes `npm run check`,
 * its own tests, and every test that looks at a registry; nothing else was touched by hand.
 */
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"

const skipped = new Set(["node_modules", ".git", ".wr2", "dist"])
/** Not those that vitest and setup leave, and not the packages: those of the copy are meant. */
const linked = (name: string) => name === ".bin" || !(name.startsWith(".") || name === "@wr2")

/** All of the repository but what is made from it, with the same dependencies. */
const copy = Effect.acquireRelease(
  Effect.sync(() => {
    const dir = Fs.mkdtempSync(join(tmpdir(), "wr2-new-"))
    for (const name of Fs.readdirSync(Harness.root).filter((each) => !skipped.has(each))) {
      Fs.cpSync(join(Harness.root, name), join(dir, name), {
        recursive: true,
        filter: (from) => !skipped.has(from.split("/").at(-1)!)
      })
    }
    const modules = join(dir, "node_modules")
    Fs.mkdirSync(join(modules, "@wr2"), { recursive: true })
    for (const name of Fs.readdirSync(join(Harness.root, "node_modules")).filter(linked))
      Fs.symlinkSync(Fs.realpathSync(join(Harness.root, "node_modules", name)), join(modules, name))
    for (const name of Fs.readdirSync(join(dir, "packages")))
      Fs.symlinkSync(join(dir, "packages", name), join(modules, "@wr2", name))
    return dir
  }),
  (dir) => Effect.sync(() => Fs.rmSync(dir, { recursive: true, force: true }))
)

/** A class of things that an author thought of. */
const guild = `/** A guild: who is in it, it knows. */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"

export const Guild = Aggregate.define("Guild", {
  rank: 70,
  fields: { name: Schema.String, gold: Schema.Int, motto: Schema.NullOr(Schema.String) },
  indexes: { name: (g) => g.name },
  runtime: {
    schema: Schema.Struct({ awake: Schema.Boolean }),
    version: 1,
    build: () => ({ awake: true })
  }
})
`

it.live(
  "npm run new: all that it makes compiles, keeps the house rules and passes every test of a registry",
  () =>
    Effect.gen(function* () {
      const dir = yield* copy
      const run = Effect.fnUntraced(function* (
        script: string,
        args: ReadonlyArray<string>,
        within = 600_000
      ) {
        const self = yield* Harness.start({
          name: script,
          script: join(dir, script),
          args,
          cwd: dir
        })
        const { code } = yield* self.ended.pipe(Effect.timeout(within))
        assert.strictEqual(code, 0, `${script} ${args.join(" ")}\n${self.output().slice(-8_000)}`)
        return self.output()
      })
      const edit = (path: string, f: (text: string) => string) =>
        Effect.sync(() => {
          const before = Fs.readFileSync(join(dir, path), "utf8")
          assert.notStrictEqual(f(before), before, path)
          Fs.writeFileSync(join(dir, path), f(before))
        })

      const made: Array<string> = []
      for (const what of ["action Yodel", "command Yodel", "event Yodelled"]) {
        const said = yield* run("scripts/new.ts", what.split(" "))
        made.push(...[...said.matchAll(/^made +(\S+)$/gm)].map((match) => match[1]!))
      }
      // An Aggregate is written by hand, and its line; its table is not.
      Fs.writeFileSync(join(dir, "packages/world/src/aggregates/Guild.ts"), guild)
      yield* edit("packages/world/src/Game.ts", (text) =>
        text
          .replace(
            /^import .*aggregates\/Feats.*$/m,
            `$&\nimport { Guild } from "./aggregates/Guild.ts"`
          )
          .replace(/(aggregates: \[[^\]]*)\]/, "$1, Guild]")
      )
      const migrated = yield* run("scripts/new.ts", ["migration", "Guild"])
      assert.match(migrated, /^made +packages\/world\/src\/sql\/\d+_guild\.sql$/m)

      yield* run("scripts/check.ts", [])
      const tests = made.filter((path) => path.endsWith(".test.ts"))
      assert.strictEqual(tests.length, 3)
      const said = yield* run("node_modules/vitest/vitest.mjs", [
        "run",
        "--project=unit",
        "--project=integration",
        ...tests,
        "packages/world/test",
        ...["kill-matrix", "scenarios", "bounds", "new"].map((name) => `test/${name}.test.ts`)
      ])
      assert.match(said, /Test Files .*passed/)
    }).pipe(Effect.scoped),
  1_200_000
)

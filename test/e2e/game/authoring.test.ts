/** Content is exchanged under somebody who plays: all of it or nothing, and nobody is thrown out. */
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, Redacted, Schedule } from "effect"
import { walker } from "../walker.ts"

/** The small world with another harbour: a name, and a pier to the west. */
const anew = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = Fs.mkdtempSync(join(tmpdir(), "wr2-anew-"))
    Fs.cpSync(Harness.smallWorld, folder, { recursive: true })
    const file = join(folder, "saltmere.yaml")
    const text = Fs.readFileSync(file, "utf8")
    const other = text
      .replace("name: The Tide Quay", "name: The New Quay")
      .replace("      north: rope-street\n", "      north: rope-street\n      west: pier\n")
    Fs.writeFileSync(file, other)
    Fs.writeFileSync(
      join(folder, "pier.yaml"),
      "rooms:\n  pier:\n    place: saltmere\n    name: The Pier\n    description: Fresh tar.\n    exits: { east: tide-quay }\n"
    )
    return {
      folder,
      break: () => Fs.appendFileSync(file, "  vanity: { mob: marsh-owl, room: pier }\n")
    }
  }),
  ({ folder }) => Effect.sync(() => Fs.rmSync(folder, { recursive: true }))
)

it.live(
  "who plays sees another world, and stays",
  () =>
    Effect.gen(function* () {
      const database = Redacted.value((yield* PgFixture.emptyDatabase).url)
      const { url } = yield* Harness.serve({ role: "all", database, within: 60_000 })
      const wr2 = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
        const ran = yield* Harness.start({
          name: "wr2 world",
          script: Harness.wr2,
          args: ["world", ...args],
          env: { DATABASE_URL: database }
        })
        const { code } = yield* ran.ended
        return { code, said: ran.output() }
      })
      const ann = yield* walker(url)
      assert.deepStrictEqual(yield* ann.frame("look"), ["The Tide Quay"])

      const { break: breaks, folder } = yield* anew
      const planned = yield* wr2("plan", folder)
      assert.strictEqual(planned.code, 0)
      assert.include(planned.said, "+ rooms.pier\n~ rooms.tide-quay: exits, name")
      const applied = yield* wr2("apply", folder)
      assert.strictEqual(applied.code, 0, applied.said)
      const until = (line: string, room: string) =>
        ann.frame(line).pipe(
          Effect.repeat({
            until: ([seen]) => seen === room,
            schedule: Schedule.spaced("300 millis")
          }),
          Effect.timeout("30 seconds")
        )
      yield* until("look", "The New Quay")
      yield* until("w", "The Pier")
      assert.deepStrictEqual(yield* ann.frame("e", "look"), ["The New Quay", "The New Quay"])
      assert.include((yield* wr2("plan", folder)).said, "Nothing changes.")

      breaks()
      const refused = yield* wr2("apply", folder)
      assert.strictEqual(refused.code, 1)
      assert.match(refused.said, /saltmere\.yaml:\d+: .*there is no mob "marsh-owl".*marsh-rat/)
      assert.deepStrictEqual(yield* ann.frame("look"), ["The New Quay"])
    }).pipe(Effect.scoped),
  90_000
)

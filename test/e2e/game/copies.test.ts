/** A dungeon that each group has to itself, as two guests enter it: apart, then together. */
import * as Fs from "node:fs"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { tame } from "../tame.ts"
import { invite } from "./guests.ts"
import type { Guest } from "./guests.ts"

/** The small world, where nobody is attacked and the barrow is a place of copies. */
const copied = Effect.tap(tame, (dir) =>
  Effect.sync(() => {
    const file = join(dir, "world.yaml")
    const text = Fs.readFileSync(file, "utf8")
    Fs.writeFileSync(file, text.replace("    number: 2\n", "    number: 2\n    copies: true\n"))
  })
)

it.live(
  "who goes alone is alone there; who goes in a group is not",
  () =>
    Effect.gen(function* () {
      const [ann, bob] = (yield* invite(2, yield* copied)) as [Guest, Guest]
      const arrived = "The air closes behind you. You are somewhere else."
      yield* ann.types("n", "n", "n", "open gate", "n", "n", "e")
      yield* bob.types("n", "n", "n", "n", "n", "e")

      yield* ann.does("enter arch", arrived)
      yield* bob.does("enter arch", arrived)
      yield* ann.does("who", "1 here.")
      yield* bob.does("who", "1 here.")
      yield* ann.does("enter arch", arrived)
      yield* bob.does("enter arch", arrived)

      yield* bob.types(`follow ${ann.name}`)
      yield* ann.types(`group ${bob.name}`)
      yield* ann.does("enter arch", arrived)
      yield* bob.does("enter arch", arrived)
      yield* bob.does("who", "2 here.")
    }).pipe(Effect.scoped),
  120_000
)

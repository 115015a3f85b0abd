/** Hours, shops, scripts and quests, as two guests play them. */
import * as Fs from "node:fs"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { tame } from "../tame.ts"
import { invite } from "./guests.ts"
import type { Guest } from "./guests.ts"

/** The small world, where nobody is attacked, a day lasts half a minute, and what was taken is soon there again. */
const hurried = Effect.tap(tame, (dir) =>
  Effect.sync(() => {
    const edit = (name: string, from: string, to: string) => {
      const file = join(dir, name)
      Fs.writeFileSync(file, Fs.readFileSync(file, "utf8").replace(from, to))
    }
    edit("world.yaml", "settings:\n", "settings:\n  day: 24\n")
    edit("saltmere.yaml", "room: mudflat, respawn: 120", "room: mudflat, respawn: 1")
  })
)

it.live(
  "day and weather, buying and selling, scripts, quests, what lies there again",
  () =>
    Effect.gen(function* () {
      const [ann, bob] = (yield* invite(2, yield* hurried)) as [Guest, Guest]

      // Shops: of two who want the last one, one gets it.
      yield* ann.types("n", "n")
      yield* bob.types("n", "n")
      yield* ann.does("list", "The sutler sells:", "A tallow candle, 3 gold coins (2)")
      yield* Effect.all([ann.types("buy pipe"), bob.types("buy pipe")], { concurrency: 2 })
      yield* ann.types("drop pipe", "get pipe")
      yield* bob.types("drop pipe")
      yield* ann.types("get pipe")
      yield* ann.does("buy pipe", "There is no pipe here.")
      yield* ann.does("value pipe", "The sutler would pay 5 gold coins for a bone pipe.")
      yield* ann.does("sell pipe", "You sell a bone pipe to the sutler for 5 gold coins.")
      yield* bob.sees(`${ann.name} sells a bone pipe to the sutler.`)
      yield* ann.does("kill sutler", "You do not fight the sutler.")

      // Scripts: what is said sets one off, which goes on after a wait.
      yield* ann.does("say Is there a ghost?", "The sutler says: Where?")
      yield* ann.sees("The sutler gives you a tallow candle.")
      yield* bob.sees("A wisp appears.")
      yield* bob.sees("It is cold here.")

      // What an author made of some words in a place is no verb, and hidden by none.
      yield* ann.does("ring the bell", "A bell.")
      yield* bob.sees("A bell.")
      // The room is marked by it, which the next time finds.
      yield* bob.does("ring the bell", "A bell.", "The sutler says: Again?")

      // Quests: brought, and rewarded once.
      yield* ann.does("ask sutler", "A new quest: A Light.")
      yield* ann.does("quests", "A Light: 1 of 1. Asked by the sutler, Gallows Square.")
      yield* ann.does("ask sutler", "The sutler says to you: It burns.", "Quest done: A Light.")
      yield* bob.sees(`The sutler says to ${ann.name}: It burns.`)
      yield* ann.does("ask sutler", "A new quest: The Flat.")
      yield* ann.types("n", "open gate", "n", "e")
      yield* ann.sees("The Flat: 1 of 1.")

      // What is taken lies there again, and is another one.
      yield* ann.types("get biscuit")
      yield* ann.sees("You notice a ship's biscuit.")
      yield* ann.types("get biscuit")

      // Hours: seen and heard outdoors alone.
      yield* ann.sees("The sun is up.")
      yield* bob.does("weather", "There is no sky to be seen from here.")
      yield* ann.types("time", "weather")
      yield* ann.types("w", "s", "s")
      yield* ann.does("ask sutler", "Quest done: The Flat.", "You get 1 experience.")
      yield* ann.does("ask sutler", "The sutler wants nothing of you now.")
    }).pipe(Effect.scoped),
  120_000
)

/** Things, doors and talk, as two guests play them. */
import { it } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import { tame } from "../tame.ts"
import { invite } from "./guests.ts"
import type { Guest } from "./guests.ts"

it.live(
  "doors, locks and keys; talk near and far; packing, dressing",
  () =>
    Effect.gen(function* () {
      const [ann, bob] = (yield* invite(2, yield* tame)) as [Guest, Guest]

      // Talk.
      yield* ann.does(`tell ${bob.name} psst`, `You tell ${bob.name}: psst`)
      yield* bob.sees(`${ann.name} tells you: psst`)
      yield* bob.does("reply what?", `You tell ${ann.name}: what?`)
      yield* ann.sees(`${bob.name} tells you: what?`)
      yield* ann.does("reply", "Try: reply <text...>")
      yield* ann.does(":waves.", `${ann.name} waves.`)
      yield* bob.sees(`${ann.name} waves.`)
      yield* ann.does(
        "tell nobody hello",
        "There is nobody called nobody in this part of the world."
      )

      yield* ann.does("alias murmur tell", "You say 'murmur' from now on for: tell")
      yield* ann.does(`murmur ${bob.name} again`, `You tell ${bob.name}: again`)
      yield* ann.does("alias", "'murmur' is: tell")
      yield* ann.does("unalias murmur", "You say 'murmur' no more.")
      yield* ann.does("murmur", "You do not know how to murmur.")

      // Doors, and ways.
      yield* ann.types("n", "open door", "e")
      yield* ann.does("yell ahoy", "You yell: ahoy")
      yield* bob.sees(`${ann.name} yells from somewhere: ahoy`)
      yield* ann.does(
        "exits",
        "West: Rope Street (through the green door).",
        "Down: the cellar hatch is closed."
      )
      yield* ann.does("look down", "Down: the cellar hatch is closed.")
      yield* ann.does("open hatch", "The cellar hatch is locked.")
      yield* ann.does("unlock hatch", "You have nothing that fits the lock of the cellar hatch.")
      yield* ann.does("look in bucket", "It holds a greasy key.")
      yield* ann.does("get key from bucket", "You take a greasy key from a bucket of tallow.")
      yield* bob.types("n", "e")
      yield* ann.does("unlock hatch", "You unlock the cellar hatch with a greasy key.")
      yield* bob.sees(`${ann.name} unlocks the cellar hatch with a greasy key.`)
      yield* ann.types("open hatch", "d")
      yield* bob.types("d")

      // Packing: of two and one thing, one gets it, and the other is told so.
      yield* Effect.all([ann.types("get pouch"), bob.types("get pouch")], { concurrency: 2 })
      const wins = (winner: Guest, loser: Guest) =>
        winner.hasSeen("You take an oilskin pouch.") &&
        loser.hasSeen(`${winner.name} takes an oilskin pouch.`) &&
        // Turned down when it was planned, or when it was to be done.
        (loser.hasSeen("There is no pouch here.") ||
          loser.hasSeen("There is no oilskin pouch here.")) &&
        !loser.hasSeen("You take an oilskin pouch.")
      yield* Harness.waitUntil(
        "one has the pouch",
        Effect.sync(() => wins(ann, bob) || wins(bob, ann))
      )
      yield* ann.types("get all", "drop pouch", "get pouch")
      yield* bob.types("drop pouch")
      yield* ann.does("get pouch", "You take an oilskin pouch.")
      yield* ann.does("put pouch in bag", "You put an oilskin pouch into a tarred satchel.")
      yield* ann.does("put bag in pouch", "A tarred satchel does not go into itself.")
      yield* ann.does("put key in pouch", "You put a greasy key into an oilskin pouch.")
      yield* bob.sees(`${ann.name} puts a greasy key into an oilskin pouch.`)
      yield* ann.types("put hood in bag")
      yield* ann.does("put gloves in bag", "No more than 2 things go into a tarred satchel.")
      yield* ann.does("get key from pouch", "You take a greasy key from an oilskin pouch.")
      yield* ann.types("get hood from bag")

      // Dressing.
      yield* ann.does("wear all", "You put on an iron cap.", "You put on a pair of gloves.")
      yield* ann.does("wear hood", "You wear something there already: head.")
      yield* ann.does("eq", "On the head: an iron cap.", "Armour: 3.")
      yield* bob.does(`look at ${ann.name}`, "On the head: an iron cap.")
      yield* ann.does("remove cap", "You take off an iron cap.")
      yield* ann.does("drop all", "You put down a felt hood.")
      yield* ann.does("eq", "On the hands: a pair of gloves.", "Armour: 1.")

      // Using, looking, asking.
      yield* ann.types("get all")
      yield* ann.does("eat loaf", "You eat a black loaf.", "You feel better. [25 hp]")
      yield* bob.sees(`${ann.name} eats a black loaf.`)
      yield* ann.does("eat loaf", "There is no loaf here.")
      yield* ann.does("drink flask", "It burns all the way down.")
      yield* ann.does("use whisle", "There is no whisle here. Did you mean whistle?")
      yield* ann.does("use whistle", "Far out, something answers.")
      yield* ann.does("eat whistle", "A bone whistle is nothing to eat.")
      yield* ann.does("look candles", "Each hangs by its wick.")
      yield* ann.does(
        "where",
        "You are in Saltmere: The Candle Cellar.",
        `${bob.name}: The Candle Cellar`
      )
      yield* ann.does("help", "Type help and one of these words for how it is used: help get.")
      yield* ann.does(
        "help keys",
        "    Who carries the key of a door unlocks it, and locks it again."
      )
      yield* ann.does("help kesy", "There is no help on kesy. Did you mean keys?")
      yield* ann.does("equipmnet", "You do not know how to equipmnet. Did you mean equipment?")
      yield* ann.does("tell guest hello", `Which guest: ${ann.name}, ${bob.name}?`)
      yield* ann.does(`consider ${bob.name}`, `You do not fight ${bob.name}.`)
      yield* ann.types("u", "w", "n", "n", "open gate", "n", "e")
      yield* ann.does("consider eel", "A mud eel: you should win.")
    }).pipe(Effect.scoped),
  120_000
)

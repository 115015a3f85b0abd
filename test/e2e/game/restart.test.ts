/** A server that is killed in the middle of all that takes time: its guests play on, and nothing is forgotten. */
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { beast, folderOf, named, onePlace, skill, thing } from "./authored.ts"
import { party } from "./guests.ts"
import type { Guest } from "./guests.ts"

const ground = {
  ...onePlace,
  rooms: {
    gate: {
      place: "ground",
      ...named("The Gate"),
      safe: true,
      exits: { north: "pit" },
      items: ["cap"],
      triggers: [
        { on: "say", words: ["hark"], script: ["echo A bell.", "wait 12", "echo Its echo."] }
      ]
    },
    pit: { place: "ground", ...named("The Pit"), exits: { south: "gate" } }
  },
  items: {
    corpse: thing("corpse", { takeable: false, container: true }),
    coins: thing("coins"),
    cap: thing("cap", { slot: "head" })
  },
  archetypes: { hero: { ...named("a hero"), energy: "grit", skills: ["ward"] } },
  skills: {
    ward: skill("ward", "self", {
      cooldown: 600,
      lasting: { name: "a ward", does: "shield", amount: 1_000, seconds: 30 }
    })
  },
  mobs: { bull: beast("bull", 100_000, 1, { strikes: "chill" }) },
  spawners: { bulls: { mob: "bull", room: "pit", respawn: 3_600 } }
}

const held = /^A bull freezes you for 0 \(1 held off\)\./

it.live(
  "a crash in the middle of a fight, a script, what lasts and what must rest",
  () =>
    Effect.gen(function* () {
      const { crash, guests } = yield* party(2, yield* folderOf(ground))
      const [ann, bob] = guests as [Guest, Guest]
      yield* ann.does("become hero", "You are a hero from now on.")
      yield* ann.types("get cap", "wear cap", "alias hold ward")
      yield* bob.does(`follow ${ann.name}`, `You follow ${ann.name}.`)
      yield* ann.does(`group ${bob.name}`, `${bob.name} joins your group.`)
      yield* ann.does("n", "You walk north.", "The Pit")
      yield* bob.sees("The Pit")
      yield* bob.does("s", "The Gate")
      yield* ann.does("hold", "A ward closes around you.")
      yield* ann.does("kill bull", "You attack a bull!")
      yield* ann.seesLike(held)
      yield* bob.does("say hark", "A bell.")

      yield* crash

      // By themselves: the fight, what lasts, and the script, each in its time.
      yield* ann.seesLike(held)
      yield* bob.sees("Its echo.")
      yield* ann.sees("A ward leaves you.")
      yield* ann.seesLike(/^A bull freezes you for 1\./)
      // And what was so is so.
      yield* ann.types("hold")
      yield* ann.seesLike(/^Ward takes \d+ seconds more\.$/)
      yield* ann.does("gtell still here", "You tell your group: still here")
      yield* bob.sees(`${ann.name} tells the group: still here`)
      yield* ann.does("equipment", "On the head: a cap.")
      yield* ann.types(...Array.from({ length: 8 }, () => "flee"))
      yield* ann.sees("You flee south!")
      yield* ann.does("n", "You walk north.")
      yield* bob.sees("You walk north.")
    }).pipe(Effect.scoped),
  120_000
)

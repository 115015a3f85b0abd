/** Fights, skills, growth and groups, as two guests play them on a ground where each thing is sure to happen. */
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { beast, folderOf, named, onePlace, skill, thing } from "./authored.ts"
import { invite } from "./guests.ts"
import type { Guest } from "./guests.ts"

const seldom = { respawn: 3_600 }
const safe = true

const ground = {
  ...onePlace,
  rooms: {
    gate: { place: "ground", ...named("The Gate"), safe, exits: { north: "pit", east: "den" } },
    pit: { place: "ground", ...named("The Pit"), exits: { south: "gate" } },
    den: { place: "ground", ...named("The Den"), exits: { west: "gate", east: "hole" } },
    hole: { place: "ground", ...named("The Hole"), exits: { west: "den" } }
  },
  items: {
    corpse: thing("corpse", { takeable: false, container: true }),
    coins: thing("coins")
  },
  archetypes: {
    hero: { ...named("a hero"), energy: "grit", skills: ["shove", "ward"] },
    healer: { ...named("a healer"), faction: "lamp", energy: "calm", skills: ["mend", "rot"] }
  },
  skills: {
    shove: skill("shove", "foe", { lasting: { name: "a daze", does: "stun", seconds: 2 } }),
    ward: skill("ward", "self", {
      cooldown: 60,
      lasting: { name: "a ward", does: "shield", amount: 100, seconds: 60 }
    }),
    mend: skill("mend", "friend", { heals: { low: 50, high: 50 } }),
    rot: skill("rot", "foe", {
      lasting: { name: "a rot", does: "damage", amount: 2, every: 1, seconds: 4 }
    })
  },
  factions: { lamp: { name: "the lamp" }, tide: { name: "the tide", hates: ["lamp"] } },
  zones: { den: { name: "the den", rooms: ["den", "hole"] } },
  mobs: {
    watcher: beast("watcher", 100_000, 0, { faction: "tide", guards: true, thinks: 1 }),
    crab: beast("crab", 100_000, 0, { faction: "tide", thinks: 1 }),
    wolf: beast("wolf", 100_000, 0, { assists: true, thinks: 1 }),
    hare: beast("hare", 100_000, 0, { flees: 100, thinks: 1 }),
    bat: beast("bat", 100_000, 0, { roams: 100, thinks: 1 }),
    bull: beast("bull", 100_000, 1, { strikes: "chill" }),
    shade: beast("shade", 100_000, 0, { dodge: 100 }),
    lamb: beast("lamb", 1, 0, { exp: 60 }),
    reaper: beast("reaper", 100_000, 100)
  },
  spawners: {
    bulls: { mob: "bull", room: "pit", ...seldom },
    shades: { mob: "shade", room: "pit", ...seldom },
    lambs: { mob: "lamb", room: "pit", count: 2, ...seldom },
    watchers: { mob: "watcher", room: "den", ...seldom },
    crabs: { mob: "crab", room: "den", ...seldom },
    wolves: { mob: "wolf", room: "hole", count: 2, ...seldom },
    hares: { mob: "hare", room: "den", ...seldom },
    bats: { mob: "bat", room: "den", ...seldom },
    reapers: { mob: "reaper", room: "pit", ...seldom }
  }
}

/** Most flights succeed. */
const flight = Array.from({ length: 8 }, () => "flee")

/** Out of any fight, and back to where all is quiet. */
const home = Array.from({ length: 4 }, () => [...flight, "w", "w"]).flat()

it.live(
  "blows, skills, rest, groups, levels, minds and death",
  () =>
    Effect.gen(function* () {
      const [ann, bob] = (yield* invite(2, yield* folderOf(ground))) as [Guest, Guest]

      // What one becomes.
      yield* ann.does("become", "A healer: mend and rot.", "A hero: shove and ward.")
      yield* ann.does("become hero", "You are a hero from now on.")
      yield* bob.sees(`${ann.name} is a hero from now on.`)
      yield* ann.does("become healer", "You are a hero already, and for good.")
      yield* bob.does("become healer", "You are a healer from now on.")
      yield* ann.does("mend", "You have not learned to mend.")

      // Who goes with whom.
      yield* bob.does(`follow ${ann.name}`, `You follow ${ann.name}.`)
      yield* ann.does(`group ${bob.name}`, `${bob.name} joins your group.`)
      yield* bob.does("gtell ready", "You tell your group: ready")
      yield* ann.sees(`${bob.name} tells the group: ready`)
      yield* ann.does("n", "You walk north.", "The Pit")
      yield* bob.sees("You walk north.")
      yield* bob.sees("The Pit")

      // Blows, and what helps against them.
      yield* ann.does("kill bull", "You attack a bull!")
      yield* bob.sees(`A bull freezes ${ann.name} for 1.`)
      yield* bob.does(`assist ${ann.name}`, "You attack a bull!")
      yield* bob.does(`mend ${ann.name}`, `You mend ${ann.name}.`)
      yield* ann.does("ward", "A ward closes around you.")
      yield* bob.sees(`A bull freezes ${ann.name} for 0 (1 held off).`)
      yield* bob.does("rot", "A rot takes hold of a bull.", "A rot eats at a bull: 2.")
      yield* ann.does("shove", "A daze stuns a bull.", "A daze leaves a bull.")
      yield* bob.sees("A rot leaves a bull.")
      yield* ann.types(...flight)
      yield* ann.sees("You flee south!")
      yield* bob.types(...flight)
      yield* bob.sees("You flee south!")

      // Rest.
      yield* ann.does("rest", "You sit down to rest.")
      yield* ann.does("n", "You are resting. Stand up first.")
      yield* ann.does("stand", "You get up.")

      // What is learned is shared, and told.
      yield* ann.types("n")
      yield* bob.sees("The Pit")
      yield* ann.does("kill lamb", "A lamb is dead.", "You gain 33 experience.")
      yield* bob.sees("You gain 33 experience by the death of a lamb.")
      yield* ann.does("kill lamb", "A lamb is dead.", "You have reached level 2: 30 hp.")
      yield* bob.sees("You have reached level 2: 30 hp.")
      yield* bob.does("ungroup", "You leave the group.", "The group is no more.")
      yield* bob.does("unfollow", "You follow nobody any more.")

      // Minds of their own: one wanders in its zone, one flees, one hates, one guards, one assists.
      yield* ann.types("s", "e")
      yield* ann.sees("A bat leaves east.")
      yield* ann.sees("A bat arrives from the east.")
      yield* ann.does("kill hare", "A hare flees east.")
      yield* ann.types("e", "kill wolf")
      yield* ann.sees("A wolf attacks you!")
      yield* ann.types(...flight)
      yield* ann.does("kill crab", "A watcher attacks you!")
      yield* ann.types(...home)
      yield* bob.types("s", "e")
      yield* bob.sees("A crab attacks you!")
      yield* bob.types(...home)
      yield* bob.does("n", "The Pit")
      yield* ann.does("n", "The Pit")

      // Death, and the way back.
      yield* bob.does("kill shade", `A shade steps aside from you.`)
      yield* ann.does(
        "kill reaper",
        "A reaper kills you.",
        "You have lost 4 gold coins.",
        "The Gate"
      )
      yield* bob.sees(`${ann.name} is dead! A reaper has won.`)
      yield* ann.types("n")
      yield* ann.does(
        `get all from ${ann.name.toLowerCase()}`,
        `You take 4 gold coins from the corpse of ${ann.name}.`
      )
    }).pipe(Effect.scoped),
  120_000
)

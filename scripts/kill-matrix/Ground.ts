/**
 * The ground on which Actions are made to happen: the game of `@wr2/world`, with places in which one
 * thing goes on and little else. There are several sets of them: every cell of the matrix gets its
 * own, so that nothing of an earlier one is in its way.
 *
 * Spawners count every five seconds, unless it is they that are wanted.
 */
import { Content, formatProblem } from "@wr2/world"
import { Result } from "effect"

/** So many sets. */
export const sets = 12

/** A place of a set. */
export type Place = keyof typeof places

const safe = true
const seldom = 3_600
const doors = { to: "shed", door: "shed door" }
const hatch = { door: "hatch", key: "pin", starts: "locked" }

type Exit = string | { readonly to: string; readonly door: string; readonly key?: string }
interface Room {
  readonly triggers?: ReadonlyArray<object>
  readonly outdoors?: boolean
  readonly safe?: boolean
  readonly exits?: Readonly<Record<string, Exit>>
  readonly items?: ReadonlyArray<string>
  readonly details?: ReadonlyArray<object>
  readonly onEnter?: object
  readonly portal?: { readonly place: string; readonly room: string }
}
interface Spawner {
  readonly mob?: string
  readonly item?: string
  readonly room: string
  readonly respawn: number
}
interface Authored {
  readonly start: string
  readonly copies?: boolean
  readonly rooms: Readonly<Record<string, Room>>
  readonly spawners?: Readonly<Record<string, Spawner>>
}

const pair = (one: string, other: string): Record<string, Room> => ({
  [one]: { safe, exits: { north: other } },
  [other]: { exits: { south: one } }
})

/** What there is: where one begins, a room away what it is about. */
const places = {
  /** Doors, things, a trigger, a portal; sheep that fight long, and one that falls at once. */
  yard: {
    start: "gate",
    rooms: {
      gate: {
        safe,
        exits: { north: "field", east: doors, down: { to: "vault", ...hatch } },
        items: ["lantern", "knife", "chest", "pin", "cap", "crust"],
        details: [{ keywords: ["post"], description: "It is a post." }],
        portal: { place: "far", room: "shore" }
      },
      shed: {
        safe,
        exits: { west: { to: "gate", door: doors.door } },
        onEnter: { speaker: "a voice", says: "Take it.", gives: "lantern", again: 1 }
      },
      vault: { safe, exits: { up: { to: "gate", ...hatch } } },
      field: { exits: { south: "gate" } }
    },
    spawners: {
      sheep: { mob: "sheep", room: "field", respawn: seldom },
      lamb: { mob: "lamb", room: "field", respawn: seldom },
      keeper: { mob: "keeper", room: "gate", respawn: seldom }
    }
  },
  /** Where the portal leads. */
  far: { start: "shore", rooms: { shore: { safe, items: ["lantern"] } } },
  /** A mob that thinks and does nothing. */
  thoughts: {
    start: "porch",
    rooms: pair("porch", "study"),
    spawners: { sage: { mob: "sage", room: "study", respawn: seldom } }
  },
  /** A mob that runs at the first blow. */
  flights: {
    start: "edge",
    rooms: {
      edge: { safe, exits: { north: "glade" } },
      glade: { exits: { south: "edge", north: "thicket" } },
      thicket: { exits: { south: "glade" } }
    },
    spawners: { hare: { mob: "hare", room: "glade", respawn: seldom } }
  },
  /** A mob that walks to and fro. */
  walks: {
    start: "bank",
    rooms: {
      bank: { safe, exits: { north: "path" } },
      path: { exits: { south: "bank", north: "wood" } },
      wood: { exits: { south: "path" } }
    },
    spawners: { stag: { mob: "stag", room: "path", respawn: seldom } }
  },
  /** A mob that comes back soon. */
  births: {
    start: "fence",
    rooms: pair("fence", "meadow"),
    spawners: { calf: { mob: "calf", room: "meadow", respawn: 1 } }
  },
  /** Something to eat that lies there again soon. */
  gleanings: {
    start: "stubble",
    rooms: { stubble: { safe } },
    spawners: { crumbs: { item: "crust", room: "stubble", respawn: 1 } }
  },
  /** From where each goes into a cave of their own, and back. */
  hollow: { start: "rim", rooms: { rim: { safe, portal: { place: "cave", room: "bottom" } } } },
  cave: {
    start: "bottom",
    copies: true,
    rooms: { bottom: { safe, items: ["lantern"], portal: { place: "hollow", room: "rim" } } }
  },
  /** Where something goes on by itself all the time, and a door that opens by a word. */
  plays: {
    start: "pit",
    rooms: {
      pit: {
        safe,
        exits: { up: { to: "loft", door: "trap" } },
        triggers: [
          { on: "timer", every: 1, script: ["echo A drum.", "spawn imp"] },
          { on: "say", words: ["sesame"], script: ["open up", "mark opened"] }
        ]
      },
      loft: { exits: { down: { to: "pit", door: "trap" } } }
    }
  },
  /** A keeper who fills the shelves all the time. */
  stalls: {
    start: "stall",
    rooms: { stall: { safe } },
    spawners: { hawker: { mob: "hawker", room: "stall", respawn: seldom } }
  },
  /** A room from which the sky is seen, whose hours are as short as can be. */
  skies: { start: "hill", rooms: { hill: { safe, outdoors: true } } }
} as const satisfies Readonly<Record<string, Authored>>

const text = (name: string) => ({ name, description: `Here is ${name}.` })
const beast = (name: string, hp: number, rest: object = {}) => ({
  ...text(name),
  keywords: [name],
  hp,
  hit: 0,
  damage: { low: 0, high: 0 },
  exp: 0,
  ...rest
})
const trader = (name: string, restock: number) =>
  beast(name, 100, {
    friendly: true,
    auctions: restock,
    gold: { low: 50, high: 50 },
    shop: { stock: [{ item: "candle", count: 3 }], restock }
  })
const item = (name: string, rest: object = {}) => ({ ...text(name), keywords: [name], ...rest })

const skill = (verb: string, rest: object) => ({
  ...text(verb),
  verb,
  yours: verb,
  theirs: verb,
  ...rest
})

/** The number of a place's instance. */
export const instanceOf = (set: number, place: Place): number =>
  1 + set * Object.keys(places).length + Object.keys(places).indexOf(place)

const slug = (set: number, name: string) => `${name}-${set}`

/** One set, its names made its own. */
const setOf = (set: number) => {
  const own = (name: string) => slug(set, name)
  const exit = (to: Exit) => (typeof to === "string" ? own(to) : { ...to, to: own(to.to) })
  const all = Object.entries(places as Readonly<Record<string, Authored>>)
  return {
    places: all.map(([name, { copies = false, start }]) => [
      own(name),
      { name, number: instanceOf(set, name as Place), start: own(start), copies }
    ]),
    rooms: all.flatMap(([name, { rooms }]) =>
      Object.entries(rooms).map(([room, { exits = {}, portal, ...rest }]) => [
        own(room),
        {
          place: own(name),
          ...text(room),
          ...rest,
          exits: Object.fromEntries(Object.entries(exits).map(([way, to]) => [way, exit(to)])),
          ...(portal === undefined
            ? {}
            : {
                portal: {
                  ...item("an arch", { keywords: ["arch"] }),
                  description: undefined,
                  place: own(portal.place),
                  room: own(portal.room)
                }
              })
        }
      ])
    ),
    spawners: all.flatMap(([, { spawners = {} }]) =>
      Object.entries(spawners).map(([name, spawner]) => [
        own(name),
        { ...spawner, count: 1, room: own(spawner.room) }
      ])
    )
  }
}

const record = (entries: ReadonlyArray<ReadonlyArray<unknown>>) =>
  Object.fromEntries(entries as ReadonlyArray<[string, unknown]>)
const authored = Array.from({ length: sets }, (_, set) => setOf(set))

/** JSON is YAML. */
const file = {
  name: "ground.yaml",
  text: JSON.stringify({
    settings: {
      name: "Killing ground",
      place: slug(0, "yard"),
      gold: 20,
      corpse: "corpse",
      coins: "coins",
      decay: 1,
      day: 12
    },
    places: record(authored.flatMap((each) => each.places)),
    rooms: record(authored.flatMap((each) => each.rooms)),
    spawners: record(authored.flatMap((each) => each.spawners)),
    quests: {
      errand: {
        name: "An errand",
        giver: "keeper",
        asks: "Bring it.",
        reminds: "Bring it.",
        thanks: "Good.",
        brings: { item: "candle", count: 1 },
        reward: { gold: 1 }
      }
    },
    items: {
      corpse: item("corpse", { takeable: false, container: true }),
      coins: item("coins"),
      lantern: item("lantern"),
      pin: item("pin"),
      crust: item("crust", { use: { how: "eat", heals: 1 } }),
      cap: item("cap", { slot: "head", armour: 1 }),
      candle: item("candle", { worth: 1 }),
      knife: item("knife", { worth: 4, damage: { low: 1, high: 1 } }),
      chest: item("chest", { takeable: false, container: true, gold: 5, contains: ["lantern"] })
    },
    archetypes: {
      hero: { ...text("hero"), energy: "vigour", skills: ["smite", "bless"] }
    },
    skills: {
      smite: skill("smite", { target: "foe", damage: { low: 1, high: 1, type: "crush" } }),
      bless: skill("bless", {
        target: "self",
        lasting: { name: "grace", does: "healing", every: 1, seconds: 600 }
      })
    },
    mobs: {
      keeper: trader("keeper", seldom),
      hawker: trader("hawker", 1),
      imp: beast("imp", 1),
      sheep: beast("sheep", 100_000),
      lamb: beast("lamb", 1),
      calf: beast("calf", 1),
      sage: beast("sage", 100, { thinks: 1 }),
      hare: beast("hare", 100_000, { thinks: 1, flees: 100 }),
      stag: beast("stag", 100_000, { thinks: 1, roams: 100 })
    }
  })
}

/** What it comes to. The process that is killed has it ready made (Build.ts): it starts a third sooner. */
export const content = Result.getOrThrowWith(
  Content.parse([file]),
  (problems) => new Error(problems.map(formatProblem).join("\n"))
)

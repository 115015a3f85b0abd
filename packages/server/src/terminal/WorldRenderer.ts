/** The world in the terminal: its views' text with a tone, and a prompt with health and foe. */
import { Content } from "@wr2/core"
import { Codec } from "@wr2/protocol"
import { Aliases, Views, world } from "@wr2/world"
import type { Snapshot, World, WorldEvent } from "@wr2/world"
import * as Combat from "@wr2/world/Combat"
import * as Health from "@wr2/world/Health"
import * as Map from "./Map.ts"
import { lines } from "./Renderer.ts"
import type { Renderer, Tone } from "./Renderer.ts"

interface State {
  readonly who: Views.Perceiver.Perceiver
  readonly aliases: Aliases.Aliases
  readonly hp: number
  /** When its health was that, by this machine's clock. */
  readonly hpAt: number
  readonly exp: number
  readonly stance: Snapshot["self"]["stance"]
  readonly fighting: string | null
  readonly map: Map.Map
  /** What was in sight when the room was seen last. */
  readonly sight: Snapshot["room"]
  /** What is carried, by name. */
  readonly carried: ReadonlyArray<string>
}

type Of<Tag extends WorldEvent["_tag"]> = Extract<WorldEvent, { readonly _tag: Tag }>

const people: ReadonlySet<WorldEvent["_tag"]> = new Set([
  "CharacterEntered",
  "CharacterLeft",
  "CharacterMoved",
  "CharacterFled",
  "CharacterArrived",
  "CharacterDeparted",
  "MobMoved",
  "MobsSpawned"
])
const gains: ReadonlySet<WorldEvent["_tag"]> = new Set([
  "ItemTaken",
  "GoldTaken",
  "ItemGiven",
  "GoldGiven",
  "MobDied",
  "ItemMade"
])

const isMe = (party: { readonly kind: string; readonly id: number }, { who }: State): boolean =>
  party.kind === "character" && party.id === who.character

const tone = (event: WorldEvent, state: State): Tone => {
  if (people.has(event._tag)) return "people"
  if (gains.has(event._tag)) return "gain"
  switch (event._tag) {
    case "Said":
    case "Emoted":
    case "Told":
    case "Yelled":
    case "Greeted":
      return "speech"
    case "DamageDealt":
      return isMe(event.target, state) ? "danger" : isMe(event.attacker, state) ? "gain" : "plain"
    case "Healed":
      return isMe(event.target, state) ? "gain" : "plain"
    case "FightBegan":
    case "FightTurned":
      return event.character === state.who.character ? "danger" : "plain"
    case "CharacterDied":
      return event.character === state.who.character ? "danger" : "plain"
    case "AttackMissed":
    case "ActionRefused":
    case "FleeFailed":
      return "quiet"
    case "ActionFailed":
      return "error"
    default:
      return "plain"
  }
}

/** What an Event says about one's own health and foe. */
const after = (state: State, event: WorldEvent, now: number): State => {
  const me = state.who.character
  switch (event._tag) {
    case "DamageDealt":
      return isMe(event.target, state) ? { ...state, hp: event.left, hpAt: now } : state
    case "StanceTaken":
      return event.character === me
        ? { ...state, hp: event.hp, hpAt: now, stance: event.stance }
        : state
    case "Healed":
    case "LastingTicked":
      return isMe(event.target, state) ? { ...state, hp: event.left, hpAt: now } : state
    case "CharacterDied":
      return event.character === me ? { ...state, hp: event.hp, hpAt: now, fighting: null } : state
    case "ItemUsed":
      return event.character === me && event.hp !== null
        ? { ...state, hp: event.hp, hpAt: now }
        : state
    case "ScoreShown": {
      const { exp, fighting, hp, stance } = event.self
      return event.self.id === me ? { ...state, hp, hpAt: now, exp, fighting, stance } : state
    }
    case "FightBegan":
      return event.character === me && event.characterTurns
        ? { ...state, fighting: event.mobName }
        : state
    case "FightTurned":
      return event.character === me && event.who === "character"
        ? { ...state, fighting: event.mobName }
        : state
    case "MobFled":
      return event.freed.some((id) => id === me) ? { ...state, fighting: null } : state
    case "MobDied":
      return died(state, event, me)
    case "CharacterFled":
      return event.character === me ? { ...state, fighting: null } : state
    default:
      return state
  }
}
const died = (state: State, event: Of<"MobDied">, me: number): State => ({
  ...state,
  exp: event.killer === me ? state.exp + event.exp : state.exp,
  fighting: event.freed.some((id) => id === me) ? null : state.fighting
})

/** What an Event says about where one is, and what can be named there. */
const around = (state: State, event: WorldEvent): State => {
  const me = state.who.character
  switch (event._tag) {
    case "RoomViewed":
      return seen(state, event.sight)
    case "CharacterMoved":
      return event.character === me
        ? { ...state, map: Map.walks(state.map, event.from, event.to, event.direction) }
        : state
    case "InventoryShown":
      return { ...state, carried: event.items.map(({ name }) => name) }
    case "ItemTaken":
      return event.character === me
        ? { ...state, carried: [...state.carried, event.itemName] }
        : state
    default:
      return state
  }
}
const seen = (state: State, sight: Snapshot["room"]): State => ({
  ...state,
  sight,
  map: Map.sees(
    state.map,
    sight.room,
    sight.exits.map(({ direction }) => direction)
  )
})

const typed = world(Content.none).commands.flatMap((command) => [
  ...new Set(command.patterns.flatMap(({ verbs }) => verbs.filter((verb) => verb.length > 2)))
])

const namesOf = ({ carried, sight }: State): ReadonlyArray<string> => [
  ...[...sight.mobs, ...sight.persons, ...sight.items].map(({ name }) => name),
  ...carried,
  ...sight.exits.flatMap(({ direction, door }) =>
    door === null ? [direction] : [direction, door]
  ),
  ...(sight.portal === null ? [] : [sight.portal])
]

/** The first line of a room is its name; empty lines set it off from what happened before. */
const room = (texts: ReadonlyArray<string>) => [
  ...lines("title", texts.slice(0, 1)),
  ...lines("plain", texts.slice(1))
]

/** The world, shown. */
export const renderer: Renderer<World, State> = {
  // The words of a game do not depend on its content, which a client has not.
  codec: Codec.of(world(Content.none)),
  questions: [
    { key: "description", ask: "How do others see you? (a short description)", otherwise: "" }
  ],
  hints: [
    "(help tells what you can do, quit is how to leave; Tab finishes words, /map shows where you have been.)"
  ],
  begin: (snapshot: Snapshot, now) => {
    const { exp, fighting, hp, stance } = snapshot.self
    return {
      state: seen(
        {
          who: Views.Perceiver.start(snapshot),
          aliases: Aliases.start(snapshot),
          hp,
          hpAt: now,
          exp,
          fighting,
          stance,
          map: Map.blank,
          sight: snapshot.room,
          carried: []
        },
        snapshot.room
      ),
      lines: room(Views.snapshot(snapshot))
    }
  },
  event: (state, event, now) => {
    if (event._tag === "Unknown") return { state, lines: [] }
    const texts = Views.event(event, state.who)
    const next = around(after(state, event, now), event)
    return {
      state: {
        ...next,
        who: Views.Perceiver.after(state.who, event),
        aliases: Aliases.after(state.aliases, event)
      },
      lines: event._tag === "RoomViewed" ? room(texts) : lines(tone(event, state), texts),
      over: event._tag === "CharacterLeft" && event.character === state.who.character
    }
  },
  expand: ({ aliases }, command) => Aliases.expand(aliases, command),
  words: (state) => ({ verbs: typed, names: namesOf(state) }),
  own: {
    "/map": ({ map }) => [
      ...lines("plain", Map.draw(map)),
      ...lines("quiet", ["(* is here; ^ and v lead up and down. It shows where you have been.)"])
    ]
  },
  rejection: (reason) => lines("quiet", [Views.explain(reason)]),
  refusal: Views.explain,
  prompt: (state, now) => {
    const max = Combat.maxHp(state.exp)
    const foe = state.fighting === null ? "" : `, fighting ${state.fighting}`
    return `${Health.at(state, max, now)}/${max} hp${foe}> `
  }
}

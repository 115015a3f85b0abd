/** The bench's world: the small one, with men of straw that never die, and a crowd of characters. */
import { Command, Content, Ids } from "@wr2/core"
import type { Aggregate, Game } from "@wr2/core"
import type { ActionRecord } from "@wr2/engine/Records"
import * as SmallWorld from "@wr2/testkit/SmallWorld"
import { GiveGold } from "@wr2/world/actions/GiveGold"
import { Character, bare } from "@wr2/world/aggregates/Character"
import { Instance } from "@wr2/world/aggregates/Instance"
import { Item } from "@wr2/world/aggregates/Item"
import { Room } from "@wr2/world/aggregates/Room"
import { go } from "@wr2/world/commands/Go"
import { blank, Mob } from "@wr2/world/aggregates/Mob"
import { world } from "@wr2/world/Game"
import { Result, Schema } from "effect"

const straw = `
mobs:
  straw-man:
    name: a man of straw
    keywords: [straw]
    description: It has been struck many times.
    hp: 1000000
    hit: 0
    damage: { low: 0, high: 0 }
    exp: 0
    gold: { low: 0, high: 0 }
    thinks: 0
    roams: 0
`
const content = SmallWorld.parse([...SmallWorld.files, { name: "bench.yaml", text: straw }])

const played = world(content)

/** The world's Move alone: `go` also looks, and in a room of hundreds that is what would be measured. */
const step = Command.define("step", {
  fields: { direction: Schema.Literals(["north", "south"]) },
  rejects: go.rejects,
  plan: (c, planning) =>
    Result.map(go.plan(c, planning), (planned) => planned.filter(({ _tag }) => _tag === "Move"))
})

/**
 * The world's GiveGold alone, between any two: a teller's. `give` looks for whom it is meant among all
 * who are in the room, and who gives would have to wait for its own last gift.
 */
const transfer = Command.define("transfer", {
  fields: { from: Character.Id, to: Character.Id },
  plan: ({ from, to }) => Result.succeed([GiveGold.make({ from, to, amount: 1 })])
})

/** The game as benched. */
export const game: Game.Any = {
  ...(played as unknown as Game.Any),
  commands: [...played.commands, step, transfer]
}

/** One who plays: an actor with its session. */
export interface Player {
  readonly instance: number
  readonly id: number
  readonly session: string
}

/** What an instance is founded with. */
export interface Crowded {
  readonly instance: number
  readonly firstId: number
  readonly players: number
  readonly fights: number
  readonly now: number
}

export interface Crowd {
  readonly rows: ReadonlyArray<Aggregate.Given>
  readonly queue: ReadonlyArray<ActionRecord>
  readonly players: ReadonlyArray<Player>
  /** All who are inside, those who fight as well. */
  readonly inside: ReadonlyArray<{ readonly id: number; readonly session: string }>
}

/**
 * An instance's first rows: its rooms without mobs and what those carry, `players` characters who stand at its start with much gold,
 * and `fights` more who fight a man of straw each, their rounds spread over two seconds.
 */
export const crowd = (options: Crowded): Crowd => {
  const { fights, instance, now } = options
  const ids = Ids.countingFrom(options.firstId)
  const born = game.birth({ instance, ids, content: Content.reader(game.content) })
  const kept = born.rows.filter(({ ref, row }) => ref.aggregate !== Mob && row.holder !== "mob")
  const start = born.rows.find(({ ref }) => ref.aggregate._tag === "Instance")!.row.start
  const person = (
    name: string,
    fight: { readonly fighting: number; readonly fight: number } | null
  ) => {
    const id = ids.next()
    const row = Character.row(
      {
        id: Character.Id.make(id),
        name,
        account: 1,
        description: "One of many.",
        room: start,
        home: start,
        inside: true,
        hp: 25,
        hpAt: now,
        exp: 0,
        gold: 1_000_000,
        wielding: null,
        fighting: fight?.fighting ?? null,
        fight: fight?.fight ?? null,
        ...bare
      },
      { session: `session-${id}`, since: now }
    )
    return { id, row }
  }
  const people = Array.from({ length: options.players }, (_, i) => person(`walker${i}`, null))
  const others = Array.from({ length: fights }, (_, i) => {
    const mob = ids.next()
    const fighter = person(`fighter${i}`, { fighting: mob, fight: mob })
    const straw = Mob.row(
      {
        id: Mob.Id.make(mob),
        template: "straw-man",
        spawner: null,
        room: start,
        hp: 1_000_000,
        hpAt: now,
        gold: 0,
        fighting: Character.Id.make(fighter.id),
        fight: mob,
        lasting: []
      },
      blank
    )
    const round: ActionRecord = {
      no: i + 1,
      type: "AttackRound",
      version: 1,
      payload: { fight: mob, character: fighter.id, mob },
      actor: { type: "Character", id: fighter.id },
      commandId: null,
      cause: null,
      key: `bench/${instance}/${i}`,
      seed: i,
      priority: 0,
      runAt: now + 2_000 + Math.floor((i * 2_000) / Math.max(1, fights)),
      attempts: 0,
      depth: 0
    }
    return { id: fighter.id, rows: [fighter.row, straw], round }
  })
  return {
    rows: [...kept, ...people.map(({ row }) => row), ...others.flatMap(({ rows }) => rows)],
    queue: others.map(({ round }) => round),
    players: people.map(({ id }) => ({ instance, id, session: `session-${id}` })),
    inside: [...people, ...others].map(({ id }) => ({ id, session: `session-${id}` }))
  }
}

/** An instance of so many rooms, mobs who do nothing, and items on the ground. */
export const large = (options: {
  readonly instance: number
  readonly firstId: number
  readonly rooms: number
  readonly mobs: number
  readonly items: number
}): ReadonlyArray<Aggregate.Given> => {
  const { firstId, instance } = options
  const id = (part: number) => firstId + part
  const roomOf = (i: number) => Room.Id.make(id(i % options.rooms))
  const many = <A>(count: number, make: (i: number) => A) =>
    Array.from({ length: count }, (_, i) => make(i))
  return [
    Instance.row(
      { id: Instance.Id.make(instance), place: "saltmere", start: roomOf(0), spawners: [] },
      { short: {} }
    ),
    ...many(options.rooms, (i) =>
      Room.row({ id: roomOf(i), template: `room-${i}`, doors: {}, flags: [] })
    ),
    ...many(options.mobs, (i) =>
      Mob.row(
        {
          id: Mob.Id.make(id(options.rooms + i)),
          template: "straw-man",
          spawner: null,
          room: roomOf(i),
          hp: 1_000_000,
          hpAt: 0,
          gold: 0,
          fighting: null,
          fight: null,
          lasting: []
        },
        blank
      )
    ),
    ...many(options.items, (i) =>
      Item.row({
        id: Item.Id.make(id(options.rooms + options.mobs + i)),
        template: "biscuit",
        holder: "room",
        holderId: roomOf(i),
        gold: 0,
        rolled: { name: null, damage: 0 }
      })
    )
  ]
}

/** A small world in which all is well: what the judge is tried on. */
import type { Game } from "@wr2/core"
import * as Fold from "@wr2/testkit/Fold"
import { game } from "@wr2/testkit/SmallWorld"
import { bare } from "@wr2/world/aggregates/Character"
import type { Evidence, History, Instance, Outcome } from "./History.ts"

type Writable<A> =
  A extends ReadonlyMap<infer K, infer V>
    ? Map<K, Writable<V>>
    : A extends ReadonlyArray<infer E>
      ? Array<Writable<E>>
      : A extends object
        ? { -readonly [K in keyof A]: Writable<A[K]> }
        : A
export type World = Writable<Evidence>

export const small = game as Game.Any
export const room = (id: number) => ({
  aggregate: "Room",
  row: { id, template: `room-${id}`, doors: {}, flags: [] }
})
export const person = (id: number, name: string) => ({
  id,
  name,
  account: 1,
  description: "",
  room: 1,
  home: 1,
  inside: false,
  hp: 25,
  hpAt: 0,
  exp: 0,
  gold: 5,
  wielding: null,
  fighting: null,
  fight: null,
  ...bare
})
export const biscuit = {
  id: 20,
  template: "biscuit",
  holder: "character",
  holderId: 10,
  gold: 0,
  rolled: { name: null, damage: 0 }
}

const rowsAfter = ({ birth, events }: Pick<Instance, "birth" | "events">): Instance["rows"] =>
  [
    ...Fold.fold(
      small,
      Fold.ofSnapshot(small, birth),
      events.map(({ at, payload }) => ({ value: payload, at }))
    ).entries()
  ].map(([{ _tag: aggregate }, , { row, runtime }]) => ({
    aggregate,
    row,
    ...(runtime === undefined ? {} : { runtime: runtime.data })
  }))

const event = (
  seq: number,
  actionNo: number,
  commandId: string | null,
  streams: ReadonlyArray<string>,
  payload: { readonly _tag: string; readonly [key: string]: unknown }
) => ({ seq, actionNo, commandId, streams, payload, type: payload._tag, at: 1_000 + seq })

export const acted = (
  no: number,
  type: string,
  commandId: string | null,
  firstSeq: number,
  payload = {}
) => ({
  no,
  type,
  commandId,
  firstSeq,
  payload,
  cause: null,
  key: `${commandId ?? "world"}/${no}`,
  due: true
})

export const me = "character:10"
const speaker = { type: "Character", id: 10, name: "Ann" }

/** Ann enters, speaks, pays Bob, goes through the arch with her biscuit, speaks there, and looks. */
export const peaceful = (): World => {
  const birth = [
    room(1),
    { aggregate: "Character", row: person(10, "Ann") },
    { aggregate: "Character", row: person(11, "Bob") },
    { aggregate: "Item", row: biscuit }
  ]
  const gone = { ...person(10, "Ann"), inside: true, gold: 3 }
  const sent = { character: gone, items: [biscuit], session: "s" }
  const first = [
    event(1, 1, null, [me, "room:1"], {
      _tag: "CharacterEntered",
      character: 10,
      name: "Ann",
      room: 1
    }),
    event(2, 2, `${me}#1`, ["room:1"], { _tag: "Said", speaker, room: 1, text: "hello" }),
    event(3, 3, `${me}#2`, ["room:1"], {
      _tag: "GoldGiven",
      amount: 2,
      from: 10,
      fromName: "Ann",
      to: 11,
      toName: "Bob",
      room: 1
    }),
    event(4, 4, `${me}#3`, [me, "room:1"], {
      _tag: "CharacterDeparted",
      character: 10,
      name: "Ann",
      room: 1,
      portal: "arch"
    }),
    event(5, 4, `${me}#3`, [], { _tag: "CharacterSent", ...sent, target: 2, arrival: "there" })
  ]
  const second = [
    event(1, 1, "instance:1#5", [], {
      _tag: "CharacterReceived",
      ...sent,
      at: 1_000,
      character: { ...gone, room: 51 }
    }),
    event(2, 1, "instance:1#5", [me, "room:51"], {
      _tag: "CharacterArrived",
      character: 10,
      name: "Ann",
      room: 51
    }),
    event(3, 2, `${me}#4`, ["room:51"], { _tag: "Said", speaker, room: 51, text: "there" })
  ]
  const tables = () => ({ queue: [], dead: [], outbox: [] })
  const instances: ReadonlyArray<Instance> = [
    {
      ...tables(),
      id: 1,
      birth,
      events: first,
      rows: rowsAfter({ birth, events: first }),
      log: [
        acted(1, "Enter", null, 1),
        acted(2, "Say", `${me}#1`, 2, { text: "hello" }),
        acted(3, "GiveGold", `${me}#2`, 3),
        acted(4, "Depart", `${me}#3`, 4)
      ],
      cursors: new Map([[me, 3]])
    },
    {
      ...tables(),
      id: 2,
      birth: [room(51)],
      events: second,
      rows: rowsAfter({ birth: [room(51)], events: second }),
      log: [acted(1, "Admit", "instance:1#5", 1), acted(2, "Say", `${me}#4`, 3, { text: "there" })],
      cursors: new Map([
        [me, 6],
        ["instance:1", 5]
      ])
    }
  ]
  const told = ({ commandId, payload, seq, type }: (typeof first)[number]) => ({
    _tag: "Event" as const,
    seq,
    type,
    payload: JSON.stringify(payload),
    n: commandId?.startsWith(`${me}#`) === true ? Number(commandId.split("#")[1]) : null
  })
  const accepted = (instance: number, asOf: number) => ({
    _tag: "Accepted" as const,
    instance,
    asOf
  })
  const ann: History = {
    name: "Ann",
    character: 10,
    sent: new Map(
      ["say hello", "give 2 gold to bob", "enter arch", "say there", "dance", "look"].map(
        (text, i) => [i + 1, [text]]
      )
    ),
    answers: new Map<number, Outcome>([
      [1, accepted(1, 2)],
      [2, accepted(1, 3)],
      [3, accepted(1, 5)],
      [4, accepted(2, 3)],
      [5, { _tag: "Rejected", reason: "UnknownVerb" }],
      [6, accepted(2, 3)]
    ]),
    seen: [
      { _tag: "Began", instance: 1, seq: 1, streams: [me, "room:1", "everywhere"] },
      ...first.slice(1, 4).map(told),
      { _tag: "Arrived", instance: 2, seq: 0, streams: [me] },
      told(second[1]!),
      { _tag: "State", why: "arrived", instance: 2, seq: 2 },
      told(second[2]!)
    ]
  }
  return structuredClone({ histories: [ann], instances, characters: [10, 11] }) as World
}

/** A client begins anew. */
export const resync = (because: string) => ({
  _tag: "Began" as const,
  because,
  instance: 1,
  seq: 3,
  streams: [me, "room:1", "everywhere"]
})

/** So much happens elsewhere in the first instance that nobody reads it all again. */
export const long = ({ instances: [one] }: World): void => {
  const filler = { ...one!.events[1]!, commandId: null, streams: ["room:7"] }
  for (let i = 0; i <= 50_000; i++) one!.events.push({ ...filler, seq: 6 + i })
}

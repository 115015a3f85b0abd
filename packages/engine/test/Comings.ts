/** How people come into the test game and leave it, and what they are shown then. */
import { Action, Event } from "@wr2/core"
import type { Players } from "@wr2/core"
import { Result, Schema } from "effect"
import { Person } from "./People.ts"

const P = Person.Id
const one = { person: P }
const person = (id: number) => Person.stream(id)

export const Joined = Event.define("Joined", {
  fields: { person: P, session: Schema.String },
  evolve: (e) => [Person.setRuntime(e.person, { session: e.session, mood: "new" })],
  heardBy: (e) => [person(e.person)]
})
export const Parted = Event.define("Parted", {
  fields: { person: P },
  evolve: (e) => [Person.removeRuntime(e.person)],
  heardBy: (e) => [person(e.person)]
})
export const Born = Event.define("Born", {
  fields: { person: P, name: Schema.String },
  evolve: (e) => [Person.insert({ id: e.person, name: e.name, place: 0, rung: 0 })],
  heardBy: () => []
})
export const Create = Action.make("Create", { ...one, name: Schema.String })
export const create = Create.rule({
  emits: [Born],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { the }) =>
    Result.succeed(Result.isSuccess(the(Person, a.person)) ? {} : { events: [Born.make(a)] })
})
export const Enter = Action.make("Enter", { ...one, session: Schema.String })
export const enter = Enter.rule({
  emits: [Joined],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { the }) => Result.map(the(Person, a.person), () => ({ events: [Joined.make(a)] }))
})
export const Leave = Action.make("Leave", { ...one, session: Schema.String })
export const leave = Leave.rule({
  emits: [Parted],
  locks: (a) => [Person.ref(a.person)],
  decide: (a, { runtime }) => {
    const inside = runtime(Person, a.person)
    return Result.succeed(
      Result.isSuccess(inside) && inside.success.session === a.session
        ? { events: [Parted.make({ person: a.person })] }
        : {}
    )
  }
})

export const players: Players<{ readonly place: number; readonly rung: number }, null> = {
  aggregate: Person,
  fresh: Schema.Null,
  session: (projection, id) => projection.runtime(Person, id)?.session ?? null,
  exists: (projection, id) => projection.get(Person, id) !== undefined,
  create: ({ id, name }) => Create.make({ person: P.make(id), name }),
  enter: ({ id, session }) => Enter.make({ person: P.make(id), session }),
  leave: ({ id, session }) => Leave.make({ person: P.make(id), session }),
  disconnect: ({ id, session }) => Leave.make({ person: P.make(id), session }),
  streams: (projection, id) => [person(id), `place:${projection.get(Person, id)?.place ?? 0}`],
  snapshot: {
    schema: Schema.Struct({ place: Schema.Int, rung: Schema.Int }),
    view: (id, { projection }) => {
      const row = projection.get(Person, id)!
      // Nobody stands there: a snapshot that breaks, and one that does not end.
      if (row.place === -50) throw new Error("the snapshot was written to throw")
      if (row.place === -51) for (;;) if (id < 0) break
      return { place: row.place, rung: row.rung }
    }
  }
}

export const comings = { events: [Joined, Parted, Born], actions: [create, enter, leave] } as const

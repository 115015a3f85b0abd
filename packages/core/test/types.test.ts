/**
 * The types of the API as a specification: `tsc` over the test project fails when a line marked
 * `@ts-expect-error` compiles, or when a union is not exactly what it says. Nothing here runs but one
 * empty test.
 */
// @effect-diagnostics missingEffectError:off
import { it } from "@effect/vitest"
import { Action, Aggregate, Command, Event, Game } from "@wr2/core"
import type { Content, EngineEvents, Players, Projection } from "@wr2/core"
import { Result, Schema } from "effect"

/** Compiles only when both types are exactly the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const exactly = <const _ extends true>() => {}

class Dry extends Schema.TaggedError<Dry>()("Dry", { left: Schema.Int }) {}
class Full extends Schema.TaggedError<Full>()("Full", {}) {}
class Nowhere extends Schema.TaggedError<Nowhere>()("Nowhere", { name: Schema.String }) {}
class Unasked extends Schema.TaggedError<Unasked>()("Unasked", {}) {}

const Well = Aggregate.define("Well", {
  rank: 1,
  fields: { depth: Schema.Int, village: Schema.NullOr(Schema.String) },
  indexes: { village: (well) => well.village },
  runtime: { schema: Schema.Struct({ drawn: Schema.Int }), version: 1, build: () => ({ drawn: 0 }) }
})
const Bucket = Aggregate.define("Bucket", {
  rank: 2,
  fields: { litres: Schema.Int, well: Well.Id }
})

const Drawn = Event.define("Drawn", {
  fields: { well: Well.Id, litres: Schema.Int },
  evolve: (e) => [Well.update(e.well, (well) => ({ ...well, depth: well.depth - e.litres }))],
  heardBy: (e) => [Well.stream(e.well)]
})
const Filled = Event.define("Filled", { fields: { bucket: Bucket.Id }, heardBy: () => [] })
const Seen = Event.define("Seen", { fields: { depth: Schema.Int }, heardBy: () => [] })

const Draw = Action.make("Draw", { well: Well.Id, litres: Schema.Int })
const Fill = Action.make("Fill", { bucket: Bucket.Id })
const See = Action.make("See", { well: Well.Id })
const locks = () => []
const drawRule = Draw.rule({
  emits: [Drawn, Filled],
  fails: [Dry],
  locks: (a, { projection }) => [
    Well.ref(a.well),
    ...projection.all(Bucket).map(({ id }) => Bucket.ref(id))
  ],
  decide: (a, { the }) =>
    Result.gen(function* () {
      const well = yield* the(Well, a.well)
      if (well.depth < a.litres) return yield* Result.fail(new Dry({ left: well.depth }))
      // Follow-ups of its own kind, and of another's that follows it up: no circle for the compiler.
      return {
        events: [Drawn.make(a)],
        next: [Draw.make(a, { every: 1000 }), Fill.make({ bucket: Bucket.Id.make(1) })]
      }
    })
})
const fillRule = Fill.rule({
  emits: [Filled],
  fails: [Full],
  locks,
  decide: (a) =>
    Result.succeed({
      events: [Filled.make(a)],
      next: [Draw.make({ well: Well.Id.make(1), litres: 1 })]
    })
})
const seeRule = See.view({
  emits: [Seen],
  view: (a, { projection }) =>
    Result.succeed([Seen.make({ depth: projection.get(Well, a.well)?.depth ?? 0 })])
})
const draw = Command.define("draw", {
  grammar: "draw <litres>",
  fields: { litres: Schema.Int },
  rejects: [Nowhere],
  plan: (c, { actor }) =>
    Result.succeed([Draw.make({ well: Well.Id.make(actor), litres: c.litres })])
})
const see = Command.define("see", { grammar: "see", fields: {}, plan: () => Result.succeed([]) })
const wells = Game.make("wells", {
  aggregates: [Well, Bucket],
  events: [Drawn, Filled, Seen],
  actions: [drawRule, fillRule, seeRule],
  commands: [draw, see]
})
type Wells = typeof wells

/** Never called: what is in it is compiled, not run. */
export const compiled = (
  projection: Projection,
  deciding: Action.Deciding,
  content: Content.Read
) => {
  // --- the unions that a client gets: exact, so that a match over them can be exhaustive
  type WellId = (typeof Well)["Id"]["Type"]
  type BucketId = (typeof Bucket)["Id"]["Type"]
  type Engine = Event.Value<(typeof EngineEvents.all)[number]>
  type Own = Exclude<Game.EventOf<Wells>, Engine>
  exactly<Same<Own["_tag"], "Drawn" | "Filled" | "Seen">>()
  exactly<Same<Engine["_tag"], "ActionRefused" | "ActionFailed" | "RuntimeRebuilt">>()
  exactly<Same<Extract<Own, { _tag: "Drawn" }>["well"], WellId>>()
  exactly<Same<Extract<Own, { _tag: "Filled" }>["bucket"], BucketId>>()
  exactly<Same<Game.CommandOf<Wells>["_tag"], "draw" | "see">>()
  exactly<Same<Extract<Game.CommandOf<Wells>, { _tag: "draw" }>["litres"], number>>()
  exactly<Same<Game.RejectionOf<Wells>, Nowhere>>()
  exactly<Same<Game.RefusalOf<Wells>, Dry | Full | Action.Gone | Action.Corrupt>>()
  exactly<Same<Game.SnapshotOf<Wells>, never>>()

  const match = (event: Own): number => {
    switch (event._tag) {
      case "Drawn":
        return event.litres
      case "Filled":
        return event.bucket
      case "Seen":
        return event.depth
    }
  }
  // @ts-expect-error one Event is left out: not exhaustive
  const forgetful = (event: Own): number => {
    switch (event._tag) {
      case "Drawn":
        return event.litres
      case "Filled":
        return event.bucket
    }
  }
  void [match, forgetful]

  const players = {} as Players<{ readonly room: string }, { readonly race: string }>
  const played = Game.make("played", {
    aggregates: [],
    events: [],
    actions: [],
    commands: [],
    players
  })
  exactly<Same<Game.SnapshotOf<typeof played>, { readonly room: string }>>()

  const silent = Game.make("silent", { aggregates: [], events: [], actions: [], commands: [see] })
  exactly<Same<Game.RejectionOf<typeof silent>, never>>()
  exactly<Same<Game.RefusalOf<typeof silent>, never>>()
  exactly<Same<Game.EventOf<typeof silent>, Engine>>()

  // Any game is a game whose types are erased.
  const erased: Game.Any = wells as unknown as Game.Game<any, any, any, any>
  const erasing = (game: Game.Game<any, any, any, any>) => game.name
  void [erased, erasing(wells)]

  // --- Game.make
  Game.make("short", {
    aggregates: [Well],
    events: [Drawn],
    // @ts-expect-error Filled is emitted by both rules but not registered
    actions: [drawRule, fillRule],
    commands: []
  })
  Game.make("none", {
    aggregates: [Well],
    events: [],
    // @ts-expect-error no Event is registered
    actions: [drawRule],
    commands: []
  })
  Game.make("blind", {
    aggregates: [Well],
    events: [Drawn, Filled],
    // @ts-expect-error what a view shows must be registered as well
    actions: [drawRule, seeRule],
    commands: []
  })

  // --- rules
  Draw.rule({
    emits: [Filled],
    locks,
    // @ts-expect-error Drawn is emitted but not declared
    decide: (a) => Result.succeed({ events: [Drawn.make(a)] })
  })
  Draw.rule({
    emits: [Drawn],
    locks,
    // @ts-expect-error Dry is a failure that is not declared
    decide: () => Result.fail(new Dry({ left: 1 }))
  })
  Draw.rule({
    emits: [Drawn],
    fails: [Full],
    locks,
    decide: () =>
      // @ts-expect-error Dry is a failure that is not declared, in a generator as well
      Result.gen(function* () {
        yield* Result.fail(new Dry({ left: 1 }))
        return {}
      })
  })
  Draw.rule({
    emits: [],
    locks,
    // What `the` may fail with need not be declared.
    decide: (a, { the }) => Result.map(the(Well, a.well), () => ({}))
  })
  Draw.rule({
    emits: [],
    // @ts-expect-error a lock is a ref, no id
    locks: (a) => [a.well],
    decide: () => Result.succeed({})
  })
  Draw.rule({
    emits: [],
    // @ts-expect-error the payload has no such field
    locks: (a) => [Well.ref(a.bucket)],
    decide: () => Result.succeed({})
  })
  See.view({
    emits: [Seen],
    // @ts-expect-error Drawn is shown but not declared
    view: () => Result.succeed([Drawn.make({ well: Well.Id.make(1), litres: 1 })])
  })
  See.view({
    emits: [],
    // @ts-expect-error Dry is a failure that is not declared
    view: () => Result.fail(new Dry({ left: 1 }))
  })

  // --- what decide is given
  const { the, every, runtime, ids, dice } = deciding
  exactly<Same<ReturnType<typeof dice.roll>, number>>()
  const well = Result.getOrThrow(the(Well, 1))
  exactly<Same<typeof well.depth, number>>()
  exactly<Same<typeof well.village, string | null>>()
  exactly<Same<typeof well.id, WellId>>()
  const drawn = Result.getOrThrow(runtime(Well, 1))
  exactly<Same<typeof drawn, { readonly drawn: number }>>()
  const id = ids.next(Bucket)
  exactly<Same<typeof id, BucketId>>()
  every(Well, "village", "Oak")
  // @ts-expect-error no such index
  every(Well, "depth", 3)
  // @ts-expect-error Bucket has no index at all
  every(Bucket, "well", 3)
  // @ts-expect-error no such index
  projection.by(Well, "depth", 3)
  // @ts-expect-error a row is there to be read, not written
  well.depth = 3
  // @ts-expect-error decide has no projection: what it reads is locked
  void deciding.projection
  // @ts-expect-error runtime data is typed
  void drawn.poured
  const bucketData = runtime(Bucket, 1)
  exactly<Same<typeof bucketData, Result.Result<never, Action.Gone | Action.Corrupt>>>()
  const found = projection.get(Well, 1)
  // @ts-expect-error it may not be there
  void found.depth
  void content

  // --- rows and changes
  Well.row({ id: 1, depth: 3, village: null }, { drawn: 1 })
  // @ts-expect-error a field is left out
  Well.row({ id: 1, depth: 3 })
  // @ts-expect-error a field is of another type
  Well.row({ id: 1, depth: "3", village: null })
  // @ts-expect-error no such field
  Well.row({ id: 1, depth: 3, village: null, colour: "blue" })
  // @ts-expect-error runtime data of another type
  Well.row({ id: 1, depth: 3, village: null }, { poured: 1 })
  // @ts-expect-error no runtime data is declared
  Bucket.row({ id: 1, litres: 1, well: Well.Id.make(1) }, { drawn: 1 })
  // @ts-expect-error the id of another class
  Bucket.row({ id: 1, litres: 1, well: Bucket.Id.make(1) })
  // @ts-expect-error any number is no id
  Bucket.row({ id: 1, litres: 1, well: 1 })
  // @ts-expect-error a field is lost
  Well.update(1, ({ depth, id }) => ({ depth, id }))
  // @ts-expect-error a field changes its type
  Well.update(1, (row) => ({ ...row, depth: "deep" }))
  // @ts-expect-error an inserted row is whole
  Bucket.insert({ id: 1, litres: 1 })
  // @ts-expect-error runtime data of another type
  Well.setRuntime(1, { drawn: "much" })
  // @ts-expect-error no runtime data is declared
  Bucket.updateRuntime(1, () => ({ drawn: 1 }))
  Aggregate.define("Bad", {
    rank: 1,
    fields: { depth: Schema.Int },
    // @ts-expect-error an index over a field that is not there
    indexes: { colour: (bad) => bad.colour }
  })
  Aggregate.define("Bad", {
    rank: 1,
    fields: { village: Schema.Array(Schema.String) },
    // @ts-expect-error an index key is text or a number
    indexes: { village: (bad) => bad.village }
  })
  Aggregate.define("Bad", {
    rank: 1,
    fields: {},
    runtime: {
      schema: Schema.Struct({ drawn: Schema.Int }),
      version: 1,
      // @ts-expect-error build gives what the schema says
      build: () => ({ drawn: "much" })
    }
  })

  // --- messages
  // @ts-expect-error a field is left out
  Draw.make({ well: Well.Id.make(1) })
  // @ts-expect-error a field is of another type
  Draw.make({ well: Well.Id.make(1), litres: "1" })
  // @ts-expect-error no such timing
  Fill.make({ bucket: Bucket.Id.make(1) }, { later: 1 })
  // @ts-expect-error a field is of another type
  Drawn.make({ well: Well.Id.make(1), litres: null })
  // @ts-expect-error the id of another class
  Filled.make({ bucket: Well.Id.make(1) })
  // @ts-expect-error a field is of another type
  draw.make({ litres: "1" })
  Event.define("Bad", {
    fields: { well: Well.Id },
    // @ts-expect-error the Event has no such field
    heardBy: (e) => [Well.stream(e.bucket)]
  })
  Event.define("Bad", {
    fields: { well: Well.Id },
    // @ts-expect-error evolve gives changes, no rows
    evolve: (e) => [{ id: e.well }],
    heardBy: () => []
  })

  // --- plans
  Command.define("bad", {
    fields: {},
    // @ts-expect-error Nowhere is a reason that is not declared
    plan: () => Result.fail(new Nowhere({ name: "oak" }))
  })
  Command.define("bad", {
    fields: {},
    rejects: [Nowhere],
    // @ts-expect-error Unasked is a reason that is not declared
    plan: () => Result.fail(new Unasked())
  })
  Command.define("bad", {
    fields: { litres: Schema.Int },
    // @ts-expect-error the Command has no such field
    plan: (c) => Result.succeed([Draw.make({ well: Well.Id.make(1), litres: c.gallons })])
  })
  Command.define("bad", {
    fields: {},
    // @ts-expect-error a plan is Actions, no Events
    plan: () => Result.succeed([Seen.make({ depth: 1 })])
  })
}

it("compiles, and refuses to compile, as said in this file", () => {})

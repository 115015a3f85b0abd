/** The suite of the port to Events. */
import { assert, layer as withLayer } from "@effect/vitest"
import type { Records } from "@wr2/engine"
import { EventLog } from "@wr2/engine/EventLog"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Effect } from "effect"
import type { Layer } from "effect"
import * as S from "./Support.ts"
import type { Stores, StoreTools } from "./Tools.ts"

/** Registers the tests of EventLog. See {@link instanceStoreSuite} for the layer. */
export const eventLogSuite = <R, E>(
  name: string,
  layer: Layer.Layer<Stores | R, E>,
  tools: StoreTools<R>
): void =>
  withLayer(layer, { excludeTestServices: tools.live })(`${name}: EventLog`, (it) => {
    const seqs = Effect.fnUntraced(function* (instance: number, after: number, limit: number) {
      const log = yield* EventLog
      return (yield* log.read(instance, after, limit)).map(({ seq }) => seq)
    })
    const events = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => S.event(from + i))

    it.effect("gives Events as they were, whatever they hold", () =>
      Effect.gen(function* () {
        const payload = {
          _tag: "Said",
          text: 'a "b" \\ \n 🐉',
          list: [1, { deep: null }],
          off: false
        }
        const said: ReadonlyArray<Records.EventRecord> = [
          S.event(1, {
            type: "Said",
            version: 4,
            payload: JSON.stringify(payload),
            streams: ["room:1", 'odd "stream", {x}', "ümlaut:2", ""],
            at: 1_700_000_000_123,
            actionNo: 12,
            commandId: "character:7#12",
            actor: { type: "Character", id: 7 }
          }),
          S.event(2, { streams: [] })
        ]
        const owned = yield* S.born({})
        yield* S.written(owned, { events: said })
        const read = yield* (yield* EventLog).read(owned.instance, 0, 10)
        // JSON as a value: how its text is spaced is the database's own.
        const parsed = (events: ReadonlyArray<Records.EventRecord>) =>
          events.map((event) => ({ ...event, payload: JSON.parse(event.payload) }))
        assert.deepStrictEqual(parsed(read), parsed(said))
      })
    )

    it.effect("is read on from a seq, in order, so many at a time", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({})
        yield* S.written(owned, { events: events(1, 7) })
        yield* S.written(owned, { events: events(8, 25) })
        assert.deepStrictEqual(yield* seqs(owned.instance, 0, 3), [1, 2, 3])
        assert.deepStrictEqual(yield* seqs(owned.instance, 5, 4), [6, 7, 8, 9])
        assert.deepStrictEqual(yield* seqs(owned.instance, 23, 10), [24, 25])
        assert.deepStrictEqual(yield* seqs(owned.instance, 25, 10), [])
        assert.strictEqual((yield* seqs(owned.instance, 0, 1_000)).length, 25)
      })
    )

    it.effect("knows where it begins and ends", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const owned = yield* S.born({})
        const { lineage } = owned
        assert.deepStrictEqual(yield* log.head(owned.instance), { lineage, last: 0, oldest: 1 })
        yield* S.written(owned, { events: events(1, 5) })
        assert.deepStrictEqual(yield* log.head(owned.instance), { lineage, last: 5, oldest: 1 })
        yield* tools.dropEvents(owned.instance, 3)
        assert.deepStrictEqual(yield* log.head(owned.instance), { lineage, last: 5, oldest: 4 })
        assert.deepStrictEqual(yield* seqs(owned.instance, 0, 10), [4, 5])
      })
    )

    it.effect("remembers its end when all of it was dropped after a release", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const store = yield* InstanceStore
        const owned = yield* S.born({})
        const { epoch, instance, lineage } = owned
        yield* S.written(owned, { events: events(1, 3) })
        yield* store.release(instance, epoch, { nextDue: null, lastSeq: 3, lastNow: 5 })
        yield* tools.dropEvents(instance, 3)
        assert.deepStrictEqual(yield* log.head(instance), { lineage, last: 3, oldest: 4 })
        const next = yield* S.activate(instance)
        assert.strictEqual(next.lastSeq, 3)
        yield* S.written(next, { events: events(4, 4) })
        assert.deepStrictEqual(yield* log.head(instance), { lineage, last: 4, oldest: 4 })
      })
    )

    it.effect("finds where a message of another instance came in", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const owned = yield* S.born({})
        const { instance, lineage } = owned
        const of = (seq: number, source: number, n: number, some = {}) =>
          S.event(seq, {
            commandId: `instance:${source}#${n}`,
            actor: { type: "instance", id: source },
            ...some
          })
        const another = yield* S.born({})
        yield* S.written(another, { events: [of(1, 1, 7)] })
        yield* S.written(owned, { events: [S.event(1), of(2, 1, 7), of(3, 1, 7), of(4, 1, 77)] })
        // What others did because of it is not where it came in.
        const mob = { actor: { type: "Mob", id: 3 } }
        yield* S.written(owned, { events: [of(5, 2, 9, mob), of(6, 2, 9), of(7, 2, 7)] })
        const at = (source: number, n: number) => log.arrival(instance, { source, n })
        assert.deepStrictEqual(yield* at(1, 7), { lineage, seq: 2 })
        assert.deepStrictEqual(yield* at(1, 77), { lineage, seq: 4 })
        assert.deepStrictEqual(yield* at(2, 9), { lineage, seq: 6 })
        assert.deepStrictEqual(yield* at(2, 7), { lineage, seq: 7 })
        assert.isUndefined(yield* at(3, 7))
        assert.isUndefined(yield* at(1, 8))
        assert.isUndefined(yield* log.arrival(S.newInstance(), { source: 1, n: 7 }))
        yield* tools.dropEvents(instance, 3)
        assert.isUndefined(yield* at(1, 7))
        assert.deepStrictEqual(yield* at(1, 77), { lineage, seq: 4 })
      })
    )

    it.effect("knows each instance apart, and nothing of others", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const [one, two] = [yield* S.born({}), yield* S.born({})]
        yield* S.written(one, { events: events(1, 2) })
        yield* S.written(two, { events: events(1, 3) })
        assert.deepStrictEqual(yield* seqs(one.instance, 0, 10), [1, 2])
        assert.deepStrictEqual(yield* seqs(two.instance, 1, 10), [2, 3])
        assert.isUndefined(yield* log.head(S.newInstance()))
        assert.deepStrictEqual(yield* seqs(S.newInstance(), 0, 10), [])
      })
    )
  })

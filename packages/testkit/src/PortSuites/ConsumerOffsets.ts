/** The suite of the port to consumers' offsets. */
import { assert, layer as withLayer } from "@effect/vitest"
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import type { Known, Move } from "@wr2/engine/ConsumerOffsets"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Effect } from "effect"
import type { Layer } from "effect"
import * as S from "./Support.ts"
import type { Stores, StoreTools } from "./Tools.ts"

let names = 0
/** A consumer that no other test uses. */
const consumer = (from: Known["from"] = "beginning"): Known => ({ name: `test-${++names}`, from })

/** Registers the tests of ConsumerOffsets. See {@link instanceStoreSuite} for the layer. */
export const consumerOffsetsSuite = <R, E>(
  name: string,
  layer: Layer.Layer<Stores | ConsumerOffsets | R, E>,
  tools: StoreTools<R>
): void =>
  withLayer(layer, { excludeTestServices: tools.live })(`${name}: ConsumerOffsets`, (it) => {
    const events = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => S.event(from + i))
    const open = Effect.fnUntraced(function* (
      instance: number,
      head: number,
      ...known: Array<Known>
    ) {
      return yield* (yield* ConsumerOffsets).open(instance, head, known)
    })
    const seqs = (instance: number, head: number, ...known: Array<Known>) =>
      Effect.map(open(instance, head, ...known), (rows) => rows.map(({ seq }) => seq))
    const move = (instance: number, { name: consumer }: Known, from: number, to: number): Move => ({
      instance,
      consumer,
      from,
      to
    })

    it.effect("begin before the oldest Event, or with what comes, and then are what they are", () =>
      Effect.gen(function* () {
        const [all, fresh] = [consumer(), consumer("now")]
        const owned = yield* S.born({})
        assert.deepStrictEqual(yield* seqs(owned.instance, 0, consumer("now"), consumer()), [0, 0])
        yield* S.written(owned, { events: events(1, 7) })
        yield* tools.dropEvents(owned.instance, 2)
        assert.deepStrictEqual(yield* open(owned.instance, 6, fresh, all), [
          { instance: owned.instance, consumer: fresh.name, seq: 6, parked: null },
          { instance: owned.instance, consumer: all.name, seq: 2, parked: null }
        ])
        assert.deepStrictEqual(yield* seqs(owned.instance, 7, all, fresh), [2, 6])
      })
    )

    it.effect("are made for all instances at once, where they are missing", () =>
      Effect.gen(function* () {
        const offsets = yield* ConsumerOffsets
        const [all, fresh] = [consumer(), consumer("now")]
        const [one, two, three] = [yield* S.born({}), yield* S.born({}), yield* S.born({})]
        yield* S.written(one, { events: events(1, 5) })
        yield* S.written(two, { events: events(1, 9) })
        yield* tools.dropEvents(two.instance, 3)
        yield* open(one.instance, 2, fresh)
        yield* Effect.all([offsets.enrol([all, fresh]), offsets.enrol([all, fresh])], {
          concurrency: "unbounded"
        })
        yield* S.written(one, { events: events(6, 8) })
        assert.deepStrictEqual(yield* seqs(one.instance, 8, all, fresh), [0, 2])
        assert.deepStrictEqual(yield* seqs(two.instance, 9, all, fresh), [3, 9])
        assert.deepStrictEqual(yield* seqs(three.instance, 0, all, fresh), [0, 0])
      })
    )

    it.effect("of an instance founded later begin at its birth, however late they are made", () =>
      Effect.gen(function* () {
        const offsets = yield* ConsumerOffsets
        const [fresh, other] = [consumer("now"), consumer("now")]
        const before = yield* S.born({})
        yield* S.written(before, { events: events(1, 5) })
        yield* offsets.enrol([fresh])
        const [one, two] = [yield* S.born({}), yield* S.born({})]
        yield* S.written(one, { events: events(1, 3) })
        yield* S.written(two, { events: events(1, 4) })
        yield* open(before.instance, 5, other)
        // By the look at all of them, or by its owner that has come late.
        yield* offsets.enrol([fresh])
        assert.deepStrictEqual(yield* seqs(one.instance, 3, fresh), [0])
        assert.deepStrictEqual(yield* seqs(two.instance, 4, fresh, other), [0, 4])
        assert.deepStrictEqual(yield* seqs(before.instance, 5, fresh), [5])
      })
    )

    it.effect("are moved only from where they are thought to be", () =>
      Effect.gen(function* () {
        const offsets = yield* ConsumerOffsets
        const [a, b, c] = [consumer(), consumer(), consumer()]
        const { instance } = yield* S.born({})
        yield* open(instance, 0, a, b, c)
        const moves = [move(instance, a, 0, 4), move(instance, c, 3, 5), move(instance, b, 0, 2)]
        assert.deepStrictEqual(yield* offsets.advance(moves), ["written", "lost", "written"])
        assert.deepStrictEqual(yield* offsets.advance(moves.slice(0, 2)), ["lost", "lost"])
        assert.deepStrictEqual(yield* seqs(instance, 9, a, b, c), [4, 2, 0])
        assert.deepStrictEqual(yield* offsets.advance([]), [])
      })
    )

    it.effect("of one name, moved by two at once, are moved by one", () =>
      Effect.gen(function* () {
        const offsets = yield* ConsumerOffsets
        const a = consumer()
        const { instance } = yield* S.born({})
        yield* open(instance, 0, a)
        for (let from = 0; from < 50; from += 10) {
          const both = yield* Effect.all(
            [1, 2, 3, 4].map((by) => offsets.advance([move(instance, a, from, from + by)])),
            { concurrency: "unbounded" }
          )
          const won = both.flatMap((each, i) => (each[0] === "written" ? [i + 1] : []))
          assert.lengthOf(won, 1)
          assert.deepStrictEqual(yield* seqs(instance, 99, a), [from + won[0]!])
          yield* offsets.advance([move(instance, a, from + won[0]!, from + 10)])
        }
      })
    )

    it.effect("park with what is wrong, move no more, and go on when they are told to", () =>
      Effect.gen(function* () {
        const offsets = yield* ConsumerOffsets
        const a = consumer()
        const { instance } = yield* S.born({})
        yield* open(instance, 0, a)
        const why = { seq: 6, error: 'it\'s "broken" \n 🐉' }
        assert.isFalse(yield* offsets.park(move(instance, a, 1, 5), why))
        assert.isTrue(yield* offsets.park(move(instance, a, 0, 5), why))
        assert.isFalse(yield* offsets.park(move(instance, a, 5, 5), why))
        assert.deepStrictEqual((yield* open(instance, 9, a))[0], {
          instance,
          consumer: a.name,
          seq: 5,
          parked: why
        })
        assert.deepStrictEqual(yield* offsets.advance([move(instance, a, 5, 8)]), ["lost"])
        assert.isTrue(yield* offsets.resume(instance, a.name, null))
        assert.isFalse(yield* offsets.resume(instance, a.name, null))
        assert.deepStrictEqual(yield* offsets.advance([move(instance, a, 5, 8)]), ["written"])
        yield* offsets.park(move(instance, a, 8, 8), why)
        assert.isTrue(yield* offsets.resume(instance, a.name, 9))
        assert.deepStrictEqual(yield* seqs(instance, 9, a), [9])
        assert.isFalse(yield* offsets.resume(instance, "nobody", null))
      })
    )

    it.effect("tell who sleeps with something unread: not who is awake, parked or done", () =>
      Effect.gen(function* () {
        const offsets = yield* ConsumerOffsets
        const store = yield* InstanceStore
        const [a, b] = [consumer(), consumer()]
        const born = Effect.fnUntraced(function* (last: number, release: boolean) {
          const owned = yield* S.born({})
          yield* S.written(owned, { events: events(1, last) })
          const at = { nextDue: null, lastSeq: last, lastNow: 5 }
          if (release) yield* store.release(owned.instance, owned.epoch, at)
          yield* open(owned.instance, last, a)
          return owned.instance
        })
        const [behind, done, parked, , later] = [
          yield* born(3, true),
          yield* born(3, true),
          yield* born(3, true),
          yield* born(3, false),
          yield* born(4, true)
        ]
        yield* offsets.advance([move(done, a, 0, 3), move(later, a, 0, 3)])
        yield* offsets.park(move(parked, a, 0, 1), { seq: 2, error: "no" })
        assert.deepStrictEqual(yield* offsets.asleep([a.name, b.name], 10), [behind, later])
        assert.deepStrictEqual(yield* offsets.asleep([a.name], 1), [behind])
        assert.deepStrictEqual(yield* offsets.asleep([b.name], 10), [])
      })
    )

    it.effect(
      "say which Event of an instance is still needed: the oldest, also of who is parked",
      () =>
        Effect.gen(function* () {
          const offsets = yield* ConsumerOffsets
          const [a, b] = [consumer(), consumer()]
          const { instance } = yield* S.born({})
          const needed = Effect.map(offsets.needed, (all) =>
            all.flatMap((each) => (each.instance === instance ? [each.seq] : []))
          )
          assert.deepStrictEqual(yield* needed, [])
          yield* open(instance, 0, a, b)
          assert.deepStrictEqual(yield* needed, [1])
          yield* offsets.advance([move(instance, a, 0, 40), move(instance, b, 0, 30)])
          assert.deepStrictEqual(yield* needed, [31])
          yield* offsets.advance([move(instance, b, 30, 90)])
          yield* offsets.park(move(instance, a, 40, 50), { seq: 51, error: "no" })
          assert.deepStrictEqual(yield* needed, [51])
        })
    )
  })

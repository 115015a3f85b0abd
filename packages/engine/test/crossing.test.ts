/** docs/protocols.md 6: between instances. */
import { assert, it } from "@effect/vitest"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Effect, Fiber } from "effect"
import { idle, inBothForms, known, once, pass, player, tag, text } from "./Lab.ts"
import type { Lab } from "./Lab.ts"
import { Coin, people, Person } from "./Yard.ts"

const coin = (id: number, holder: number) => Coin.row({ id, holder, value: id })
/** Where each person and coin is: rows and messages on their way that their target does not know. */
export const whereabouts = Effect.fnUntraced(function* (
  lab: Lab,
  instances: ReadonlyArray<number>
) {
  const found: Array<string> = []
  for (const instance of instances) {
    const { dead, outbox, rows } = yield* lab.kept(instance)
    for (const key of rows.keys()) found.push(key)
    for (const { n, target, command } of outbox.values()) {
      const cursors = instances.includes(target) ? (yield* lab.kept(target)).cursors : new Map()
      if (n <= (cursors.get(`instance:${instance}`)?.lastN ?? 0)) continue
      const carried = command as { person: number; coins: ReadonlyArray<{ id: number }> }
      found.push(`person:${carried.person}`, ...carried.coins.map(({ id }) => `coin:${id}`))
    }
    for (const { payload } of dead.values()) {
      const carried = payload as { person: number; coins?: ReadonlyArray<{ id: number }> }
      if (carried.coins === undefined) continue
      found.push(`person:${carried.person}`, ...carried.coins.map(({ id }) => `coin:${id}`))
    }
  }
  return found.sort()
})

inBothForms("a message", (laboratory) => {
  it.effect("arrives once, with what it carries; its row goes when it is acknowledged", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, [...people(1, true), coin(50, 1), coin(51, 1)])
      yield* lab.found(2, [])
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("n", "cross 2")
      yield* pass(500)
      const [from, to] = [yield* lab.kept(1), yield* lab.kept(2)]
      assert.deepStrictEqual([...from.rows.keys(), ...from.outbox.keys()], [])
      assert.deepStrictEqual([...to.rows.keys()].sort(), ["coin:50", "coin:51", "person:1"])
      assert.deepStrictEqual(
        to.events.map((e) => e.type),
        ["Arrived"]
      )
      // Its number is the seq of the Event that sent it.
      assert.strictEqual(to.cursors.get("instance:1")!.lastN, from.events.at(-1)!.seq)
    })
  )

  it.effect(
    "is kept until it is acknowledged: over lost answers, crashes and restarts of both",
    () =>
      Effect.gen(function* () {
        const lost = () => Effect.fail(new StoreError({ reason: "Unknown", message: "lost" }))
        const lab = yield* laboratory()
        yield* lab.found(1, [...people(3, true), coin(50, 1), coin(51, 2)])
        yield* lab.found(2, [])
        let m = yield* lab.machine({
          faults: { after: once((c) => c.method === "commit" && c.instances.includes(2), lost) }
        })
        yield* known(m, 1, 1).say("cross 2")
        yield* pass(200)
        yield* known(m, 1, 2).say("cross 2")
        yield* m.crash
        m = yield* lab.machine({
          faults: { before: once((c) => c.method === "commit" && c.instances.includes(2), lost) }
        })
        yield* known(m, 1, 3).start("cross 2")
        yield* pass(300)
        yield* m.crash
        m = yield* lab.machine()
        // The Waker: every instance that nobody released.
        yield* m.call(1, { _tag: "Wake" })
        yield* pass(5_000)
        const all = yield* whereabouts(lab, [1, 2])
        assert.deepStrictEqual(all, ["coin:50", "coin:51", "person:1", "person:2", "person:3"])
        const { events, rows } = yield* lab.kept(2)
        assert.strictEqual(rows.size, 5)
        assert.strictEqual(events.filter((e) => e.type === "Arrived").length, 3)
        assert.strictEqual((yield* lab.kept(1)).outbox.size, 0)
      })
  )

  it.effect("comes in order: the next to a target only after the last was acknowledged", () =>
    Effect.gen(function* () {
      const delivered: Array<number> = []
      const lab = yield* laboratory()
      yield* lab.found(1, people(6, true))
      yield* lab.found(2, [])
      const m = yield* lab.machine({
        faults: {
          before: (c) =>
            c.method === "commit" && c.instances.includes(2) ? Effect.sleep(120) : Effect.void
        }
      })
      yield* Effect.forEach([1, 2, 3, 4, 5, 6], (id) => known(m, 1, id).start("cross 2"))
      yield* pass(5_000)
      const { events } = yield* lab.kept(2)
      for (const { payload, type } of events) {
        if (type === "Arrived") delivered.push(JSON.parse(payload).person)
      }
      const sent = (yield* lab.kept(1)).events
        .filter((e) => e.type === "Crossed")
        .map((e) => JSON.parse(e.payload).person)
      assert.strictEqual(sent.length, 6)
      assert.deepStrictEqual(delivered, sent)
    })
  )

  it.effect("a target that is away holds up only what is meant for it", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true))
      yield* lab.found(2, [])
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("cross 77")
      yield* known(m, 1, 2).say("cross 2")
      yield* pass(1_000)
      assert.deepStrictEqual([...(yield* lab.kept(2)).rows.keys()], ["person:2"])
      assert.strictEqual((yield* lab.kept(1)).outbox.size, 1)
      yield* lab.found(77, [])
      yield* pass(10_000)
      assert.deepStrictEqual([...(yield* lab.kept(77)).rows.keys()], ["person:1"])
    })
  )

  it.effect("delivered twice, or by a zombie as well: it happens once, and is answered Done", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(2, [])
      const m = yield* lab.machine()
      const command = {
        _tag: "arrive",
        person: 5,
        name: "p5",
        rung: 0,
        session: "s",
        coins: [],
        back: false
      }
      const deliver = (n: number) =>
        m.call(2, { _tag: "Deliver", source: 1, n, command, traveller: null })
      const answers = yield* Effect.all([deliver(7), deliver(7), deliver(7)], {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(answers.map(tag), ["Done", "Done", "Done"])
      assert.strictEqual(tag(yield* deliver(7)), "Done")
      assert.strictEqual(tag(yield* deliver(3)), "Done")
      assert.deepStrictEqual(yield* lab.events(2), ["Arrived"])
      const next = yield* lab.machine()
      assert.strictEqual(
        tag(yield* next.call(2, { _tag: "Deliver", source: 1, n: 7, command, traveller: null })),
        "Done"
      )
      assert.deepStrictEqual(yield* lab.events(2), ["Arrived"])
    })
  )

  it.effect("that its rule sends back goes back, and is let in there", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, [...people(1, true), coin(50, 1)])
      yield* lab.found(2, [Person.row({ id: 9, name: "p1", place: 0, rung: 0 })])
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("cross 2")
      yield* pass(1_000)
      assert.deepStrictEqual(yield* whereabouts(lab, [1, 2]), ["coin:50", "person:1", "person:9"])
      assert.deepStrictEqual(yield* lab.events(2), ["TurnedBack"])
      assert.deepStrictEqual([...(yield* lab.kept(1)).rows.keys()].sort(), ["coin:50", "person:1"])
      // And goes on with its Commands where it is.
      const [old, fresh] = yield* known(m, 1, 1).send(text(1, "cross 2"), text(2, "n"))
      assert.deepStrictEqual([tag(old), tag(fresh)], ["Accepted", "Accepted"])
      assert.strictEqual(tag((yield* known(m, 2, 1).send(text(3, "n")))[0]), "Travelling")
    })
  )

  it.effect(
    "is never Rejected, Refused or Busy: what would be is a dead letter that keeps what it carried",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { lockSkipsMax: 1 } })
        const names = ["refugee", "nobody", "p9"]
        yield* lab.found(
          1,
          names.map((name, i) =>
            Person.row({ id: i + 1, name, place: 0, rung: 0 }, { session: `s${i + 1}`, mood: "" })
          )
        )
        yield* lab.found(2, [Person.row({ id: 9, name: "p9", place: 0, rung: 0 })])
        const m = yield* lab.machine()
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* lab.db.holdRow(2, Person.ref(9))
            yield* Effect.forEach([1, 2, 3], (id) => known(m, 1, id).say("cross 2"))
            yield* pass(2_000)
          })
        )
        yield* pass(2_000)
        const { dead, log } = yield* lab.kept(2)
        assert.deepStrictEqual(
          [...dead.values()].map((d) => (d.payload as { name: string }).name),
          ["refugee", "nobody"]
        )
        assert.isFalse([...log.values()].some((a) => a.outcome === "refused"))
        assert.strictEqual((yield* lab.kept(1)).outbox.size, 0)
        assert.deepStrictEqual(yield* whereabouts(lab, [1, 2]), [
          "person:1",
          "person:2",
          "person:3",
          "person:9"
        ])
      })
  )

  it.effect("Overloaded and Unavailable are tried again", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { residentWeightMax: 3 } })
      yield* lab.found(1, people(3, true))
      yield* lab.found(2, people(0))
      const m = yield* lab.machine()
      // There is no room for 2 beside 1 until one of 1's people has left.
      yield* known(m, 1, 1).say("cross 2")
      yield* pass(3_000)
      assert.deepStrictEqual([...(yield* lab.kept(2)).rows.keys()], ["person:1"])
    })
  )
})

inBothForms("a traveller's cursor", (laboratory) => {
  it.effect("goes along: last n, replies and session; the source answers from its own first", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      yield* lab.found(2, [])
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      const before = yield* p.send(text(1, "n"), text(2, "dance"), text(3, "cross 2"))
      yield* pass(500)
      const away = yield* p.send(text(1, "n"), text(3, "cross 2"), text(4, "n"))
      assert.deepStrictEqual(away.slice(0, 2), [before[0], before[2]])
      assert.deepStrictEqual(away[2], {
        _tag: "Rejected",
        n: 4,
        reason: { _tag: "Travelling", target: 2 }
      })
      const there = known(m, 2, 1)
      const again = yield* there.send(text(1, "n"), text(2, "n"), text(3, "n"))
      // Their seqs are the source's, and they say so.
      assert.deepStrictEqual(
        again,
        before.map((reply) => (reply._tag === "Accepted" ? { ...reply, instance: 1 } : reply))
      )
      assert.strictEqual(tag((yield* there.send(text(4, "go 6")))[0]), "Accepted")
      assert.strictEqual((yield* lab.row(2, "person:1")).place, 6)
      assert.strictEqual((yield* lab.kept(2)).cursors.get("person:1")!.lastN, 4)
    })
  )

  it.effect("what still waited is answered Travelling, and has the same n there", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        faults: {
          before: once(
            (c) => c.method === "commit",
            () => Effect.sleep(200)
          )
        }
      })
      yield* lab.found(1, people(1, true))
      yield* lab.found(2, [])
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      const [gone, waited] = [yield* p.start("cross 2"), yield* p.start("go 4", "go 5")]
      // One came too early, and was held back.
      const early = yield* Effect.forkChild(p.send(text(9, "n")))
      yield* pass(1_000)
      assert.strictEqual(tag((yield* Fiber.join(gone))[0]), "Accepted")
      assert.deepStrictEqual((yield* Fiber.join(waited)).map(tag), ["Travelling", "Travelling"])
      assert.deepStrictEqual((yield* Fiber.join(early)).map(tag), ["Travelling"])
      const there = yield* known(m, 2, 1).send(text(2, "go 4"), text(3, "go 5"))
      assert.deepStrictEqual(there.map(tag), ["Accepted", "Accepted"])
      assert.strictEqual((yield* lab.row(2, "person:1")).place, 9)
    })
  )

  it.effect("there and back: n goes on for the life of the actor", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      yield* lab.found(2, [])
      const m = yield* lab.machine()
      let n = 1
      for (const [here, there] of [
        [1, 2],
        [2, 1],
        [1, 2],
        [2, 1]
      ] as const) {
        const p = known(m, here, 1)
        const answers = yield* p.send(text(n, "n", n - 1), text(n + 1, `cross ${there}`, n - 1))
        assert.deepStrictEqual(answers.map(tag), ["Accepted", "Accepted"])
        n += 2
        yield* pass(500)
        // Nobody here: an old n is answered, a new one sent on.
        const late = yield* p.send(text(n - 1, "n"), text(n, "n"))
        assert.deepStrictEqual(late.map(tag), ["Accepted", "Travelling"])
      }
      assert.strictEqual((yield* lab.kept(1)).cursors.get("person:1")!.lastN, n - 1)
      assert.isNull((yield* lab.kept(1)).cursors.get("person:1")!.movedTo)
      assert.strictEqual((yield* lab.kept(2)).cursors.get("person:1")!.movedTo, 1)
    })
  )

  it.effect(
    "over several instances a reply says where it was done; what was rejected stays so",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(1, true))
        yield* lab.found(2, [])
        yield* lab.found(3, [])
        const m = yield* lab.machine()
        yield* known(m, 1, 1).send(text(1, "cross 2"))
        yield* pass(500)
        yield* known(m, 2, 1).send(text(2, "n", 0), text(3, "cross 3", 0))
        yield* pass(500)
        // Nothing is written for a rejection; and its answer comes along all the same.
        yield* known(m, 3, 1).send(text(4, "dance", 0))
        yield* known(m, 3, 1).send(text(5, "cross 2", 0))
        yield* pass(500)
        const all = [1, 2, 3, 4, 5].map((n) => text(n, "n", 0))
        const again = yield* known(m, 2, 1).send(...all)
        assert.deepStrictEqual(
          again.map((reply) => (reply._tag === "Accepted" ? reply.instance : tag(reply))),
          [1, 2, 2, "UnknownVerb", 3]
        )
        assert.strictEqual(tag((yield* known(m, 2, 1).send(text(6, "n", 0)))[0]), "Accepted")
      })
  )

  it.effect("Enter finds who comes back in the middle of its journey, the same session", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      // Where it goes there is nothing yet: it is nowhere, but in the message.
      yield* known(m, 1, 1).say("cross 2")
      yield* pass(500)
      const resume = (instance: number) =>
        m.call(instance, {
          _tag: "Enter",
          id: 1,
          session: "next",
          resumes: "s1",
          takeOver: false
        })
      assert.strictEqual(tag(yield* resume(1)), "Travelling")
      yield* lab.found(2, [])
      yield* pass(10_000)
      assert.deepInclude(yield* resume(2), { _tag: "Inside", again: true, nextN: 2 })
    })
  )

  it.effect("Enter is told where the character went; Create does not make it twice", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      yield* lab.found(2, [])
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("cross 2")
      yield* pass(500)
      const enter = yield* m.call(1, { _tag: "Enter", id: 1, session: "other" })
      assert.strictEqual(tag(enter), "Travelling")
      const create = { _tag: "Create", id: 1, name: "p1", account: 1, fresh: null } as const
      assert.strictEqual(tag(yield* m.call(1, create)), "Done")
      assert.isUndefined(yield* lab.row(1, "person:1"))
      const there = yield* player(m, 2, 1, "s1")
      assert.deepInclude(there.inside, { _tag: "Inside", nextN: 2 })
      yield* idle
    })
  )
})

/** A keystroke is one trace: what its owner does for it, whenever that is, and what is logged of it. */
import { assert, it } from "@effect/vitest"
import * as Engine from "@wr2/engine/Engine"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import * as Memory from "@wr2/engine/Memory"
import { Placement } from "@wr2/engine/Placement"
import * as Telemetry from "@wr2/engine/Telemetry"
import { Context, Effect, Layer, Logger, Metric, Option, Tracer } from "effect"
import { inBothForms, once, pass } from "./Lab.ts"
import type { Lab, Options } from "./Lab.ts"
import { people, Person, yard } from "./Yard.ts"

const traceId = "t".repeat(32)
const trace = { traceId, spanId: "s".repeat(16), sampled: true }

/** A tracer, and the spans of the keystroke that it made, in the order in which they began. */
const tracing = () => {
  const all: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      all.push(span)
      return span
    }
  })
  return { tracer, spans: () => all.filter((span) => span.traceId === traceId) }
}

it.effect("a traced Command's spans go from the gateway's to each of its Events", () => {
  const { spans, tracer } = tracing()
  const layer = Engine.layer(yard).pipe(
    Layer.provideMerge(Memory.layer),
    Layer.provideMerge(Placement.layerLocal),
    Layer.provide(Layer.succeed(Tracer.Tracer, tracer))
  )
  return Effect.gen(function* () {
    const store = yield* InstanceStore
    yield* store.found({ instance: 1, rows: people(1), queue: [] })
    const placement = yield* Placement
    yield* placement.call(1, { _tag: "Enter", id: 1, session: "s1" })
    yield* placement.call(1, {
      _tag: "Submit",
      actor: { type: "Person", id: 1 },
      session: "s1",
      intents: [{ n: 1, settled: 0, text: "n", command: null }],
      trace
    })
    const made = spans()
    assert.deepStrictEqual(
      made.map((span) => span.name),
      ["wr2.submit", "wr2.plan", "wr2.commit", "wr2.event Walked"]
    )
    assert.isTrue(made.every(({ status }) => status._tag === "Ended"))
    assert.strictEqual(Option.getOrThrow(made[0]!.parent).spanId, "s".repeat(16))
    assert.strictEqual(Option.getOrThrow(made[3]!.parent).spanId, made[2]!.spanId)
    assert.strictEqual(made[0]!.attributes.get("wr2.reply"), "Accepted")
  }).pipe(Effect.provide(layer))
})

inBothForms("a traced Command", (laboratory, queueFirst) => {
  /** Person 1 says lines in one frame, traced; what was traced, and what was logged in that trace. */
  const said = Effect.fnUntraced(function* (
    lines: ReadonlyArray<string>,
    options: Options = {},
    meanwhile: (lab: Lab) => Effect.Effect<unknown> = () => Effect.void
  ) {
    const { spans, tracer } = tracing()
    const logged: Array<string> = []
    const logger = Logger.make<unknown, void>(({ fiber, message }) => {
      const span = Context.getOrUndefined(fiber.context, Tracer.ParentSpan)
      if (span?.traceId === traceId)
        logged.push(String(Array.isArray(message) ? message[0] : message))
    })
    const lab = yield* laboratory(options)
    yield* lab.found(1, people(2, true))
    const heard = Effect.provide(Logger.layer([logger]))
    const m = yield* heard(Effect.withTracer(lab.machine(), tracer))
    yield* heard(m.call(1, { _tag: "Wake" }))
    yield* Effect.forkDetach(
      m.call(1, {
        _tag: "Submit",
        actor: { type: "Person", id: 1 },
        session: "s1",
        intents: lines.map((text, i) => ({ n: i + 1, settled: 0, text, command: null })),
        trace
      })
    )
    yield* meanwhile(lab)
    yield* pass(2_000)
    assert.isTrue(spans().every(({ status }) => status._tag === "Ended"))
    return { logged, spans: spans(), names: spans().map(({ name }) => name) }
  })
  /** Accepted by a commit of its own before it runs. */
  const accepting = queueFirst ? ["wr2.commit"] : []

  it.effect("has its Events in its trace, in whichever cycle they come", () =>
    Effect.gen(function* () {
      const { names, spans } = yield* said(["n"])
      assert.deepStrictEqual(names, [
        "wr2.submit",
        "wr2.plan",
        ...accepting,
        "wr2.commit",
        "wr2.event Walked"
      ])
      const last = spans.at(-1)!
      assert.strictEqual(Option.getOrThrow(last.parent).spanId, spans.at(-2)!.spanId)
      assert.strictEqual(last.attributes.get("wr2.seq"), 1)
    })
  )

  it.effect("also where the batch was full, and of what follows on it", () =>
    Effect.gen(function* () {
      const { names } = yield* said(["double"], { limits: { batchMax: 1 } })
      assert.deepStrictEqual(
        names.filter((name) => name.startsWith("wr2.event")),
        ["Walked", "Rang", "Walked", "Rang"].map((type) => `wr2.event ${type}`)
      )
    })
  )

  it.effect("also where it went back for somebody's lock", () =>
    Effect.gen(function* () {
      const { names } = yield* said(["n"], {}, (lab) =>
        Effect.scoped(Effect.andThen(lab.db.holdRow(1, Person.ref(1)), pass(500)))
      )
      assert.deepStrictEqual(names.slice(-2), ["wr2.commit", "wr2.event Walked"])
      // A try that did nothing for it is none of its commits.
      assert.lengthOf(
        names.filter((name) => name === "wr2.commit"),
        2
      )
    })
  )

  it.effect("shows how long its commit took, failed tries and all", () =>
    Effect.gen(function* () {
      const slow = once(
        (call) => call.method === "commit",
        () => Effect.sleep(300)
      )
      const { spans } = yield* said(["n"], { faults: { before: slow } })
      const [commit] = spans.filter(({ name }) => name === "wr2.commit")
      const { status } = commit!
      assert.isTrue(status._tag === "Ended")
      if (status._tag !== "Ended") return
      const millis = Number((status.endTime - status.startTime) / 1_000_000n)
      assert.isAtLeast(millis, 300)
      const plan = spans.find(({ name }) => name === "wr2.plan")!
      assert.isTrue(status.startTime >= plan.status.startTime)
    })
  )

  it.effect("has what is logged of it in its trace: a dead letter, a plan that breaks", () =>
    Effect.gen(function* () {
      const { logged } = yield* said(["wrong throw", "wrong plan", "peek throw"])
      assert.deepStrictEqual(logged, [
        "an Action is a dead letter",
        "a plan broke",
        "a plan or view broke"
      ])
    })
  )

  it.effect("has in its trace what a rule issued for it in vain; that is counted", () =>
    Effect.gen(function* () {
      const count = Effect.map(
        Metric.value(Metric.withAttributes(Telemetry.rejected, { reason: "issued" })),
        ({ count }) => Number(count)
      )
      const before = yield* count
      const { names, spans } = yield* said(["wrong mutter"])
      assert.deepStrictEqual(names.slice(-2), ["wr2.commit", "wr2.rejected nonsense"])
      assert.strictEqual(spans.at(-1)!.attributes.get("wr2.reason"), "UnknownVerb")
      assert.strictEqual((yield* count) - before, 1)
    })
  )

  it.effect("that nobody samples costs no span", () =>
    Effect.gen(function* () {
      const { spans, tracer } = tracing()
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const m = yield* Effect.withTracer(lab.machine(), tracer)
      yield* m.call(1, {
        _tag: "Submit",
        actor: { type: "Person", id: 1 },
        session: "s1",
        intents: [{ n: 1, settled: 0, text: "n", command: null }],
        trace: { ...trace, sampled: false }
      })
      yield* pass(1_000)
      assert.deepStrictEqual(spans(), [])
    })
  )
})

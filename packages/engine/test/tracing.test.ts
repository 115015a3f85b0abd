import { assert, it } from "@effect/vitest"
import * as Engine from "@wr2/engine/Engine"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import * as Memory from "@wr2/engine/Memory"
import { Placement } from "@wr2/engine/Placement"
import { Effect, Layer, Option, Tracer } from "effect"
import { people, yard } from "./Yard.ts"

it.effect("a traced Command's spans go from the gateway's to each of its Events", () => {
  const ended: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      ended.push(span)
      return span
    }
  })
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
      trace: { traceId: "t".repeat(32), spanId: "s".repeat(16), sampled: true }
    })
    const spans = ended.filter(({ traceId }) => traceId === "t".repeat(32))
    assert.deepStrictEqual(
      spans.map((span) => span.name),
      ["wr2.submit", "wr2.plan", "wr2.commit", "wr2.event Walked"]
    )
    assert.isTrue(spans.every(({ status }) => status._tag === "Ended"))
    assert.strictEqual(Option.getOrThrow(spans[0]!.parent).spanId, "s".repeat(16))
    assert.strictEqual(Option.getOrThrow(spans[3]!.parent).spanId, spans[2]!.spanId)
    assert.strictEqual(spans[0]!.attributes.get("wr2.reply"), "Accepted")
  }).pipe(Effect.provide(layer))
})

import { assert, describe, it } from "@effect/vitest"
import type { Game } from "@wr2/core"
import { Rejected } from "@wr2/core"
import { Codec } from "@wr2/protocol"
import { Result } from "effect"
import { Mute, NoExit, Said, say, tavern } from "../../gateway/test/fixture/Tavern.ts"

type Tavern = typeof tavern
const codec = Codec.of(tavern)

describe("Codec", () => {
  it("reads Events, the engine's among them, typed", () => {
    const said = codec.event(
      "Said",
      '{"_tag":"Said","character":7,"name":"Ann","room":1,"text":"hello"}'
    )
    assert.isTrue(said._tag === "Said" && said.text === "hello")
    const failed = codec.event(
      "ActionFailed",
      '{"_tag":"ActionFailed","actor":null,"action":"Say","reference":"r"}'
    )
    assert.isTrue(failed._tag === "ActionFailed" && failed.reference === "r")
  })

  it("passes on what it does not know", () => {
    for (const [type, payload] of [
      ["FromTheFuture", '{"_tag":"FromTheFuture","x":1}'],
      ["Said", '{"_tag":"Said","character":7,"words":["in","another","form"]}'],
      ["Said", "not json"],
      ["__proto__", "{}"]
    ] as const) {
      assert.deepStrictEqual(codec.event(type, payload), { _tag: "Unknown", type, payload })
    }
  })

  it("reads reasons: the engine's, the game's, and none that it does not know", () => {
    const engine = codec.rejection('{"_tag":"Overloaded","bound":"x","retryAfter":5}')
    assert.isTrue(engine instanceof Rejected.Overloaded && engine.retryAfter === 5)
    const own = codec.rejection(JSON.stringify(new NoExit({ to: 3 })))
    assert.isTrue(own instanceof NoExit && own.to === 3)
    for (const unknown of ['{"_tag":"Newer"}', "{", "null", '"x"']) {
      assert.deepStrictEqual(codec.rejection(unknown), { _tag: "Unknown", reason: unknown })
    }
    const refusal = codec.refusal({ _tag: "Mute", until: 9 })
    assert.isTrue(refusal instanceof Mute && refusal.until === 9)
    assert.strictEqual(codec.refusal({ _tag: "Busy" })._tag, "Busy")
    assert.strictEqual(codec.refusal(undefined)._tag, "Unknown")
  })

  it("reads a snapshot, or says that it can not", () => {
    const snapshot = codec.snapshot('{"name":"Ann","room":1,"people":[]}')
    assert.isTrue(Result.isSuccess(snapshot) && snapshot.success.room === 1)
    assert.isTrue(Result.isFailure(codec.snapshot('{"name":"Ann"}')))
  })

  it("writes typed Commands", () => {
    assert.strictEqual(codec.command(say.make({ text: "hi" })), '{"_tag":"say","text":"hi"}')
  })
})

/** Compiles, and that is the test: what a client must handle, and what it may not assume. */
export const types = () => {
  const exhaustive = (event: Codec.EventOf<Tavern>): string => {
    switch (event._tag) {
      case "Entered":
      case "Said":
      case "Walked":
      case "Departed":
      case "RoomSeen":
      case "ActionRefused":
      case "ActionFailed":
      case "RuntimeRebuilt":
      case "Unknown":
        return event._tag
    }
  }
  // @ts-expect-error a client that forgets an Event does not compile
  const forgetful = (event: Codec.EventOf<Tavern>): string => {
    switch (event._tag) {
      case "Said":
      case "Walked":
      case "Unknown":
        return event._tag
    }
  }
  const typed = (event: Codec.EventOf<Tavern>) => {
    if (event._tag === "Said") {
      const text: string = event.text
      // @ts-expect-error the payload is typed, not any
      const number: number = event.text
      // @ts-expect-error and holds no more than was declared
      return [text, number, event.volume]
    }
    return undefined
  }
  const reasons = (reason: Codec.RejectionOf<Tavern>): string => {
    switch (reason._tag) {
      case "NoExit":
        return `${reason.to}`
      case "TooQuiet":
        return ""
      case "Unknown":
        return reason.reason
      default: {
        const engine: Rejected.Rejected = reason
        return engine._tag
      }
    }
  }
  const refusals = (reason: Codec.RefusalOf<Tavern>): number | string => {
    switch (reason._tag) {
      case "Mute":
        return reason.until
      case "Gone":
      case "Corrupt":
        return reason.id
      case "Busy":
        return 0
      case "Unknown":
        return reason.reason
    }
  }
  const commands = () => {
    codec.command({ _tag: "say", text: "hi" })
    // @ts-expect-error no such Command
    codec.command({ _tag: "dance" })
    // @ts-expect-error its field is missing
    codec.command({ _tag: "go" })
  }
  const snapshot = (value: Game.SnapshotOf<Tavern>) => {
    const people: ReadonlyArray<string> = value.people
    // @ts-expect-error a snapshot has what the game declares
    return [people, value.gold]
  }
  return [exhaustive, forgetful, typed, reasons, refusals, commands, snapshot, Said]
}

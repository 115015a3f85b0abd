/** docs/protocols.md 7: what cannot be told is not guessed, and what was told wrongly is looked for. */
import { assert, describe, it } from "@effect/vitest"
import type { Messages } from "@wr2/engine"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { arrive, eventually, failure, type Heard, texts } from "./fixture/Player.ts"
import { away, back, carry, setUp } from "./fixture/Traveller.ts"

describe("the way cannot be told: resync", () => {
  const why = (heard: Heard) => {
    const end = failure(heard)
    return end?._tag === "ResyncRequired" ? end.why : end?._tag
  }

  it.effect("the instance that it left has another history now", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const before = yield* away(world)
        yield* carry(world, before.character, 1, 1, 2)
        world.place(1).lineage = "restored"
        const { heard } = yield* back(before)
        yield* eventually(() => heard.exit !== undefined)
        assert.strictEqual(why(heard), "lineage")
      })
    )
  })

  it.effect("the log no longer has its arrival", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const before = yield* Effect.scoped(
          Effect.gen(function* () {
            const ann = yield* arrive("Ann")
            yield* eventually(() => world.place(1).readers.size === 1)
            world.script.holdTravellers = true
            yield* carry(world, ann.character, 1, 1, 2)
            yield* eventually(() => texts(ann.heard).includes("-"))
            return { ...ann, cursor: ann.heard.cursor }
          })
        )
        for (const arrives of world.under.splice(0)) arrives()
        for (let i = 0; i < 5; i++) world.say(2, 1, `${i}`)
        world.script.oldest = 3
        const { heard } = yield* back(before)
        yield* eventually(() => heard.exit !== undefined)
        assert.strictEqual(why(heard), "behind")
      })
    )
  })

  it.effect("or the history of where it went was given up", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const before = yield* away(world)
        yield* carry(world, before.character, 1, 1, 2)
        world.place(2).log.length = 0
        const { heard } = yield* back(before)
        yield* TestClock.adjust("1 minute")
        yield* eventually(() => heard.exit !== undefined)
        assert.strictEqual(why(heard), "lineage")
      })
    )
  })

  it.effect("not because others have much to say where it only passed through", () => {
    const { run, world } = setUp({ resumeMax: 20, logPage: 20 })
    return run(
      Effect.gen(function* () {
        const before = yield* away(world)
        for (const [i, target] of [2, 1, 3].entries()) {
          yield* carry(world, before.character, [1, 2, 1][i]!, i + 1, target)
          for (let said = 0; said < 30; said++) world.say([1, 2, 1][i]!, 2, `${said}`)
        }
        const { heard } = yield* back(before)
        world.say(3, 1, "here")
        yield* eventually(() => texts(heard).includes("here"))
      })
    )
  })

  it.effect("too much of it, over all stays together", () => {
    const { run, world } = setUp({ resumeMax: 20, logPage: 5 })
    return run(
      Effect.gen(function* () {
        const before = yield* away(world)
        let here = 1
        for (const [i, target] of [2, 3, 1].entries()) {
          for (let said = 0; said < 8; said++) world.say(here, 1, `${said}`)
          yield* carry(world, before.character, here, i + 1, target)
          here = target
        }
        const { heard } = yield* back(before)
        yield* eventually(() => heard.exit !== undefined)
        assert.strictEqual(why(heard), "behind")
      })
    )
  })
})

describe("an owner that slept", () => {
  it.effect("tells of a stay that is over: what the client knows better is looked for", () => {
    const { memory, run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const before = yield* away(world)
        const stale = yield* world.host.call(1, {
          _tag: "Enter",
          id: before.character,
          session: world.place(1).people.get(before.character)!.session!
        })
        yield* carry(world, before.character, 1, 1, 2)
        const there = yield* run(
          back(before).pipe(
            Effect.tap(({ heard }) =>
              eventually(
                () => heard.cursor.instance === 2 && texts(heard).length === 2,
                "the way there"
              )
            )
          )
        )
        world.say(2, 1, "while she was away")
        memory.characters[0]!.instance = 1
        let slept = 1
        world.script.before.push((request) =>
          request._tag === "Enter" && request.resumes !== undefined && slept-- > 0
            ? ({ ...stale, again: true } as Messages.Response)
            : undefined
        )
        const { heard } = yield* back(before, there.heard.cursor)
        yield* eventually(() => texts(heard).includes("while she was away"), "what was missed")
        world.say(2, 1, "and now")
        yield* eventually(() => texts(heard).includes("and now"), "what goes on")
        assert.deepStrictEqual(texts(heard), ["while she was away", "and now"])
      })
    )
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import { Effect, Exit, Fiber, Redacted, Scope } from "effect"
import { TestClock } from "effect/testing"
import { FakeWorld } from "./fixture/FakeWorld.ts"
import { connect, gateway, memoryAccounts } from "./fixture/Fixture.ts"
import {
  arrive,
  comeBack,
  eventually,
  failure,
  listen,
  password,
  tag,
  text,
  texts
} from "./fixture/Player.ts"

const setUp = () => {
  const world = new FakeWorld()
  const memory = memoryAccounts()
  return { world, memory, layer: gateway(world, memory) }
}

describe("a game through the gateway", () => {
  it.effect("says hello, logs in, makes a character, enters, acts and hears", () => {
    const { layer, world } = setUp()
    return Effect.gen(function* () {
      const { client, on } = yield* connect()
      const welcome = yield* on(client.Hello({ protocol: 1, game: "tavern", client: "test" }))
      assert.strictEqual(welcome.game, "tavern")
      const ann = yield* arrive("Ann")
      const bob = yield* arrive("Bob")
      const replies = yield* bob.on(
        bob.client.Submit({
          intents: [text(1, "say hello"), text(2, "go 2", 0), text(3, "look", 0)]
        })
      )
      assert.deepStrictEqual(replies.map(tag), ["Accepted", "Accepted", "Accepted"])
      yield* eventually(() => texts(ann.heard).includes("hello"), "the greeting")
      // Whose Command it was is told to its own client alone.
      const [hers] = ann.heard.events.filter(({ type }) => type === "Said")
      assert.isNull(hers?.commandId)
      yield* eventually(() => bob.heard.events.some(({ type }) => type === "Walked"))
      const [his] = bob.heard.events.filter(({ type }) => type === "Said")
      assert.strictEqual(his?.commandId, `character:${bob.character}#1`)
      const look = replies[2]
      assert.isTrue(look?._tag === "Accepted" && look.answers[0]?.type === "RoomSeen")
      // Ann stays in room 1 and does not hear room 2.
      world.say(1, 2, "only in two")
      world.say(1, 1, "only in one")
      yield* eventually(() => texts(ann.heard).includes("only in one"))
      yield* eventually(() => texts(bob.heard).includes("only in two"))
      assert.notInclude(texts(ann.heard), "only in two")
      assert.notInclude(texts(bob.heard), "only in one")
    }).pipe(Effect.provide(layer))
  })

  it.effect("does not speak with another version or another game", () => {
    const { layer } = setUp()
    return Effect.gen(function* () {
      const { client, on } = yield* connect()
      const other = yield* Effect.flip(on(client.Hello({ protocol: 99, game: null, client: "" })))
      assert.strictEqual(other._tag, "VersionMismatch")
      const game = yield* Effect.flip(on(client.Hello({ protocol: 1, game: "chess", client: "" })))
      assert.isTrue(
        game._tag === "VersionMismatch" && game.what === "game" && game.server === "tavern"
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("refuses typed what is not allowed", () => {
    const { layer } = setUp()
    return Effect.gen(function* () {
      const { client, on } = yield* connect()
      assert.strictEqual(
        (yield* Effect.flip(on(client.ListCharacters()))).message === undefined,
        false
      )
      const errors = {
        list: yield* Effect.flip(on(client.ListCharacters())),
        name: yield* Effect.flip(on(client.Register({ name: "a b", password }))),
        short: yield* Effect.flip(
          on(client.Register({ name: "ann", password: Redacted.make("short") }))
        ),
        unknown: yield* Effect.flip(on(client.Login({ name: "nobody", password }))),
        resume: yield* Effect.flip(on(client.Resume({ token: Redacted.make("made up") }))),
        submit: yield* Effect.flip(on(client.Submit({ intents: [] })))
      }
      assert.deepStrictEqual(
        Object.values(errors).map((error) => error._tag),
        ["NotLoggedIn", "BadName", "BadPassword", "BadCredentials", "NotLoggedIn", "NotInside"]
      )
      const ann = yield* arrive("Ann")
      const bob = yield* arrive("Bob")
      assert.strictEqual(
        (yield* Effect.flip(bob.on(bob.client.Enter({ character: ann.character, cursor: null }))))
          ._tag,
        "NoSuchCharacter"
      )
      assert.strictEqual(
        (yield* Effect.flip(bob.on(bob.client.Register({ name: "ANN", password }))))._tag,
        "NameTaken"
      )
      const wrong = yield* Effect.flip(
        bob.on(bob.client.Login({ name: "ann", password: Redacted.make("wrong pass") }))
      )
      assert.strictEqual(wrong._tag, "BadCredentials")
      const issue = yield* Effect.flip(
        bob.on(bob.client.CreateCharacter({ name: "Cid", fresh: '{"hat":1}' }))
      )
      assert.strictEqual(issue._tag, "BadCharacter")
      const refused = yield* Effect.flip(
        bob.on(bob.client.CreateCharacter({ name: "Cid", fresh: '{"hat":"none"}' }))
      )
      assert.strictEqual(refused._tag, "CreationRefused")
      // The name is free again, for everybody.
      assert.strictEqual(
        (yield* ann.on(ann.client.CreateCharacter({ name: "Cid", fresh: '{"hat":"red"}' }))).name,
        "Cid"
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("takes up a character again whose making was not answered", () => {
    const { layer, world } = setUp()
    return Effect.gen(function* () {
      const { client, on } = yield* connect()
      yield* on(client.Register({ name: "ann", password }))
      world.script.after.push((request) => (request._tag === "Create" ? "lost" : undefined))
      const lost = yield* Effect.forkChild(
        Effect.flip(on(client.CreateCharacter({ name: "Ann", fresh: '{"hat":"red"}' })))
      )
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(
        (yield* Effect.flatten(Effect.sync(() => lost.pollUnsafe()!)))._tag,
        "Unavailable"
      )
      assert.deepStrictEqual(yield* on(client.ListCharacters()), [])
      world.script.after.length = 0
      const made = yield* on(client.CreateCharacter({ name: "Ann", fresh: '{"hat":"red"}' }))
      assert.deepStrictEqual(yield* on(client.ListCharacters()), [made])
    }).pipe(Effect.provide(layer))
  })

  it.effect("a login session goes on with its token, until it is logged out", () => {
    const { layer } = setUp()
    return Effect.gen(function* () {
      const ann = yield* arrive("Ann")
      const again = yield* comeBack(ann.token)
      assert.strictEqual((yield* again.on(again.client.ListCharacters())).length, 1)
      yield* again.on(again.client.Logout())
      assert.strictEqual(
        (yield* Effect.flip(again.on(again.client.ListCharacters())))._tag,
        "NotLoggedIn"
      )
      const third = yield* connect()
      assert.strictEqual(
        (yield* Effect.flip(third.on(third.client.Resume({ token: ann.token }))))._tag,
        "NotLoggedIn"
      )
    }).pipe(Effect.provide(layer))
  })
})

describe("one character, several clients", () => {
  it.effect("a second login takes over, and the first is told", () => {
    const { layer } = setUp()
    return Effect.gen(function* () {
      const first = yield* arrive("Ann")
      const second = yield* comeBack(first.token)
      yield* second.on(second.client.Enter({ character: first.character, cursor: null }))
      yield* eventually(() => first.heard.exit !== undefined)
      assert.strictEqual(failure(first.heard)?._tag, "TakenOver")
      const [reply] = yield* first.on(first.client.Submit({ intents: [text(1, "say still me?")] }))
      assert.strictEqual(tag(reply), "TakenOver")
    }).pipe(Effect.provide(layer))
  })

  it.effect("on another gateway too, by its claims", () => {
    const { layer, memory, world } = setUp()
    return Effect.gen(function* () {
      const first = yield* arrive("Ann")
      const elsewhere = yield* Effect.gen(function* () {
        const second = yield* comeBack(first.token)
        yield* second.on(second.client.Enter({ character: first.character, cursor: null }))
        yield* TestClock.adjust("30 seconds")
        yield* eventually(() => first.heard.exit !== undefined)
        return failure(first.heard)?._tag
      }).pipe(Effect.provide(gateway(world, memory)))
      assert.strictEqual(elsewhere, "TakenOver")
    }).pipe(Effect.provide(layer))
  })

  it.effect("who was away and comes back by itself does not throw out who plays now", () => {
    const { layer } = setUp()
    return Effect.gen(function* () {
      const first = yield* arrive("Ann")
      const second = yield* comeBack(first.token)
      yield* second.on(second.client.Enter({ character: first.character, cursor: null }))
      const third = yield* comeBack(first.token)
      const back = yield* Effect.flip(
        third.on(third.client.Enter({ character: first.character, cursor: first.heard.cursor }))
      )
      assert.strictEqual(back._tag, "TakenOver")
      const [reply] = yield* second.on(second.client.Submit({ intents: [text(1, "say mine")] }))
      assert.strictEqual(tag(reply), "Accepted")
    }).pipe(Effect.provide(layer))
  })
})

describe("a connection breaks", () => {
  it.effect(
    "the same session goes on from its cursor, on any gateway: nothing missed, nothing twice",
    () => {
      const { layer, memory, world } = setUp()
      return Effect.gen(function* () {
        const scope = yield* Scope.make()
        const before = yield* Scope.provide(arrive("Ann"), scope)
        world.say(1, 1, "one")
        yield* eventually(() => texts(before.heard).includes("one"))
        yield* before.on(before.client.Submit({ intents: [text(1, "go 2")] }))
        yield* eventually(() => before.heard.events.some(({ type }) => type === "Walked"))
        const { cursor } = before.heard
        yield* Scope.close(scope, Exit.void)
        // While away: heard in the room that it is in now, not in the one before.
        world.say(1, 2, "two")
        world.say(1, 1, "not for her")
        world.say(1, 2, "three")
        const inside = world.requests.length
        const after = yield* Effect.gen(function* () {
          const back = yield* comeBack(before.token)
          const entered = yield* back.on(back.client.Enter({ character: before.character, cursor }))
          assert.isTrue(entered.resumed)
          assert.strictEqual(entered.nextN, 2)
          const heard = yield* listen(back, cursor)
          yield* eventually(() => texts(heard).includes("three"))
          return heard
        }).pipe(Effect.provide(gateway(world, memory)), Effect.scoped)
        assert.deepStrictEqual(texts(after), ["two", "three"])
        const entries = world.requests
          .slice(inside)
          .filter(({ request }) => request._tag === "Enter")
        assert.isTrue(
          entries.every(({ request }) => request._tag === "Enter" && request.takeOver === false)
        )
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("or its gateway stops: what waits is to be sent again, nobody has taken over", () => {
    const { layer, world } = setUp()
    world.script.before.push((request) =>
      request._tag === "Submit"
        ? { _tag: "Denied", reason: new Rejected.Unavailable({ reason: "away", retryAfter: 10 }) }
        : undefined
    )
    return Effect.gen(function* () {
      const scope = yield* Scope.make()
      const ann = yield* Scope.provide(arrive("Ann"), scope)
      const waiting = yield* Effect.forkChild(
        ann.on(ann.client.Submit({ intents: [text(1, "say still me")] }))
      )
      yield* TestClock.adjust("100 millis")
      yield* ann.connection.playing!.close
      assert.deepStrictEqual((yield* Fiber.join(waiting)).map(tag), ["Unavailable"])
      const late = yield* ann.on(ann.client.Submit({ intents: [text(1, "say still me")] }))
      assert.deepStrictEqual(late.map(tag), ["Unavailable"])
      yield* Scope.close(scope, Exit.void)
    }).pipe(Effect.provide(layer))
  })

  it.effect("a cursor that was tampered with is answered by a resync, not believed", () => {
    const { layer } = setUp()
    return Effect.gen(function* () {
      const ann = yield* arrive("Ann")
      const token = ann.entered.cursor.token.replace("room:1", "room:2")
      assert.notStrictEqual(token, ann.entered.cursor.token)
      const heard = yield* listen(ann, { ...ann.entered.cursor, token })
      yield* eventually(() => heard.exit !== undefined)
      const end = failure(heard)
      assert.isTrue(end?._tag === "ResyncRequired" && end.why === "token")
    }).pipe(Effect.provide(layer))
  })

  it.effect("somebody else's cursor opens nothing", () => {
    const { layer, world } = setUp()
    return Effect.gen(function* () {
      const ann = yield* arrive("Ann")
      const bob = yield* arrive("Bob")
      const again = yield* bob.on(
        bob.client.Enter({ character: bob.character, cursor: ann.entered.cursor })
      )
      assert.isFalse(again.resumed)
      const sessions = world.requests.flatMap(({ request }) =>
        request._tag === "Enter" ? [request.session] : []
      )
      assert.strictEqual(new Set(sessions).size, 3)
      const heard = yield* listen(bob, ann.entered.cursor)
      yield* eventually(() => heard.exit !== undefined)
      assert.strictEqual(failure(heard)?._tag, "ResyncRequired")
    }).pipe(Effect.provide(layer))
  })

  it.effect("what the log no longer has is not passed over: resync", () => {
    const { layer, memory, world } = setUp()
    return Effect.gen(function* () {
      const ann = yield* arrive("Ann")
      const { cursor } = ann.entered
      for (let i = 0; i < 5; i++) world.say(1, 1, `${i}`)
      world.script.oldest = 4
      const back = yield* Effect.gen(function* () {
        const other = yield* comeBack(ann.token)
        yield* other.on(other.client.Enter({ character: ann.character, cursor }))
        const heard = yield* listen(other, cursor)
        yield* eventually(() => heard.exit !== undefined)
        return failure(heard)
      }).pipe(Effect.provide(gateway(world, memory)), Effect.scoped)
      assert.isTrue(back?._tag === "ResyncRequired" && back.why === "behind")
    }).pipe(Effect.provide(layer))
  })

  it.effect("a restored instance has another history: resync", () => {
    const { layer, world } = setUp()
    return Effect.gen(function* () {
      const ann = yield* arrive("Ann")
      yield* eventually(() => world.place(1).readers.size === 1, "listening")
      world.place(1).lineage = "restored"
      world.say(1, 1, "who are you")
      yield* eventually(() => ann.heard.exit !== undefined, "the end")
      const end = failure(ann.heard)
      assert.isTrue(end?._tag === "ResyncRequired" && end.why === "lineage")
      const again = yield* ann.on(
        ann.client.Enter({ character: ann.character, cursor: ann.heard.cursor })
      )
      const heard = yield* listen(ann, again.cursor)
      world.say(1, 1, "and again")
      yield* TestClock.adjust("1 second")
      yield* eventually(() => texts(heard).includes("and again"), "again")
    }).pipe(Effect.provide(layer))
  })
})

/** The terminal client on the real world: engine in memory, gateway over a websocket, lines in and out. */
import { createServer } from "node:http"
import { PassThrough } from "node:stream"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import { Connector } from "@wr2/client"
import { Engine, InstanceStore, Placement } from "@wr2/engine"
import * as Memory from "@wr2/engine/Memory"
import { Gateway } from "@wr2/gateway"
import { Effect, Exit, Fiber, Layer, Redacted, Scope } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import * as Passwords from "../src/Passwords.ts"
import * as Secrets from "../src/Secrets.ts"
import * as Play from "../src/terminal/Play.ts"
import * as Screen from "../src/terminal/Screen.ts"
import * as Style from "../src/terminal/Style.ts"
import { renderer } from "../src/terminal/WorldRenderer.ts"
import * as World from "../src/World.ts"

/** A world that runs, and a gateway that can be started on it, again and again. */
const running = Effect.gen(function* () {
  const loaded = yield* World.load()
  const ground = yield* Layer.build(Layer.mergeAll(Memory.layer, Placement.Placement.layerLocal))
  yield* World.found(
    loaded,
    yield* Effect.provideContext(InstanceStore.InstanceStore, ground)
  ).pipe(Effect.provideContext(ground))
  yield* Layer.build(Engine.layer(loaded.game)).pipe(Effect.provideContext(ground))
  const open = (port: number) =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* HttpRouter.serve(Gateway.layer(loaded.game, { home: loaded.home }), {
        disableLogger: true,
        disableListenLog: true
      }).pipe(
        Layer.provide([
          Passwords.layer.pipe(
            Layer.provide(
              Layer.succeed(Passwords.PasswordLimits, {
                cost: { n: 1_024, r: 8, p: 1 },
                atOnce: 2,
                waiting: 64
              })
            )
          ),
          Secrets.layer(Redacted.make("the same for all gateways"))
        ]),
        Layer.provideMerge(
          NodeHttpServer.layer(createServer, {
            port,
            host: "127.0.0.1",
            gracefulShutdownTimeout: 50
          })
        ),
        Layer.buildWithScope(scope),
        Effect.provideContext(ground)
      )
      const { address } = yield* Effect.provideContext(HttpServer.HttpServer, context)
      return {
        port: (address as { readonly port: number }).port,
        close: Scope.close(scope, Exit.void)
      }
    })
  return { open }
})

/** Somebody at a pipe. */
const sit = (name: string, port: number) =>
  Effect.gen(function* () {
    const input = new PassThrough()
    const output = new PassThrough()
    let written = ""
    output.on("data", (chunk) => {
      written += String(chunk)
    })
    const screen = yield* Screen.make({ input, output, tty: false }, Style.plain)
    const url = `ws://127.0.0.1:${port}/rpc`
    const fiber = yield* Play.play(renderer, screen, {
      url,
      name,
      character: undefined,
      password: Redacted.make("correct horse")
    }).pipe(
      Effect.scoped,
      Effect.provide(Connector.Connector.layerWebSocket(url)),
      Effect.forkChild({ startImmediately: true })
    )
    const reads = (text: string) =>
      Effect.callback<void>((resume) => {
        const look = () => written.includes(text) && resume(Effect.void)
        output.on("data", look)
        look()
      }).pipe(
        Effect.timeoutOrElse({
          duration: "15 seconds",
          orElse: () => Effect.die(new Error(`${name} did not read "${text}", but:\n${written}`))
        })
      )
    return { input, fiber, reads, written: () => written }
  })

describe("playing from a pipe", () => {
  it.live(
    "a first visit: an account and a character are made, and everything typed is answered",
    () =>
      Effect.gen(function* () {
        const { open } = yield* running
        const { port } = yield* open(0)
        const ann = yield* sit("ann", port)
        ann.input.end("n;look\nsay hello\nfly\nquit\n")
        yield* Fiber.join(ann.fiber)
        const said = ann.written()
        for (const text of [
          "The Tide Quay",
          "You walk north.",
          "Rope Street",
          "You say: hello",
          "Did you mean flee?"
        ]) {
          assert.include(said, text)
        }
      }).pipe(Effect.scoped)
  )

  it.live("two people meet; the gateway goes and comes back: every line once", () =>
    Effect.gen(function* () {
      const { open } = yield* running
      const first = yield* open(0)
      const ann = yield* sit("ann", first.port)
      const bob = yield* sit("bob", first.port)
      yield* ann.reads("Bob")
      yield* bob.reads("The Tide Quay")
      bob.input.write("say before\n")
      yield* ann.reads("Bob says: before")
      yield* first.close
      yield* Effect.all([ann.reads("connection is lost"), bob.reads("connection is lost")])
      bob.input.write("say during\n")
      yield* open(first.port)
      yield* ann.reads("Bob says: during")
      bob.input.end("say after\n")
      yield* ann.reads("Bob says: after")
      yield* Fiber.join(bob.fiber)
      ann.input.end("quit\n")
      yield* Fiber.join(ann.fiber)
      assert.deepStrictEqual(
        ann
          .written()
          .split("\n")
          .filter((line) => line.startsWith("Bob says")),
        ["Bob says: before", "Bob says: during", "Bob says: after"]
      )
    }).pipe(Effect.scoped)
  )

  it.live("a wrong password, and nobody there: said in one line", () =>
    Effect.gen(function* () {
      const { open } = yield* running
      const { close, port } = yield* open(0)
      const ann = yield* sit("ann", port)
      ann.input.end("quit\n")
      yield* Fiber.join(ann.fiber)
      const liar = yield* Play.play(
        renderer,
        yield* Screen.make(
          { input: new PassThrough(), output: new PassThrough(), tty: false },
          Style.plain
        ),
        {
          url: "here",
          name: "ann",
          character: undefined,
          password: Redacted.make("something else")
        }
      ).pipe(
        Effect.scoped,
        Effect.provide(Connector.Connector.layerWebSocket(`ws://127.0.0.1:${port}/rpc`)),
        Effect.flip
      )
      assert.strictEqual(liar.message, "Name or password is wrong.")
      yield* close
      const nobody = yield* sit("ann", port)
      const error = yield* Effect.flip(Fiber.join(nobody.fiber))
      assert.include(error.message, "Is the server up?")
    }).pipe(Effect.scoped)
  )
})

/** `wr2 play`, which is `npm run play`: the world in this terminal. */
import { Connector } from "@wr2/client"
import { Config, Effect, Layer, Logger, Option, type Redacted } from "effect"
import { Problem } from "../Problem.ts"
import * as Play from "../terminal/Play.ts"
import * as Screen from "../terminal/Screen.ts"
import * as Style from "../terminal/Style.ts"
import { renderer } from "../terminal/WorldRenderer.ts"

/** What can be given with the command; the rest is asked, or taken from the environment. */
export interface Flags {
  readonly url: Option.Option<string>
  readonly name: Option.Option<string>
  readonly character: Option.Option<string>
  /** For screen readers: words only. */
  readonly plain: boolean
}

const environment = Config.all({
  url: Config.option(Config.String("WR2_URL")),
  name: Config.option(Config.String("WR2_NAME")),
  password: Config.option(Config.Redacted("WR2_PASSWORD")),
  noColor: Config.option(Config.String("NO_COLOR")),
  term: Config.option(Config.String("TERM")),
  port: Config.withDefault(Config.Port("PORT"), 8080)
})

const standard = (port: number) => `ws://localhost:${port}/rpc`

/** `localhost:8080`, `http://example.org` and `wss://example.org/rpc` all mean a websocket. */
export const address = (given: string): Effect.Effect<string, Problem> =>
  Effect.try({
    try: () => {
      const full = /^[a-z]+:\/\//i.test(given) ? given : `ws://${given}`
      const url = new URL(full.replace(/^http/i, "ws"))
      if (url.protocol !== "ws:" && url.protocol !== "wss:") throw new Error(url.protocol)
      if (url.pathname === "/") url.pathname = "/rpc"
      return url.href
    },
    catch: () =>
      new Problem({
        message: `${given} is no address of a server; one looks like ${standard(8080)}`
      })
  })

/** Plays until the player leaves. */
export const play = Effect.fnUntraced(function* (flags: Flags) {
  const config = yield* Effect.mapError(
    environment,
    () => new Problem({ message: "PORT is no number of a port: give one from 1 to 65535, or none" })
  )
  const given = <A>(flag: Option.Option<A>, variable: Option.Option<A>): A | undefined =>
    Option.getOrUndefined(Option.orElse(flag, () => variable))
  const url = yield* address(given(flags.url, config.url) ?? standard(config.port))
  const { stdin, stdout } = process
  const tty = stdin.isTTY === true && stdout.isTTY === true
  const colour = Style.hasColour(stdout.isTTY === true, {
    NO_COLOR: Option.getOrUndefined(config.noColor),
    TERM: Option.getOrUndefined(config.term)
  })
  const columns = () => (stdout.isTTY === true && !flags.plain ? stdout.columns : undefined)
  const screen = yield* Screen.make(
    { input: stdin, output: stdout, tty },
    colour && !flags.plain ? Style.coloured(columns) : { ...Style.plain, columns }
  )
  const password: Redacted.Redacted | undefined = Option.getOrUndefined(config.password)
  // A prompt that changes would be read aloud each time.
  if (flags.plain) screen.prompt("> ")
  const shown = flags.plain ? { ...screen, prompt: () => {} } : screen
  yield* Play.play(renderer, shown, {
    url,
    name: given(flags.name, config.name),
    character: Option.getOrUndefined(flags.character),
    password
  }).pipe(Effect.provide(Layer.merge(Connector.Connector.layerWebSocket(url), Logger.layer([]))))
}, Effect.scoped)

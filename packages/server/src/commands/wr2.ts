/**
 * The `wr2` command. What a command needs is loaded when it runs: `wr2 play` starts without the
 * server, and --help without either.
 */
import { setFlagsFromString } from "node:v8"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Authoring from "./authoring.ts"
import * as Consumers from "./consumers.ts"
import * as History from "./history.ts"
import * as Operating from "./operating.ts"
import * as Config from "../Config.ts"
import * as Launch from "../Launch.ts"
import * as Telemetry from "../Telemetry.ts"

const environment = [
  "Environment:",
  ...Config.variables.map(({ help, name }) => `  ${name.padEnd(28)} ${help}`)
].join("\n")

/**
 * On somebody's own machine memory counts for more than the last command a second: the young
 * generation does not grow. (30 bots at 370 Commands a second: 210 MB instead of 290.)
 */
const frugal = Effect.sync(() => setFlagsFromString("--semi-space-growth-factor=1"))

const start = Command.make("start", {}, () =>
  Effect.andThen(
    frugal,
    Effect.promise(() => import("./start.ts"))
  ).pipe(
    Effect.flatMap(({ start }) => start),
    Effect.provide(Telemetry.layer)
  )
).pipe(
  Command.withShortDescription("The whole world in one process, with a database of its own"),
  Command.withDescription(
    `The whole world in one process, with a database of its own. Ctrl-C stops it; starting again continues it.\n\n${environment}`
  )
)

const serve = Command.make(
  "serve",
  {
    role: Flag.Literals("role", ["all", "gateway", "runner"]).pipe(
      Flag.withDescription("host instances (runner), hold clients' connections (gateway), or both"),
      Flag.withDefault("all")
    ),
    migrate: Flag.Boolean("migrate").pipe(
      Flag.withDescription("bring the database up to date first; --no-migrate only checks it"),
      Flag.withDefault(true)
    )
  },
  (options) =>
    Effect.promise(() => import("./serve.ts")).pipe(
      Effect.flatMap(({ serve }) => serve(options)),
      Effect.provide(Telemetry.layer)
    )
).pipe(
  Command.withShortDescription("One process of a world, on the database of DATABASE_URL"),
  Command.withDescription(
    `One process of a world, on the database of DATABASE_URL. Processes on the same database form a cluster.\n\n${environment}`
  )
)

const migrate = Command.make("migrate", {}, () =>
  Effect.promise(() => import("./migrate.ts")).pipe(
    Effect.flatMap(({ migrate }) => migrate),
    Effect.provide(Telemetry.layer)
  )
).pipe(Command.withDescription("Brings the database of DATABASE_URL up to date."))

const given = (name: string, help: string) =>
  Flag.String(name).pipe(Flag.withDescription(help), Flag.optional)

const play = Command.make(
  "play",
  {
    url: given(
      "url",
      "the server, as in localhost:8081 (or WR2_URL); on this machine, port PORT or 8080, unless given"
    ),
    name: given("name", "your account (or WR2_NAME); asked for unless given"),
    character: given("character", "who to be; asked for unless given"),
    plain: Flag.Boolean("plain").pipe(
      Flag.withDescription("words only, for screen readers: no colour, no prompt that changes"),
      Flag.withDefault(false)
    )
  },
  (flags) =>
    Effect.flatMap(
      Effect.promise(() => import("./play.ts")),
      ({ play }) => play(flags)
    )
).pipe(
  Command.withShortDescription("The world in this terminal"),
  Command.withDescription(
    "The world in this terminal. The password is asked for, or taken from WR2_PASSWORD."
  )
)

Command.make("wr2").pipe(
  Command.withDescription("The runtime of a persistent world of text."),
  Command.withSubcommands([
    start,
    play,
    serve,
    migrate,
    Operating.dead,
    Operating.audit,
    Operating.retain,
    Consumers.consumers,
    History.snapshot,
    History.replay,
    History.explain,
    Authoring.world
  ]),
  Command.run({ version: "0.1.0" }),
  Effect.provide(NodeServices.layer),
  Launch.main
)

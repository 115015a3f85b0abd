/**
 * A game in the terminal: connects, logs in, enters; then what is typed goes out and what is told is
 * shown, until one of the two ends.
 */
import { type Told, Wr2Client } from "@wr2/client"
import { Clock, Deferred, Effect, FiberSet, Semaphore, Stream } from "effect"
import { Problem } from "../Problem.ts"
import * as Choice from "./Choice.ts"
import * as Completion from "./Completion.ts"
import * as TypedLine from "./Line.ts"
import * as Login from "./Login.ts"
import type { Given } from "./Login.ts"
import { lines } from "./Renderer.ts"
import type { Renderer } from "./Renderer.ts"
import type { Screen } from "./Screen.ts"
import { farewell } from "./Troubles.ts"

/** Who plays, and where. */
export interface Options extends Given {
  /** Where the server is, for messages. */
  readonly url: string
}

/** Commands under way at once: as many as a line or a pipe may bring; the next one waits. */
const underWay = 64
/** The first connection must be there within this. */
const connectWithin = 5_000
/** Saying good-bye may take this long. */
const leaveWithin = 1_000
/** From a pipe, what has no answer after the last line is waited for this long. */
const answersWithin = 60_000

/** Plays until the player leaves, or the play is over. */
export const play = Effect.fnUntraced(function* <G, S>(
  renderer: Renderer<G, S>,
  screen: Screen,
  options: Options
) {
  const client = yield* Wr2Client.make(renderer.codec, {
    name: "wr2 play",
    callWithin: connectWithin
  })
  const told = yield* client.listen
  const visit = Effect.gen(function* () {
    const reached = yield* Effect.result(client.ping)
    if (reached._tag === "Failure") {
      return yield* new Problem({
        message:
          reached.failure._tag === "Offline"
            ? `nothing answers at ${options.url}. Is the server up? (npm start)`
            : Login.told(renderer, reached.failure)
      })
    }
    return yield* playing(client, told, renderer, screen, options).pipe(
      Effect.catchTag("GoneAway", () => Effect.void)
    )
  })
  // Who wants to go waits for nothing that is still under way.
  return yield* Effect.raceFirst(visit, screen.left)
})

const playing = Effect.fnUntraced(function* <G, S>(
  client: Wr2Client.Client<G>,
  told: Stream.Stream<Told.Told<G>>,
  renderer: Renderer<G, S>,
  screen: Screen,
  options: Options
) {
  const account = yield* Login.login(client, screen, renderer, options)
  const character = yield* Login.character(client, screen, renderer, account, options)
  const over = yield* Deferred.make<Problem | undefined>()
  const shown = show(renderer, screen, over)
  yield* Effect.forkScoped(shown.all(told))
  yield* Effect.mapError(
    client.enter(character),
    (error) => new Problem({ message: Login.told(renderer, error) })
  )
  yield* Effect.addFinalizer(() =>
    // Without a connection nobody can be told.
    shown.broken() ? Effect.void : Effect.ignore(Effect.timeout(client.leave, leaveWithin))
  )

  const commands = yield* FiberSet.make()
  const places = yield* Semaphore.make(underWay)
  const listen = Effect.gen(function* () {
    while (true) {
      const typed = yield* screen.line
      if (typed === undefined) break
      const line = TypedLine.split(shown.chosen(typed.trim()) ?? typed)
      if (line.length === 0) yield* shown.vitals
      for (const command of line.flatMap(shown.meant)) {
        if (shown.own(command)) continue
        yield* places.take(1)
        // What becomes of it is told in order with everything else.
        yield* FiberSet.run(
          commands,
          client.submit(command).pipe(
            Effect.tapError((reason) => Effect.sync(() => shown.offer(command, reason))),
            Effect.ignore,
            Effect.ensuring(places.release(1))
          ),
          { startImmediately: true }
        )
      }
    }
    if (screen.interactive) return
    yield* Effect.ignore(Effect.timeout(FiberSet.awaitEmpty(commands), answersWithin))
  })
  const ended = yield* Effect.raceFirst(Effect.as(listen, undefined), Deferred.await(over))
  if (ended !== undefined) return yield* ended
})

/** What is shown of a play. */
interface Showing<G> {
  /** Shows what is told, in order, until it is over. */
  readonly all: (told: Stream.Stream<Told.Told<G>>) => Effect.Effect<void>
  /** The prompt as it is by now. */
  readonly vitals: Effect.Effect<void>
  /** Whether the connection is lost at present. */
  readonly broken: () => boolean
  /** A Command was turned down: if it could mean several, they are offered. */
  readonly offer: (command: string, reason: unknown) => void
  /** The Command that a line chooses among what was offered last, if it does. */
  readonly chosen: (line: string) => string | undefined
  /** The Commands that one stands for which is a word of the player's own; any other, itself. */
  readonly meant: (command: string) => ReadonlyArray<string>
  /** Shows what the terminal shows by itself; false: that is not what is typed. */
  readonly own: (command: string) => boolean
}

const show = <G, S>(
  renderer: Renderer<G, S>,
  screen: Screen,
  over: Deferred.Deferred<Problem | undefined>
): Showing<G> => {
  let state: S | undefined
  let broken = false
  let choice: Choice.Choice | undefined
  screen.completes((line) => {
    if (state === undefined) return [[], line]
    const { names, verbs } = renderer.words(state)
    return Completion.complete(line, { names, verbs: [...verbs, ...Object.keys(renderer.own)] })
  })
  const event = (what: Parameters<Renderer<G, S>["event"]>[1], now: number) => {
    if (state === undefined) return
    const shown = renderer.event(state, what, now)
    state = shown.state
    if (shown.lines.length > 0) screen.print(shown.lines)
    screen.prompt(renderer.prompt(state, now))
    if (shown.over === true) Deferred.doneUnsafe(over, Effect.succeed(undefined))
  }
  const status = (next: Told.Status): void => {
    if (next._tag === "Waiting" && !broken) {
      broken = true
      screen.print(lines("error", ["(The connection is lost. Trying again ...)"]))
    } else if (next._tag === "Online" && broken) {
      broken = false
      screen.print(lines("quiet", ["(The connection is back.)"]))
    } else if (next._tag === "Closed" && next.why !== "Left") {
      Deferred.doneUnsafe(over, Effect.succeed(new Problem({ message: farewell[next.why] })))
    }
  }
  const one = (what: Told.Told<G>, now: number): void => {
    switch (what._tag) {
      case "Snapshot": {
        if (what.snapshot === undefined) {
          const message = "this client cannot read what the server shows. Update it"
          Deferred.doneUnsafe(over, Effect.succeed(new Problem({ message })))
          return
        }
        const shown = renderer.begin(what.snapshot, now)
        const first = state === undefined && screen.interactive
        state = shown.state
        screen.print([
          ...lines("plain", [""]),
          ...shown.lines,
          ...(first ? lines("quiet", renderer.hints) : [])
        ])
        screen.prompt(renderer.prompt(state, now))
        return
      }
      case "Event":
      case "Answer":
        return event(what.event, now)
      case "Rejected":
        if ((what.reason as { readonly _tag: string })._tag !== "Closed") {
          screen.print(renderer.rejection(what.reason))
        }
        return
      case "Status":
        return status(what.status)
      case "Arrived":
        return
    }
  }
  return {
    all: Stream.runForEach((what) => Effect.map(Clock.currentTimeMillis, (now) => one(what, now))),
    vitals: Effect.map(Clock.currentTimeMillis, (now) => {
      if (state !== undefined) screen.prompt(renderer.prompt(state, now))
    }),
    broken: () => broken,
    offer: (command, reason) => {
      choice = Choice.of(command, reason)
      if (choice !== undefined && screen.interactive)
        screen.print(lines("quiet", [Choice.offer(choice)]))
    },
    chosen: (line) => {
      const command = choice && Choice.chosen(choice, line)
      if (line !== "") choice = undefined
      return command
    },
    meant: (command) => {
      const line = state === undefined ? undefined : renderer.expand(state, command)
      return line === undefined ? [command] : TypedLine.split(line)
    },
    own: (command) => {
      const shows = Object.hasOwn(renderer.own, command) ? renderer.own[command] : undefined
      if (shows === undefined || state === undefined) return false
      screen.print(shows(state))
      return true
    }
  }
}

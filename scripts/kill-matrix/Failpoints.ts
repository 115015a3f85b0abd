/**
 * Places where the process may be killed: before and after every statement that any adapter sends, and
 * every method of every port. None of them is listed: statements are seen where connections are
 * opened (Lanes.Dial), methods are the service's own keys. So a new one cannot be forgotten.
 *
 * A statement is called by the port's method that it serves and by the function that made it
 * (Names.ts), a method by its service, itself and, where it is given one, the kind of request:
 * `InstanceStore.commit: fence.fence instance_owner`, `Placement.call Submit`.
 */
import { Dial } from "@wr2/postgres/Lanes"
import type { Connection } from "@wr2/postgres/Lanes"
import { Context, Effect, Exit, Layer, Stream } from "effect"
import { nameOf } from "./Names.ts"

/** Where, and the how-manieth time from when it was armed. */
export interface Armed {
  readonly failpoint: string
  readonly nth: number
}

/** How often each was passed since the last reset. */
const counts = new Map<string, number>()
let armed: Armed | undefined

/** Methods that are failpoints, passed or not. */
const methods = new Set<string>()
export const watching = (): ReadonlyArray<string> => [...methods]

/** Counts anew, and kills at this one; at none without. */
export const arm = (at: Armed | undefined): void => {
  counts.clear()
  armed = at
}
/** What was passed since, in the order of first times. */
export const passed = (): ReadonlyArray<readonly [string, number]> => [...counts]

/** Passes a failpoint; true: this is the one. */
const isMet = (failpoint: string): boolean => {
  const count = (counts.get(failpoint) ?? 0) + 1
  counts.set(failpoint, count)
  return armed !== undefined && armed.failpoint === failpoint && armed.nth === count
}
/** Nothing is told, flushed or closed. */
const die = (): never => {
  process.kill(process.pid, "SIGKILL")
  // The signal is there before the call is back.
  throw new Error("killed")
}
const pass = (failpoint: string): void => void (isMet(failpoint) && die())

/** The port's method, or what else it is, in whose service a statement is sent. */
export const Serving = Context.Reference<string>("wr2/kill-matrix/Serving", {
  defaultValue: () => "start"
})

/** A connection whose every statement is a failpoint. */
const watched = (connection: Connection): Connection => {
  let [waiting, stopped] = [0, false]
  const done = (): void => {
    if (--waiting === 0 && stopped) die()
  }
  const around =
    <A, E>(send: (text: string, ...rest: ReadonlyArray<any>) => Effect.Effect<A, E>) =>
    (text: string, ...rest: ReadonlyArray<any>): Effect.Effect<A, E> =>
      Effect.withFiber((fiber) => {
        const name = `${Context.get(fiber.context, Serving)}: ${nameOf(text)}`
        // Statements travel together. Before this one means that what was sent earlier has been
        // answered, and neither it nor what follows on this connection is ever sent.
        if (!stopped && isMet(`before ${name}`)) {
          stopped = true
          if (waiting === 0) die()
        }
        if (stopped) return Effect.never
        waiting++
        return Effect.onExit(send(text, ...rest), (exit) =>
          Effect.sync(() => {
            // After means answered: what travelled along is on its way.
            if (Exit.isSuccess(exit)) pass(`after ${name}`)
            done()
          })
        )
      })
  const methods: Partial<Record<PropertyKey, unknown>> = {
    query: around(connection.query.bind(connection) as never),
    queryValues: around(connection.queryValues.bind(connection) as never)
  }
  return new Proxy(connection, {
    get: (target, key) => methods[key] ?? Reflect.get(target, key, target)
  })
}

/** Statements of every adapter are failpoints. */
export const layerStatements: Layer.Layer<never> = Layer.effectContext(
  Effect.map(Effect.service(Dial), (dial) =>
    Context.make(Dial, (config) => Effect.map(dial(config), watched))
  )
)

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** An object of methods: not data. */
const isOffer = (value: unknown): value is Record<string, unknown> =>
  isPlain(value) &&
  Object.values(value).some((each) => typeof each === "function" || Effect.isEffect(each))

const tagOf = (given: ReadonlyArray<unknown>): string => {
  const tagged = given.find((each) => isPlain(each) && typeof each["_tag"] === "string")
  return tagged === undefined ? "" : ` ${(tagged as { _tag: string })._tag}`
}

/** What came of a method, with failpoints in it: an Effect, a Stream, methods, or a plain value. */
const watchedResult = (name: string, result: unknown, announced: boolean): unknown => {
  if (Effect.isEffect(result)) {
    let first = announced
    return Effect.suspend(() => {
      // Run again it begins again.
      if (!first) pass(`before ${name}`)
      first = false
      return Effect.tap(result, () => Effect.sync(() => pass(`after ${name}`)))
    }).pipe(Effect.provideService(Serving, name))
  }
  if (Stream.isStream(result)) {
    return Stream.tap(result, () => Effect.sync(() => pass(`before ${name} hands over`)))
  }
  if (announced) pass(`after ${name}`)
  return isOffer(result) ? watchedService(name, result) : result
}

/** A function whose calls are failpoints. */
const watchedCalls =
  (method: string, call: (...all: ReadonlyArray<unknown>) => unknown) =>
  (...given: ReadonlyArray<unknown>): unknown => {
    const called = method + tagOf(given)
    pass(`before ${called}`)
    // What is handed over to be called back is a port, too.
    const handed = given.map((each) => {
      if (isOffer(each)) return watchedService(called, each)
      return typeof each === "function"
        ? watchedCalls(`${called} calls back`, each as typeof call)
        : each
    })
    return watchedResult(called, call(...handed), true)
  }

/** A service whose every method is a failpoint, by its own keys. */
export const watchedService = <S extends object>(name: string, service: S): S =>
  Object.fromEntries(
    Object.entries(service).map(([key, value]) => {
      const method = `${name}.${key}`
      if (typeof value === "function" || Effect.isEffect(value)) methods.add(method)
      return [
        key,
        typeof value === "function"
          ? watchedCalls(method, value)
          : watchedResult(method, value, false)
      ]
    })
  ) as S

/** A service with failpoints in its place: takes it from the layer that it is provided with. */
export const layer = <I, S extends object>(tag: Context.Service<I, S>): Layer.Layer<I, never, I> =>
  Layer.effect(
    tag,
    Effect.map(tag, (service) => watchedService(tag.key.split("/").at(-1)!, service))
  )

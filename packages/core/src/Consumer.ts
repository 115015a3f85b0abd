/**
 * A consumer of the event log: a name that hears the Events it asks for, of every instance, in order,
 * and answers with Commands. Pure: what it returns is data, which the engine carries through the one
 * door and takes once, however often it has to ask (docs/consumers.md).
 */
import type { Actor } from "./Actor.ts"
import type * as Command from "./Command.ts"
import type * as Event from "./Event.ts"

/** Where an Event happened. (instance, seq) is its name for ever: what to know a repetition by. */
export interface At {
  readonly instance: number
  readonly seq: number
  /** When, in milliseconds since 1970. */
  readonly time: number
  /** The Command that it came of, and whose Action it was. */
  readonly commandId: string | null
  readonly actor: Actor | null
}

/** Where a consumer begins that was not there before: with what is still kept, or with what is new. */
export type From = "beginning" | "now"

export interface Consumer<Name extends string = string> {
  readonly name: Name
  readonly from: From
  readonly events: ReadonlyArray<Event.Any>
  readonly issues: ReadonlyArray<Command.Any>
  readonly handle: (event: any, at: At) => ReadonlyArray<Event.AnyValue>
}
/** Any consumer. */
export type Any = Consumer

/** Commands that may come of one Event. Part of how they are numbered: it never changes. */
export const commandsMax = 256

/** The number of a Command of a consumer: rises with (seq, index), and is the same at each repetition. */
export const numberOf = (seq: number, index: number): number => seq * commandsMax + index

/** Checks a consumer's name. It is part of an actor's key, and of rows that outlive the program. */
export const named = <const Name extends string>(name: Name): Name => {
  if (/^[a-z][a-z0-9-]{0,39}$/.test(name)) return name
  throw new Error(`consumer "${name}": a name is lower-case letters, digits and dashes, at most 40`)
}

/**
 * Declares a consumer whose effects are Commands.
 *
 * - `events`: what it hears.
 * - `issues`: the Commands it may return. They are planned in the instance of the Event, for the actor
 *   `consumer:<name>`; one that is rejected changes nothing and is not tried again.
 * - `from`: where it begins when it is new, `now` unless given.
 * - `handle`: pure; the same Event always gives the same Commands, for it may be asked again.
 *
 * @example
 * const thanks = Consumer.make("thanks", {
 *   events: [Paid], issues: [thank], handle: (event) => [thank.make({ to: event.from })]
 * })
 */
export const make = <
  const Name extends string,
  const Es extends ReadonlyArray<Event.Any>,
  const Cs extends ReadonlyArray<Command.Any>
>(
  name: Name,
  options: {
    readonly events: Es
    readonly issues: Cs
    readonly from?: From
    readonly handle: (
      event: Event.Value<Es[number]>,
      at: At
    ) => ReadonlyArray<Command.Value<Cs[number]>>
  }
): Consumer<Name> => ({
  name: named(name),
  from: options.from ?? "now",
  events: options.events,
  issues: options.issues,
  handle: options.handle as Consumer["handle"]
})

/** What a parent tells the process that is to be killed, and what that answers. */
import type { RetentionPolicy } from "@wr2/postgres"
import type { Armed } from "./Failpoints.ts"

/** How it is started. */
export interface Start {
  readonly url: string
  readonly port: number
  /** Where new characters are made. */
  readonly home: number
  /** The name of a mutant of test/mutants to swap in. */
  readonly mutant?: string
  readonly queueFirst?: boolean
  /** Where it is to die, from its first moment. */
  readonly at?: Armed
}

/** An order. */
export type Order =
  /** Founds an instance. That it exists already is fine. */
  | { readonly do: "found"; readonly instance: number }
  /** From now on new characters are made there. */
  | { readonly do: "home"; readonly instance: number }
  /** Counts failpoints anew, and dies at this one. */
  | { readonly do: "arm"; readonly at: Armed | null }
  /** What was passed since it was armed. */
  | { readonly do: "passed" }
  /** Begins to release an instance. */
  | { readonly do: "release"; readonly instance: number }
  /** Releases it, and answers when it is. */
  | { readonly do: "released"; readonly instance: number }
  /** Nothing of this instance happens here any more. */
  | { readonly do: "retire"; readonly instance: number }
  /** Looks which instances there are, as the server does, and which should be awake, as the Waker does. */
  | { readonly do: "survey" }
  /** Wakes an instance. */
  | { readonly do: "rouse"; readonly instance: number }
  /** Wakes those of these instances that should be awake, as the Waker does. */
  | { readonly do: "wake"; readonly instances: ReadonlyArray<number> }
  /** Lets go of history, as the server does. */
  | { readonly do: "retain"; readonly policy: RetentionPolicy.RetentionPolicy }
  /** What is held in memory of an instance. */
  | { readonly do: "held"; readonly instance: number }

/** An instance's rows as its owner has them; null: it is not here. */
export type Held = {
  readonly lastSeq: number
  readonly lines: ReadonlyArray<string>
} | null

/** The passed failpoints, and which functions made the statements among them. */
export interface Passed {
  readonly failpoints: ReadonlyArray<readonly [string, number]>
  readonly makers: ReadonlyArray<readonly [string, ReadonlyArray<string>]>
  /** Methods that are failpoints, passed or not. */
  readonly methods: ReadonlyArray<string>
}

/** From the process: it is up; or an answer. */
export type Answer =
  | { readonly up: true }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }

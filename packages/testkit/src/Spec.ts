/**
 * given / when / then for the rules of a game: pure, no runtime, no clock, no database.
 *
 *     given(bank, ann, bob).when(Pay.make(payBob(4))).then(Paid.make(payBob(4))).leaves(...)
 *     given(bank, ann, bob).says(ann, "pay 4 bob").plans(Pay.make(payBob(4)))
 *
 * **Details** What the engine holds for defects fails here too, with the same words: reading or
 * changing a row outside the declared lock set, emitting what was not declared, a value that is not
 * plain or does not fit its schema, `decide` or `evolve` that answer the same question differently.
 *
 * **Gotchas** `leaves` says what the named rows are, nothing about others; `then`, `next`, `issues`
 * and `shows` say all there is, in order. One Action at a time: follow-ups are told by `next`, not
 * run; run them with `and`.
 */
import { Hash, LockSet, Plain } from "@wr2/core"
import type { Action, Actor, Aggregate, Command, Game } from "@wr2/core"
import { Result } from "effect"
import { freezeRow, look } from "./Spec/Rows.ts"
import { type Here, plan, run } from "./Spec/Run.ts"
import { fields, type Tagged, told } from "./Spec/Values.ts"

/** What an expectation throws: test runners show `expected` and `actual` as a difference. */
export class SpecFailure extends Error {
  override readonly name = "SpecFailure"
  readonly expected: unknown
  readonly actual: unknown
  constructor(message: string, expected?: unknown, actual?: unknown) {
    super(message)
    this.expected = expected
    this.actual = actual
  }
}

/** The circumstances of one Action. What is not given stays as in the step before. */
export interface At {
  /** 1 unless given; each further step of a chain has a seed of its own, derived from it. */
  readonly seed?: number
  /** Milliseconds; 1,000,000 unless given. */
  readonly now?: number
  /** Nobody unless given. A row or a ref names its actor as well: `{ actor: ann }`. */
  readonly actor?: Who | null
  /** 1 unless given. */
  readonly instance?: number
  /** The first id that `ids.next` hands out; 1000 unless given, counting on along the chain. */
  readonly firstId?: number
}

/** An actor, by its row, its ref or in full. */
export type Who = Actor.Actor | Aggregate.Ref | Aggregate.Given

/** A state to begin or go on from. */
export interface Setting {
  /** Executes one Action. */
  readonly when: (planned: Action.Planned, at?: At) => Done
  /** Plans a Command, as text or typed. */
  readonly says: (actor: Who, command: string | Tagged) => Said
}

/** A state after something: more may be said about it, or done. */
export interface Left extends Setting {
  /** Executes a further Action on what the last one left. */
  readonly and: Setting["when"]
  /** These rows are now so (and their runtime data, where given). */
  readonly leaves: (...rows: ReadonlyArray<Aggregate.Given>) => Left
  /** These rows are no more. */
  readonly gone: (...refs: ReadonlyArray<Aggregate.Ref>) => Left
  /** The follow-up Actions, all of them, in order. */
  readonly next: (...planned: ReadonlyArray<Action.Planned>) => Left
  /** The issued Commands, all of them, in order. */
  readonly issues: (...issued: ReadonlyArray<Command.Issued>) => Left
}

/** What one Action came to. */
export interface Done {
  /** It succeeded with these Events, all of them, in order. */
  readonly then: (...events: ReadonlyArray<Tagged>) => Left
  /** It was refused, changing nothing. */
  readonly fails: (failure: Tagged) => Left
  /** A view answered with these Events. */
  readonly shows: (...events: ReadonlyArray<Tagged>) => Left
}

/** What one Command came to. */
export interface Said {
  /** It was planned as these Actions, all of them, in order. */
  readonly plans: (...planned: ReadonlyArray<Action.Planned>) => Setting
  /** It was turned down: by the game's reason or the engine's (UnknownVerb, Malformed ...). */
  readonly rejects: (reason: Tagged) => Setting
}

/** Begins a spec: a game, and the rows that there are. */
export const given = (game: Game.Any, ...rows: ReadonlyArray<Aggregate.Given>): Setting => {
  const state = new Map(rows.map((row) => [LockSet.key(row.ref), freezeRow(row)]))
  const twice = rows.find(
    (row, i) => rows.findLastIndex(({ ref }) => LockSet.key(ref) === LockSet.key(row.ref)) !== i
  )
  if (twice !== undefined) throw new Error(`${LockSet.key(twice.ref)} is given twice`)
  look(game, state)
  return setting({
    game,
    state,
    at: { seed: 1, now: 1_000_000, actor: null, instance: 1, firstId: 1000 }
  })
}

const setting = (here: Here): Setting => ({
  when: (planned, at = {}) => {
    const actor =
      at.actor === undefined ? here.at.actor : at.actor === null ? null : toActor(at.actor)
    return done({ ...here, at: { ...here.at, ...at, actor } }, planned)
  },
  says: (actor, command) => said(here, toActor(actor), command)
})

const left = (here: Here, outcome: Action.Outcome<Tagged>): Left => {
  const self: Left = {
    ...setting(here),
    and: (planned, at) => setting(here).when(planned, at),
    leaves: (...rows) => {
      for (const { ref, row, runtime } of rows) {
        const kept = here.state.get(LockSet.key(ref))
        same(`leaves ${LockSet.key(ref)}`, row, kept?.row)
        if (runtime !== undefined)
          same(`leaves runtime of ${LockSet.key(ref)}`, runtime, kept?.runtime)
      }
      return self
    },
    gone: (...refs) => {
      for (const ref of refs)
        same(`gone ${LockSet.key(ref)}`, undefined, here.state.get(LockSet.key(ref))?.row)
      return self
    },
    next: (...planned) => (same("next", planned, outcome.next ?? []), self),
    issues: (...issued) => (same("issues", issued, outcome.issue ?? []), self)
  }
  return self
}

const done = (here: Here, planned: Action.Planned): Done => {
  const ran = run(here, planned)
  const after: Here = {
    ...here,
    state: ran.state,
    at: { ...here.at, seed: Hash.mix(here.at.seed, 0), firstId: ran.nextId }
  }
  const succeeded = (how: "decide" | "view", events: ReadonlyArray<Tagged>): Left => {
    if (ran.how !== how) {
      throw new SpecFailure(
        `${planned._tag} ${ran.how === "view" ? "is a view: say .shows" : "is no view: say .then"}`
      )
    }
    if (Result.isFailure(ran.result)) {
      throw new SpecFailure(
        `${planned._tag} failed: ${told(ran.result.failure)}`,
        events,
        fields(ran.result.failure)
      )
    }
    same(`Events of ${planned._tag}`, events, ran.result.success.events ?? [])
    return left(after, ran.result.success)
  }
  return {
    // A spec that ends with `when` and is returned to the test runner is taken for a promise: it then
    // says that it claims nothing, instead of passing.
    // oxlint-disable-next-line unicorn/no-thenable
    then: (...events) => {
      if (typeof events[0] === "function")
        throw new SpecFailure(`${planned._tag}: say what happens, .then(...) or .fails(...)`)
      return succeeded("decide", events)
    },
    shows: (...events) => succeeded("view", events),
    fails: (failure) => {
      if (Result.isSuccess(ran.result)) {
        throw new SpecFailure(
          `${planned._tag} did not fail`,
          fields(failure),
          ran.result.success.events ?? []
        )
      }
      same(`failure of ${planned._tag}`, fields(failure), fields(ran.result.failure))
      return left(after, {})
    }
  }
}

const said = (here: Here, actor: Actor.Actor, command: string | Tagged): Said => {
  const what = typeof command === "string" ? `"${command}"` : command._tag
  const result = plan(here, actor, command)
  return {
    plans: (...planned) => {
      if (Result.isFailure(result))
        throw new SpecFailure(
          `${what} was rejected: ${told(result.failure)}`,
          planned,
          fields(result.failure)
        )
      same(`plan of ${what}`, planned, result.success)
      return setting({ ...here, at: { ...here.at, actor } })
    },
    rejects: (reason) => {
      if (Result.isSuccess(result))
        throw new SpecFailure(`${what} was not rejected`, fields(reason), result.success)
      same(`rejection of ${what}`, fields(reason), fields(result.failure))
      return setting(here)
    }
  }
}

const toActor = (who: Who): Actor.Actor => {
  if ("type" in who) return who
  const ref = "ref" in who ? who.ref : who
  return { type: ref.aggregate._tag, id: ref.id }
}

const same = (what: string, expected: unknown, actual: unknown): void => {
  const [wanted, got] = [expected, actual].map((value) =>
    value === undefined ? "nothing" : Plain.canonical(value)
  )
  if (wanted !== got)
    throw new SpecFailure(`${what}: expected ${wanted}, got ${got}`, expected, actual)
}

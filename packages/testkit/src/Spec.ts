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
import { Action, Content, Dice, Hash, Ids, LockSet, Plain, Rejected } from "@wr2/core"
import type { Actor, Aggregate, Command, Game } from "@wr2/core"
import { prepare } from "@wr2/engine/GameDef"
import { defaults } from "@wr2/engine/Limits"
import * as Planner from "@wr2/engine/Planner"
import { Projection } from "@wr2/engine/Projection"
import { Result, Schema } from "effect"

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

/** A tagged value: an Event, a failure, a Command. */
type Tagged = { readonly _tag: string }

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

/** Rows by the text that names them, in no order. */
type State = ReadonlyMap<string, Aggregate.Given>

interface Here {
  readonly game: Game.Any
  readonly state: State
  readonly at: Circumstances
}
interface Circumstances extends Required<At> {
  readonly actor: Actor.Actor | null
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

interface Ran {
  readonly how: "decide" | "view"
  readonly result: Result.Result<Action.Outcome<Tagged>, Tagged>
  readonly state: State
  readonly nextId: number
}

/** Executes one Action, twice: what differs the second time read something besides its arguments. */
const run = (here: Here, planned: Action.Planned): Ran => {
  const rule = here.game.actions.find((rule) => rule._tag === planned._tag)
  if (rule === undefined) throw new Error(`${planned._tag} is not an Action of ${here.game.name}`)
  fit(planned._tag, rule.action.payload, planned.payload)
  const first = attempt(here, rule, freeze(planned.payload))
  const again = attempt(here, rule, freeze(planned.payload))
  if (Plain.canonical(comparable(first)) !== Plain.canonical(comparable(again))) {
    throw new Error(`${planned._tag} is not pure: the same inputs gave something else`)
  }
  return first
}
const comparable = (ran: Ran) => ({
  outcome: Result.match(ran.result, { onSuccess: (outcome) => outcome, onFailure: fields }),
  rows: [...ran.state.values()].map(({ ref, row, runtime }) => [
    LockSet.key(ref),
    row ?? null,
    runtime ?? null
  ])
})

const attempt = ({ at, game, state }: Here, rule: Action.AnyRule, payload: unknown): Ran => {
  const projection = look(game, state)
  const content = Content.reader(game.content)
  const circumstances = { content, now: at.now, actor: at.actor, instance: at.instance }
  if (rule.view !== undefined) {
    const shown = rule.view(payload, { projection, ...circumstances })
    const result = Result.map(shown, (events) => ({ events }))
    checkOutcome(game, rule, result)
    return { how: "view", result, state, nextId: at.firstId }
  }
  const locked = new Set(LockSet.make(rule.locks(payload, { projection })).map(LockSet.key))
  const supply = Ids.countingFrom(at.firstId)
  const must = (does: "reads" | "changes", { aggregate, id }: Aggregate.Ref) => {
    const name = LockSet.key({ aggregate, id })
    if (!locked.has(name) && !projection.createdInCycle(aggregate, id)) {
      throw new Error(
        `${rule._tag} ${does} ${name} outside its lock set (${[...locked].join(", ") || "empty"})`
      )
    }
  }
  const find = <A>(ref: Aggregate.Ref, found: A | undefined): Result.Result<A, Action.Gone> => {
    must("reads", ref)
    return found === undefined
      ? Result.fail(new Action.Gone({ aggregate: ref.aggregate._tag, id: ref.id }))
      : Result.succeed(found)
  }
  const result = rule.decide!(payload, {
    the: (aggregate, id) => find(aggregate.ref(id), projection.get(aggregate, id)),
    runtime: (aggregate, id) => find(aggregate.ref(id), projection.runtime(aggregate, id)),
    every: (aggregate, index, key) => {
      const rows = projection.by(aggregate, index, key)
      for (const row of rows) must("reads", aggregate.ref(row.id))
      return rows
    },
    dice: Dice.fromSeed(at.seed),
    ids: { next: () => supply.next() as never },
    ...circumstances
  })
  checkOutcome(game, rule, result)
  const nextId = supply.next()
  if (Result.isFailure(result)) return { how: "decide", result, state, nextId }
  for (const event of (result.success.events ?? []) as ReadonlyArray<Tagged>) {
    const definition = game.events.find(({ _tag }) => _tag === event._tag)!
    const fact = freeze(event) as never
    for (const change of definition.evolve(fact)) {
      if (change.op !== "insert") must("changes", change)
      projection.apply(change, at.now)
    }
    definition.heardBy(fact)
    definition.follows?.(fact)
    definition.sends?.(fact)
  }
  return { how: "decide", result, state: rowsOf(projection), nextId }
}

/** What was declared, and fits. */
const checkOutcome = (
  game: Game.Any,
  rule: Action.AnyRule,
  result: Result.Result<Action.Outcome<Tagged>, Tagged>
) => {
  if (Result.isFailure(result)) {
    if (!rule.fails.some((failure) => Schema.is(failure as never)(result.failure))) {
      throw new Error(`${rule._tag} fails with ${told(result.failure)}, which it does not declare`)
    }
    return
  }
  for (const event of result.success.events ?? []) {
    const definition = rule.emits.find(({ _tag }) => _tag === event._tag)
    if (definition === undefined)
      throw new Error(`${rule._tag} emits ${event._tag}, which it does not declare`)
    if (!game.events.includes(definition)) {
      throw new Error(`${rule._tag} emits ${event._tag}, which ${game.name} does not register`)
    }
    fit(event._tag, definition.schema, event)
  }
  for (const planned of result.success.next ?? []) {
    const next = game.actions.find(({ _tag }) => _tag === planned._tag)
    if (next === undefined)
      throw new Error(`${rule._tag} plans ${planned._tag}, which is not an Action of ${game.name}`)
    fit(planned._tag, next.action.payload, planned.payload)
  }
  for (const { command } of result.success.issue ?? []) {
    const issued = game.commands.find(({ _tag }) => _tag === command._tag)
    if (issued === undefined)
      throw new Error(`${rule._tag} issues ${command._tag}, which is not a Command of ${game.name}`)
    fit(command._tag, issued.schema, command)
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

const plan = (
  { at, game, state }: Here,
  actor: Actor.Actor,
  command: string | Tagged
): Result.Result<ReadonlyArray<Action.Planned>, Tagged> => {
  // A plan that breaks is Rejected Broken by the engine; here it breaks the test.
  const planner = Planner.make(prepare(game), defaults, (_, error) => {
    throw error
  })
  const planned = planner({
    instance: at.instance,
    actor,
    wish: typeof command === "string" ? { text: command } : { command: freeze(command) },
    projection: look(game, state)
  })
  if (Result.isSuccess(planned)) return Result.succeed(planned.success.actions)
  const declared = [...game.commands.flatMap(({ rejects }) => rejects), ...Rejected.schemas]
  if (!declared.some((reason) => Schema.is(reason)(planned.failure))) {
    throw new Error(`rejected with ${told(planned.failure)}, which no Command declares`)
  }
  return Result.fail(planned.failure)
}

// --- the rows -----------------------------------------------------------------------------------

/** The engine's own fold, holding these rows. */
const look = (game: Game.Any, state: State): Projection => {
  const projection = new Projection(game.aggregates)
  for (const { ref, row, runtime } of state.values()) {
    if (runtime !== undefined)
      fit(`runtime of ${LockSet.key(ref)}`, ref.aggregate.runtime.schema, runtime)
    const wrong = projection.load({
      ...ref,
      row,
      stamp: 0,
      runtime:
        runtime === undefined
          ? undefined
          : {
              stamp: 0,
              dirty: false,
              cacheVersion: ref.aggregate.runtime.version,
              builtAt: 0,
              data: runtime
            }
    })
    if (wrong !== undefined) throw new Error(wrong)
  }
  return projection
}

/** What a Projection holds; throws where a table could not keep it as it is. */
const rowsOf = (projection: Projection): State =>
  new Map(
    [...projection.entries()].map(([aggregate, id, { row, runtime }]) => {
      const ref = aggregate.ref(id)
      const key = LockSet.key(ref)
      fit(key, aggregate.Row, row)
      if (row.id !== id) throw new Error(`${key}: evolve changes its id to ${row.id}`)
      if (runtime !== undefined) fit(`runtime of ${key}`, aggregate.runtime.schema, runtime.data)
      return [
        key,
        freezeRow({ ref, row, ...(runtime === undefined ? {} : { runtime: runtime.data }) })
      ]
    })
  )

const freezeRow = ({ ref, row, runtime }: Aggregate.Given): Aggregate.Given => ({
  ref,
  row: freeze(row),
  ...(runtime === undefined ? {} : { runtime: freeze(runtime) })
})

// --- values -------------------------------------------------------------------------------------

const toActor = (who: Who): Actor.Actor => {
  if ("type" in who) return who
  const ref = "ref" in who ? who.ref : who
  return { type: ref.aggregate._tag, id: ref.id }
}

/** Why a value is not of a schema, or not plain; fields that the schema does not name count. */
const misfit = (schema: unknown, value: unknown): string | undefined => {
  const problem = Plain.problem(value)
  if (problem !== undefined) return problem
  const decoded = Schema.decodeUnknownResult(Schema.toType(schema as Schema.Codec<unknown>), {
    onExcessProperty: "error"
  })(value)
  return Result.isFailure(decoded) ? String(decoded.failure.message) : undefined
}
const fit = (what: string, schema: unknown, value: unknown): void => {
  const found = misfit(schema, value)
  if (found !== undefined) throw new Error(`${what} does not fit: ${found}`)
}

/** The fields of a failure (a class instance), its tag included. */
const fields = (value: Tagged): unknown => ({ ...value })
const told = (value: Tagged): string => Plain.canonical(fields(value))

const same = (what: string, expected: unknown, actual: unknown): void => {
  const [wanted, got] = [expected, actual].map((value) =>
    value === undefined ? "nothing" : Plain.canonical(value)
  )
  if (wanted !== got)
    throw new SpecFailure(`${what}: expected ${wanted}, got ${got}`, expected, actual)
}

/** A copy that nobody can change, so that a rule which changes its arguments fails. */
const freeze = <A>(value: A): A => {
  if (value === null || typeof value !== "object") return value
  return Object.freeze(
    Array.isArray(value)
      ? value.map(freeze)
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, freeze(inner)]))
  ) as A
}

/** One Action executed and one Command planned on the rows of a spec, held to all that the engine holds them to. */
import { Action, Content, Dice, Ids, LockSet, Plain, Rejected } from "@wr2/core"
import type { Actor, Aggregate, Game } from "@wr2/core"
import { prepare } from "@wr2/engine/GameDef"
import { defaults } from "@wr2/engine/Limits"
import * as Planner from "@wr2/engine/Planner"
import { Result, Schema } from "effect"
import { look, rowsOf, type State } from "./Rows.ts"
import { fields, fit, freeze, type Tagged, told } from "./Values.ts"

/** What an Action or a Command meets. */
export interface Here {
  readonly game: Game.Any
  readonly state: State
  readonly at: Circumstances
}
/** Under which circumstances: those of a step (`At`), none left out. */
export interface Circumstances {
  readonly seed: number
  readonly now: number
  readonly actor: Actor.Actor | null
  readonly instance: number
  readonly firstId: number
}

/** What an Action came to, and the rows and the next id after it. */
export interface Ran {
  readonly how: "decide" | "view"
  readonly result: Result.Result<Action.Outcome<Tagged>, Tagged>
  readonly state: State
  readonly nextId: number
}

/** Executes one Action, twice: what differs the second time read something besides its arguments. */
export const run = (here: Here, planned: Action.Planned): Ran => {
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

/** What a Command is planned as, or why it is rejected. */
export const plan = (
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

/**
 * Command to Actions: parse, check, resolve names, plan. Pure and synchronous, against a projection
 * that is exact; so it can also run inside the decide phase, for issued Commands. Wrap it with a
 * layer to add rules of your own (who may, how often).
 */
import type { Action, Actor, Command, Projection } from "@wr2/core"
import { Actor as Actors, Grammar, Hash, Rejected } from "@wr2/core"
import { Context, Effect, Layer, Result, Schema, SchemaAST } from "effect"
import type { Tracer } from "effect"
import { GameDef } from "./GameDef.ts"
import type { Definition } from "./GameDef.ts"
import { Limits } from "./Limits.ts"
import * as Misfit from "./Misfit.ts"
import * as Tracing from "./Tracing.ts"
import { mistimed } from "./Work.ts"

/** What is to be planned: a line of text, or a typed Command with its `_tag`. */
export type Wish = { readonly text: string } | { readonly command: unknown }

/** What a Command is planned from. */
export interface Input {
  readonly instance: number
  readonly actor: Actor.Actor
  readonly wish: Wish
  readonly projection: Projection
  /** Where an actor has departed to, if it has; nowhere unless given. */
  readonly departed?: (actor: Actor.Actor) => number | null
  /** The span of the Command that it is, or that it comes of, when that is traced. */
  readonly span?: Tracer.Span | undefined
}

/** A Plan: at least one Action. */
export interface Plan {
  readonly command: string
  readonly actions: ReadonlyArray<Action.Planned>
}

/** A tagged reason: the engine's, or one that the Command declares. */
export interface Reason {
  readonly _tag: string
}

export class Planner extends Context.Service<
  Planner,
  {
    /** Never throws: a plan that does is Rejected Broken. */
    readonly plan: (input: Input) => Result.Result<Plan, Reason>
  }
>()("wr2/engine/Planner") {
  static readonly layer: Layer.Layer<Planner, never, GameDef> = Layer.effect(
    Planner,
    Effect.gen(function* () {
      const definition = yield* GameDef
      const limits = yield* Limits
      const broken: Array<{ readonly reference: string; readonly error: unknown }> = []
      const plan = make(definition, limits, (reference, error) => {
        broken.push({ reference, error })
      })
      const runFork = Effect.runForkWith(yield* Effect.context<never>())
      return {
        plan: (input) => {
          const planned = plan(input)
          for (const { error, reference } of broken.splice(0)) {
            const told = { reference, instance: input.instance, error }
            runFork(Tracing.within(input.span)(Effect.logError("a plan broke", told)))
          }
          return planned
        }
      }
    })
  )
}

/**
 * Takes a typed Command that has its fields and no others. Most have nothing inside their fields: then
 * it is enough to count them, and the compiled check does the rest. All others are decoded.
 */
const exactly = ({ schema }: Command.Any) => {
  const decode = Schema.decodeUnknownResult(schema as unknown as Schema.Codec<any, any>, {
    onExcessProperty: "error"
  })
  const misfit = Misfit.of(schema)
  const count = Object.keys(schema.fields).length
  return (value: unknown): ReturnType<typeof decode> =>
    isFlat(value, count) && misfit(value) === undefined ? Result.succeed(value) : decode(value)
}

/** Whether it is a record of so many fields, none of which holds others. */
const isFlat = (value: unknown, count: number): boolean => {
  if (typeof value !== "object" || value === null) return false
  let fields = 0
  for (const name in value) {
    const field = (value as Record<string, unknown>)[name]
    if (typeof field === "object" && field !== null) return false
    fields++
  }
  return fields === count
}

/** The planner as a plain function. `onBroken` hears of plans that threw, with the reference given out. */
export const make = (
  definition: Definition,
  limits: Limits,
  onBroken: (reference: string, error: unknown) => void
): ((input: Input) => Result.Result<Plan, Reason>) => {
  const { commands, content, game } = definition
  const accept = new Map(game.commands.map((command) => [command._tag, exactly(command)]))
  /** The Commands an actor may submit: others neither shadow an abbreviation nor are suggested. */
  const openTo = new Map<string, ReadonlyArray<Command.Any>>()
  const open = (actorType: string): ReadonlyArray<Command.Any> => {
    let found = openTo.get(actorType)
    if (found === undefined) {
      found = game.commands.filter(({ from }) => from === undefined || from.includes(actorType))
      openTo.set(actorType, found)
    }
    return found
  }
  /** The Command that has this verb, whoever may submit it. */
  const named = (verb: string): Command.Any | undefined =>
    game.commands.find(({ patterns }) => patterns.some(({ verbs }) => verbs.includes(verb)))
  const usage = (command: Command.Any): ReadonlyArray<string> =>
    command.patterns.map((pattern) => pattern.source)

  const typed = (
    actorType: string,
    value: unknown
  ): Result.Result<{ command: Command.Any; fields: any }, Reason> => {
    // What instances and consumers send is the game's own.
    if (!Actors.isOwn(actorType) && holdsLongText(value, limits.textMax))
      return Result.fail(new Rejected.TooLong({ max: limits.textMax }))
    const tag =
      typeof value === "object" && value !== null && typeof (value as any)._tag === "string"
        ? ((value as any)._tag as string)
        : ""
    const command = commands.get(tag)
    if (command === undefined) {
      return Result.fail(
        new Rejected.UnknownVerb({ verb: clean(tag).slice(0, 40), suggestions: [] })
      )
    }
    const fields = accept.get(tag)!(value)
    return Result.isSuccess(fields)
      ? Result.succeed({ command, fields: fields.success })
      : Result.fail(new Rejected.Malformed({ verb: tag, usage: usage(command) }))
  }

  const read = (
    text: string,
    planning: Command.Planning
  ): Result.Result<{ command: Command.Any; fields: any }, Reason> => {
    const { actorType } = planning
    if (text.length > limits.textMax)
      return Result.fail(new Rejected.TooLong({ max: limits.textMax }))
    const line = clean(text)
    const meant = game.reads(line, planning)
    if (meant !== undefined) return typed(actorType, meant)
    const parsed = Grammar.parse(open(actorType), line)
    if (Result.isFailure(parsed)) {
      const { failure } = parsed
      const closed = failure._tag === "UnknownVerb" ? named(failure.verb) : undefined
      return Result.fail(
        closed === undefined ? reject(failure) : new Rejected.NotAllowed({ command: closed._tag })
      )
    }
    for (const reading of parsed.success.readings) {
      const command = commands.get(reading._tag)!
      const fields = accept.get(reading._tag)!({
        _tag: reading._tag,
        ...coerced(command, reading.fields)
      })
      if (Result.isSuccess(fields)) return Result.succeed({ command, fields: fields.success })
    }
    return Result.fail(
      new Rejected.Malformed({ verb: parsed.success.verb, usage: parsed.success.usage })
    )
  }

  return ({ actor, departed = () => null, instance, projection, wish }) => {
    try {
      const planning: Command.Planning = {
        actor: actor.id,
        actorType: actor.type,
        projection,
        content,
        instance,
        departed
      }
      const meant = "text" in wish ? read(wish.text, planning) : typed(actor.type, wish.command)
      if (Result.isFailure(meant)) return Result.fail(meant.failure)
      const { command, fields } = meant.success
      if (command.from !== undefined && !command.from.includes(actor.type)) {
        return Result.fail(new Rejected.NotAllowed({ command: command._tag }))
      }
      const planned = command.plan(fields, planning)
      if (Result.isFailure(planned)) return Result.fail(planned.failure as Reason)
      if (planned.success.length === 0) return Result.fail(new Rejected.NothingToDo({}))
      if (planned.success.length > limits.actionsPerPlan) {
        throw new Error(
          `${command._tag} planned ${planned.success.length} Actions, more than actionsPerPlan`
        )
      }
      for (const action of planned.success) {
        const entry = definition.rules.get(action._tag)
        if (entry === undefined)
          throw new Error(`${command._tag} planned ${action._tag}, which is not registered`)
        if (entry.misfit(action.payload) !== undefined) {
          throw new Error(`${command._tag} planned ${action._tag} with a payload that does not fit`)
        }
        const wrong = mistimed(action)
        if (wrong !== undefined) throw new Error(`${command._tag} planned ${action._tag}, ${wrong}`)
      }
      return Result.succeed({ command: command._tag, actions: planned.success })
    } catch (error) {
      const reference = Hash.hex(`${instance} ${actor.type} ${actor.id} ${String(error)}`).slice(
        0,
        12
      )
      onBroken(reference, error)
      return Result.fail(new Rejected.Broken({ reference }))
    }
  }
}

/** Whether a text in it is longer than allowed. */
const holdsLongText = (value: unknown, max: number): boolean =>
  typeof value === "string"
    ? value.length > max
    : typeof value === "object" &&
      value !== null &&
      Object.values(value).some((inner) => holdsLongText(inner, max))

/** Control characters out, lone surrogates replaced: what stays is plain text. */
const clean = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").toWellFormed()

const reject = (unparsed: Grammar.Unparsed): Reason => {
  switch (unparsed._tag) {
    case "UnknownVerb":
      return new Rejected.UnknownVerb({ verb: unparsed.verb, suggestions: unparsed.suggestions })
    case "Ambiguous":
      return new Rejected.Ambiguous({ word: unparsed.word, candidates: unparsed.candidates })
    case "Malformed":
      return new Rejected.Malformed({ verb: unparsed.verb, usage: unparsed.usage })
  }
}

/** Text becomes a number where the field takes one and the text is one. */
const coerced = (
  command: Command.Any,
  fields: Readonly<Record<string, unknown>>
): Record<string, unknown> => {
  const declared = (command.schema as unknown as { readonly fields: Record<string, Schema.Top> })
    .fields
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" && /^[+-]?\d{1,15}$/.test(value) && takesNumber(declared[name]!.ast)
        ? Number(value) || 0
        : value
    ])
  )
}

const takesNumber = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isNumber(ast) || (SchemaAST.isUnion(ast) && ast.types.some(takesNumber))

/** `wr2 explain`: what a Command would come to, and nothing done. */
import { Actor, LockSet } from "@wr2/core"
import * as Explain from "@wr2/engine/Explain"
import { Database } from "@wr2/postgres"
import * as Moments from "@wr2/postgres/Moments"
import { Views } from "@wr2/world"
import { Console, Effect, Option, Random } from "effect"
import * as DecideGuard from "../DecideGuard.ts"
import * as Past from "../Past.ts"
import { Problem } from "../Problem.ts"

/** What is given. */
export interface Flags {
  readonly character: string
  readonly command: string
  readonly seed: Option.Option<number>
  readonly json: boolean
}

/** Planning and running it may take so long. */
const within = 10_000

interface Asked {
  readonly name: string
  readonly actor: Actor.Actor
  readonly moment: Moments.Moment
  readonly command: string
  readonly seed: number
}

/** All of it as one value. */
const plain = ({ actor, command, moment, name, seed }: Asked, found: Explain.Explained) => {
  const about = { character: name, actor, instance: moment.instance, asOf: moment.lastSeq, command }
  if (found._tag === "Rejected") {
    const { reason } = found
    const broke = found.broke === undefined ? {} : { error: String(found.broke) }
    return { ...about, rejected: { ...reason }, says: Views.explain(reason), ...broke }
  }
  return {
    ...about,
    seed,
    plan: found.command,
    actions: found.ran.map(({ events, locks, ...action }, place) => ({
      place,
      ...action,
      locks: locks.map(LockSet.key),
      events: events.map(({ payload, streams, type }) => ({
        type,
        streams,
        ...JSON.parse(payload)
      }))
    })),
    shown: found.shown.map(({ answers, failure, ...action }) => ({
      ...action,
      answers: answers.map(({ payload }) => JSON.parse(payload)),
      ...(failure === undefined ? {} : { failure: { ...failure } })
    })),
    later: found.later,
    rows: found.rows.map((write) => ({
      op: write.op,
      name: LockSet.key(write),
      ...(write.op === "delete" ? {} : { row: write.row })
    })),
    sends: found.sends
  }
}

const text = (value: unknown, most: number): string => {
  const whole = JSON.stringify(value) ?? "nothing"
  return whole.length > most ? `${whole.slice(0, most)}...` : whole
}

/** Fields without the tag, as `key=value`. */
const fields = (value: object, most: number): string => {
  const { _tag, ...rest } = value as { readonly _tag?: unknown }
  return Object.entries(rest)
    .map(([key, inner]) => `${key}=${text(inner, most)}`)
    .join(" ")
}

const whose = (actor: Actor.Actor | null): string =>
  actor === null ? "the world" : Actor.key(actor)

const reasons = (reason: object, told: string): ReadonlyArray<string> => {
  const { candidates, suggestions, usage } = reason as Readonly<
    Record<string, ReadonlyArray<string> | undefined>
  >
  const list = (name: string, of: ReadonlyArray<string> | undefined) =>
    of === undefined || of.length === 0 ? [] : [`  ${name.padEnd(10)} ${of.join(" | ")}`]
  return [
    `REJECTED ${(reason as { readonly _tag: string })._tag}: ${told}`,
    ...list("which", candidates),
    ...list("perhaps", suggestions),
    ...list("usage", usage),
    `  ${"reason".padEnd(10)} ${fields(reason, 120)}`.trimEnd()
  ]
}

/** All of it for people. */
const told = (asked: Asked, found: Explain.Explained): string => {
  const { actor, command, moment, name, seed } = asked
  const head = `${name} (${Actor.key(actor)}), instance ${moment.instance} as of seq ${moment.lastSeq}: "${command}"`
  if (found._tag === "Rejected") {
    const broke = found.broke === undefined ? [] : [`  the plan threw: ${String(found.broke)}`]
    return [head, ...reasons(found.reason, Views.explain(found.reason)), ...broke].join("\n")
  }
  const lines = [head, `PLAN ${found.command}`]
  found.ran.forEach((action, place) => {
    const by = action.cause === null ? "" : `, caused by ${action.cause + 1}`
    lines.push(
      `${place + 1}. ${action.type} ${fields(action.payload as object, 80)} (${whose(action.actor)}${by})`
    )
    lines.push(`   locks   ${action.locks.map(LockSet.key).join(", ") || "nothing"}`)
    if (action.outcome === "refused") lines.push(`   REFUSED ${text(action.reason, 200)}`)
    if (action.outcome === "failed")
      lines.push(`   FAILED  ${String(action.reason).split("\n")[0]}`)
    for (const event of action.events) {
      lines.push(`   event   ${event.type} ${fields(JSON.parse(event.payload), 80)}`)
      lines.push(`           heard by ${event.streams.join(", ") || "nobody"}`)
    }
    if (action.outcome === "done" && action.events.length === 0) lines.push("   no Events")
  })
  for (const shown of found.shown) {
    lines.push(`reads ${shown.type} ${fields(shown.payload as object, 80)}`)
    for (const answer of shown.answers) {
      lines.push(`   answer  ${answer.type} ${fields(JSON.parse(answer.payload), 80)}`)
    }
    if (shown.failure !== undefined) lines.push(`   fails   ${text({ ...shown.failure }, 200)}`)
  }
  for (const later of found.later) {
    lines.push(
      `later, in ${(later.after / 1_000).toFixed(1)} s: ${later.type} ${fields(later.payload as object, 80)} (${whose(later.actor)})`
    )
  }
  for (const { command: sent, target } of found.sends)
    lines.push(`sends to instance ${target}: ${text(sent, 120)}`)
  if (found.ran.length > 0) {
    const changed = found.rows.map((write) => `${write.op} ${LockSet.key(write)}`)
    lines.push(`rows ${changed.join(", ") || "stay as they are"}`)
    lines.push(`dice are those of seed ${seed} (--seed): live, the seed is drawn at random`)
  }
  return lines.join("\n")
}

/** Explains a Command. */
export const explain = (flags: Flags) =>
  Effect.gen(function* () {
    const { definition, limits } = yield* Past.game
    const database = yield* Database
    const { players } = definition.game
    if (players === undefined) return yield* new Problem({ message: "this game has no characters" })
    const character = yield* Moments.find(database, players.aggregate, flags.character)
    const moment = yield* Moments.read(database, definition, character.instance)
    const seed = Option.isSome(flags.seed)
      ? flags.seed.value
      : yield* Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)
    const actor = { type: players.aggregate._tag, id: character.id }
    const asked: Asked = { name: character.name, actor, moment, command: flags.command, seed }
    const found = yield* Effect.try({
      try: () =>
        DecideGuard.guard(within, () =>
          Explain.explain({
            ...moment,
            limits,
            definition,
            actor,
            wish: { text: flags.command },
            seed
          })
        ),
      catch: (error) => new Problem({ message: `it does not end, or breaks: ${String(error)}` })
    })
    yield* Console.log(
      flags.json ? JSON.stringify(plain(asked, found), null, 2) : told(asked, found)
    )
  }).pipe(
    Effect.catchTag("NoCharacter", ({ message }) => new Problem({ message })),
    Effect.provide(Past.layer)
  )

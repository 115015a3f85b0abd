/** `wr2 dead`: Actions that failed for good, for whoever operates the world. */
import { hostname, userInfo } from "node:os"
import { DeadLetters } from "@wr2/postgres"
import { Clock, Console, Effect, Option } from "effect"
import * as Prompt from "effect/cli/Prompt"
import { Problem } from "../Problem.ts"
import * as Reach from "../Reach.ts"
import * as Told from "./deadTold.ts"

type Letter = DeadLetters.Letter

/** Which letters are meant. */
export interface Which {
  readonly instance: Option.Option<number>
  readonly type: Option.Option<string>
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** A time as people give it: `2h` ago, or a date. */
const timeOf = (text: string, now: number): Effect.Effect<number, Problem> => {
  const ago = /^(\d+)([smhd])$/.exec(text)
  const at = ago === null ? Date.parse(text) : now - Number(ago[1]) * units[ago[2]!]! * 1_000
  return Number.isNaN(at)
    ? Effect.fail(
        new Problem({ message: `${text} is no time; one looks like 2h or 2026-11-23T08:00Z` })
      )
    : Effect.succeed(at)
}

/** Who does it, as far as this machine knows. */
const myself = Effect.sync(() => {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    return hostname()
  }
})

const json = (value: unknown) => Console.log(JSON.stringify(value, null, 2))

/** `wr2 dead ls` */
export const ls = (
  flags: Which & {
    readonly since: Option.Option<string>
    readonly dropped: boolean
    readonly json: boolean
  }
) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const since = Option.isSome(flags.since) ? yield* timeOf(flags.since.value, now) : undefined
    const found = yield* DeadLetters.list({
      instance: Option.getOrUndefined(flags.instance),
      type: Option.getOrUndefined(flags.type),
      since,
      dropped: flags.dropped
    })
    yield* flags.json ? json(found) : Console.log(Told.lines(found))
    if (found.length >= DeadLetters.most)
      yield* Console.error(
        `the latest ${found.length}: --since, --type and --instance choose others`
      )
  }).pipe(Effect.provide(Reach.layer))

/** `wr2 dead show` */
export const show = (flags: { readonly id: string; readonly json: boolean }) =>
  Effect.gen(function* () {
    const found = yield* DeadLetters.list({ id: flags.id, dropped: true })
    const gone = yield* DeadLetters.traces(flags.id)
    if (found.length + gone.length === 0) return yield* none(flags.id)
    yield* flags.json
      ? json([...found, ...gone])
      : Console.log([...found.map(Told.whole), ...gone.map(Told.trace)].join("\n\n"))
  }).pipe(Effect.provide(Reach.layer))

const none = (id: string) =>
  new Problem({ message: `${id} is no dead letter, and never was one. wr2 dead ls lists them` })

/** Letters by their ids, or all of a kind; what is none says so. */
const chosen = Effect.fnUntraced(function* (
  ids: ReadonlyArray<string>,
  all: boolean,
  which: Which
): Effect.fn.Return<
  ReadonlyArray<Letter>,
  Problem | Effect.Error<ReturnType<typeof DeadLetters.list>>,
  Effect.Services<ReturnType<typeof DeadLetters.list>>
> {
  if (all !== (ids.length === 0)) {
    return yield* new Problem({
      message: "which? Give references or instance/number, or --all (with --type, --instance)"
    })
  }
  const instance = Option.getOrUndefined(which.instance)
  const type = Option.getOrUndefined(which.type)
  if (all) return yield* DeadLetters.list({ instance, type })
  const letters = new Map<string, Letter>()
  for (const id of new Set(ids)) {
    const found = yield* DeadLetters.list({ id, instance, type })
    for (const letter of found) letters.set(`${letter.instance}/${letter.no}`, letter)
    if (found.length > 0) continue
    const gone = yield* DeadLetters.traces(id)
    for (const trace of gone) yield* Console.log(Told.already(trace))
    const dropped = yield* DeadLetters.list({ id, dropped: true })
    for (const letter of dropped) yield* Console.log(Told.already(letter))
    if (gone.length + dropped.length === 0) return yield* none(id)
  }
  return [...letters.values()]
})

/** Letters of one instance after the other, so many in one transaction. */
const parts = (letters: ReadonlyArray<Letter>): ReadonlyArray<ReadonlyArray<Letter>> => {
  const byInstance = Map.groupBy(letters, ({ instance }) => instance)
  return [...byInstance.values()].flatMap((all) => {
    const ordered = [...all].sort((a, b) => a.no - b.no)
    return Array.from({ length: Math.ceil(ordered.length / atOnce) }, (_, i) =>
      ordered.slice(i * atOnce, (i + 1) * atOnce)
    )
  })
}
const atOnce = 1_000

/** There are no more in one go than that: who asked for all learns that it was not all. */
const more = ({ length }: ReadonlyArray<Letter>) =>
  length < DeadLetters.most
    ? Effect.void
    : Console.log(`these were the latest ${length}: ask again for the rest`)

/** Of Enter, Leave and their like: whoever asked was told that it broke, and has asked again. */
const isAsked = ({ key }: Letter): boolean => /\/control\/\d+$/.test(key)

/** `wr2 dead redrive` */
export const redrive = (
  flags: Which & {
    readonly ids: ReadonlyArray<string>
    readonly all: boolean
    readonly by: Option.Option<string>
  }
) =>
  Effect.gen(function* () {
    const by = Option.isSome(flags.by) ? flags.by.value : yield* myself
    const letters = yield* chosen(flags.ids, flags.all, flags)
    const asked = letters.filter(isAsked)
    for (const letter of asked) yield* Console.log(Told.asked(letter))
    let queued = 0
    for (const part of parts(letters.filter((letter) => !isAsked(letter)))) {
      const { instance } = part[0]!
      const outcome = yield* DeadLetters.redrive(instance, part, by)
      for (const letter of part) {
        const { _tag } = outcome.get(letter.no)!
        if (_tag === "Queued") queued++
        yield* Console.log(Told.redriven(letter, _tag))
      }
    }
    yield* Console.log(
      queued === 0
        ? "nothing was put back"
        : `${queued} put back: they run, each once, when a runner has taken up their instances (seconds, in a world that runs)`
    )
    yield* more(letters)
    if (asked.length > 0 && queued === 0)
      return yield* new Problem({ message: "drop what is not wanted with wr2 dead drop" })
  }).pipe(Effect.provide(Reach.layer))

const sure = Effect.fnUntraced(function* (letters: ReadonlyArray<Letter>) {
  yield* Console.log(Told.lines(letters))
  if (process.stdin.isTTY !== true) {
    return yield* new Problem({
      message: "nothing was dropped: say --yes where nobody can be asked"
    })
  }
  const message = `Give up ${letters.length === 1 ? "this Action" : `these ${letters.length} Actions`}, and what they carry?`
  return yield* Prompt.run(Prompt.Confirm({ message }))
})

/** `wr2 dead drop` */
export const drop = (
  flags: Which & {
    readonly ids: ReadonlyArray<string>
    readonly all: boolean
    readonly by: Option.Option<string>
    readonly why: string
    readonly yes: boolean
  }
) =>
  Effect.gen(function* () {
    const by = Option.isSome(flags.by) ? flags.by.value : yield* myself
    const why = flags.why.trim()
    if (why === "") return yield* new Problem({ message: "--why: say why it is given up" })
    const letters = yield* chosen(flags.ids, flags.all, flags)
    if (letters.length === 0) return yield* Console.log("nothing to drop")
    if (!flags.yes && !(yield* sure(letters))) return yield* Console.log("nothing was dropped")
    for (const part of parts(letters)) {
      const dropped = yield* DeadLetters.drop(part[0]!.instance, part, { by, why })
      for (const letter of part) yield* Console.log(Told.dropped(letter, dropped.has(letter.no)))
    }
    yield* more(letters)
  }).pipe(Effect.provide(Reach.layer))

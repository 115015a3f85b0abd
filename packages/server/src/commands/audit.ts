/** `wr2 audit`: whether what is kept of a world is as it must be, looked at beside the world. */
import { Database } from "@wr2/postgres"
import * as Auditing from "@wr2/postgres/Auditing"
import type { Finding } from "@wr2/engine/Audit"
import { Cause, Clock, Console, Effect, Exit } from "effect"
import * as Past from "../Past.ts"
import { explain } from "../Problem.ts"
import { noInstance } from "./snapshot.ts"

/** What may be given. */
export interface Flags {
  readonly instances: ReadonlyArray<number>
  readonly pause: number
  readonly json: boolean
}

/** Rows read at once. */
const page = 1_000
/** Progress is told this often. */
const tellEvery = 2_000

const number = (n: number): string => n.toLocaleString("en-US")
const amounts = (held: Readonly<Record<string, number>>): string =>
  Object.entries(held)
    .map(([name, amount]) => `${name} ${number(amount)}`)
    .join(", ")

const looked = (one: Auditing.Looked): string =>
  [
    `instance ${one.instance}: ${number(one.events)} Events since ${one.from === 0 ? "birth" : `the snapshot as of seq ${one.from}`}, ` +
      `${number(one.actions)} Actions, ${number(one.rows)} rows` +
      (Object.keys(one.held).length === 0 ? "" : ` (${amounts(one.held)})`),
    ...one.unchecked.map((what) => `  not checked: ${what}`)
  ].join("\n")

const found = ({ action, instance, rule, seq, what }: Finding): string => {
  const where = [
    ...(seq === null ? [] : [`Event ${seq}`]),
    ...(action === null ? [] : [`Action ${action}`])
  ]
  return `${rule}: instance ${instance}: ${what}${where.length === 0 ? "" : ` [${where.join(", ")}]`}`
}

/** Instances whose rows could not be held against their Events. */
const blind = (instances: ReadonlyArray<Auditing.Looked>): string => {
  const found = instances.filter(({ folded }) => !folded).map(({ instance }) => instance)
  if (found.length === 0) return ""
  const some = found.slice(0, 20).join(", ")
  return `${found.length === 1 ? "instance" : "instances"} ${some}${found.length > 20 ? " ..." : ""}`
}

const told = ({ findings, instances, transit }: Auditing.Report): string =>
  [
    ...instances.map(looked),
    `on the way between instances: ${transit.messages} messages, ${transit.pending} Actions that let one in, ${transit.dead} dead letters` +
      (Object.keys(transit.amounts).length === 0 ? "" : ` (${amounts(transit.amounts)})`),
    ...(Object.keys(transit.dropped).length === 0
      ? []
      : [`given up with dropped dead letters: ${amounts(transit.dropped)}`]),
    ...findings.map(found),
    findings.length === 0
      ? blind(instances).length === 0
        ? "nothing wrong was found"
        : `nothing wrong was found in what could be checked. NOT CHECKED: rows against Events, and what is conserved, of ${blind(instances)}`
      : `${findings.length} findings. wr2 replay <instance> runs history again; docs/operating.md says what to do`
  ].join("\n")

const look = Effect.fnUntraced(function* (flags: Flags) {
  const { definition } = yield* Past.game
  const database = yield* Database
  let next = (yield* Clock.currentTimeMillis) + tellEvery
  const progress = Effect.fnUntraced(function* ({ instance, last, seq }: Auditing.Progress) {
    const now = yield* Clock.currentTimeMillis
    if (now < next) return
    next = now + tellEvery
    yield* Console.error(`instance ${instance}: Event ${number(seq)} of ${number(last)} ...`)
  })
  const report = yield* Auditing.audit(database, {
    definition,
    instances: flags.instances.length === 0 ? undefined : flags.instances,
    pause: flags.pause,
    page,
    progress
  })
  yield* Console.log(flags.json ? JSON.stringify(report) : told(report))
  return report.findings.length > 0 ? 1 : blind(report.instances) === "" ? 0 : 3
})

/**
 * Looks, and ends the process with 1 on any finding, with 2 where it could not look, with 3 where it
 * found nothing and could not check it all.
 */
export const audit = (flags: Flags) =>
  Effect.gen(function* () {
    const exit = yield* look(flags).pipe(
      Effect.catchTag("NoInstance", ({ instance }) => noInstance(instance)),
      Effect.provide(Past.layer),
      Effect.exit
    )
    if (Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) return
    if (Exit.isFailure(exit)) {
      yield* Console.error(`wr2: not audited: ${explain(Cause.squash(exit.cause))}`)
    }
    // The database of npm start is let go by now: nothing is left to be done.
    process.exitCode = Exit.isSuccess(exit) ? exit.value : 2
  })

/**
 * The shortest failing stretch: a schedule that went wrong is tried with less and less in it, as long as
 * it still goes wrong by the same check. Fewer misfortunes, players, doings, lines and instances; engines
 * set plainly; whoever came first goes first.
 */
import { commandsOf, plainForm } from "./Schedule.ts"
import type { Doing, Schedule } from "./Schedule.ts"
import type { Report } from "./World.ts"

/** What was found. */
export interface Stretch {
  readonly schedule: Schedule
  readonly report: Report
  readonly tries: number
}

/** Shrinks a schedule whose run violates something. `triesMax`: so many runs, then it is what it is. */
export const shrink = (
  schedule: Schedule,
  run: (schedule: Schedule) => Report,
  triesMax = 800
): Stretch | undefined => {
  const first = run(schedule)
  const check = first.violations[0]?.check
  if (check === undefined) return undefined
  let best = { schedule, report: first }
  let tries = 1
  /** Takes a smaller one if it fails the same way. */
  const attempt = (smaller: Schedule): boolean => {
    if (tries >= triesMax) return false
    tries++
    const report = run(smaller)
    if (!report.violations.some((violation) => violation.check === check)) return false
    best = { schedule: smaller, report }
    return true
  }
  /** Leaves out as much of a list as it can: halves, quarters ... one by one. */
  const less = <A>(
    list: () => ReadonlyArray<A>,
    without: (rest: ReadonlyArray<A>) => Schedule
  ): void => {
    for (let size = Math.ceil(list().length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < list().length;) {
        const rest = list().toSpliced(at, size)
        if (!attempt(without(rest))) at += size
      }
    }
  }

  for (let before = ""; before !== JSON.stringify(best.schedule) && tries < triesMax;) {
    before = JSON.stringify(best.schedule)
    less(
      () => best.schedule.faults,
      (faults) => ({ ...best.schedule, faults })
    )
    const acting = () => [...new Set(best.schedule.doings.map(({ player }) => player))]
    less(acting, (players) => ({
      ...best.schedule,
      doings: best.schedule.doings.filter(({ player }) => players.includes(player))
    }))
    less(
      () => best.schedule.doings,
      (doings) => ({ ...best.schedule, doings })
    )
    const lines = () =>
      best.schedule.doings.flatMap((doing, i) =>
        "says" in doing ? doing.says.map((_, line) => `${i}/${line}`) : []
      )
    if (commandsOf(best.schedule) > best.schedule.doings.length)
      less(lines, (kept) => ({ ...best.schedule, doings: only(best.schedule.doings, kept) }))
    if (best.schedule.turns !== 0) attempt({ ...best.schedule, turns: 0 })
    for (const key of Object.keys(plainForm) as ReadonlyArray<keyof typeof plainForm>) {
      const form = { ...best.schedule.form, [key]: plainForm[key] }
      if (best.schedule.form[key] !== plainForm[key]) attempt({ ...best.schedule, form })
    }
    while (best.schedule.players > Math.max(1, ...acting()))
      if (!attempt({ ...best.schedule, players: best.schedule.players - 1 })) break
    while (best.schedule.instances > farthest(best.schedule))
      if (!attempt({ ...best.schedule, instances: best.schedule.instances - 1 })) break
  }
  return { ...best, tries }
}

/** The greatest instance that somebody goes to or that something befalls. */
const farthest = ({ doings, faults }: Schedule): number =>
  Math.max(
    1,
    ...faults.map((fault) => ("instance" in fault ? fault.instance : 1)),
    ...doings.flatMap((doing) =>
      "says" in doing ? doing.says.map((line) => Number(/^cross (\d+)/.exec(line)?.[1] ?? 1)) : []
    )
  )

/** Doings with those lines alone that are kept. */
const only = (doings: ReadonlyArray<Doing>, kept: ReadonlyArray<string>): ReadonlyArray<Doing> =>
  doings.flatMap((doing, i): ReadonlyArray<Doing> => {
    if (!("says" in doing)) return [doing]
    const says = doing.says.filter((_, line) => kept.includes(`${i}/${line}`))
    return says.length === 0 ? [] : [{ ...doing, says }]
  })

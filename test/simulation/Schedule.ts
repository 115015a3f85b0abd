/**
 * What is to happen in a simulated world, as data: what players say and when, which misfortune comes
 * when, how engines are set. A seed gives a schedule, a schedule gives a world; so a world that went
 * wrong can be tried with less and less of it, and kept in a file.
 *
 * Everything has its own time and stands for itself: without one the others stay what they are.
 */
import { Dice, Hash } from "@wr2/core"

/** A player's next doing, at a time in milliseconds, or when the one before is answered. */
export type Doing =
  /** Says lines in one frame. */
  | { readonly player: number; readonly at: number; readonly says: ReadonlyArray<string> }
  /** Leaves; comes back as another session after so long, or never. */
  | { readonly player: number; readonly at: number; readonly leaves: number | null }
  /** Enters as another session. */
  | { readonly player: number; readonly at: number; readonly enters: true }

/** A misfortune, at a time in milliseconds. Those of calls wait for the next one that they fit. */
export type Fault = { readonly at: number } & (
  | { readonly kind: "crash" | "stop" | "executor dies"; readonly machine: number }
  | { readonly kind: "freeze"; readonly machine: number; readonly millis: number }
  /** For so long each sleep of a process ends too late. */
  | {
      readonly kind: "late timers"
      readonly machine: number
      readonly by: number
      readonly millis: number
    }
  /** For so long a process takes it to be another time of day. */
  | {
      readonly kind: "wrong clock"
      readonly machine: number
      readonly by: number
      readonly millis: number
    }
  | { readonly kind: "release"; readonly machine: number; readonly instance: number }
  /** From here on another process is asked. */
  | { readonly kind: "move"; readonly machine: number; readonly instance: number }
  /** For so long both processes are asked in turn. */
  | { readonly kind: "two owners"; readonly instance: number; readonly millis: number }
  | {
      readonly kind: "row held" | "runtime held"
      readonly instance: number
      readonly person: number
      readonly millis: number
    }
  | { readonly kind: "owner row held"; readonly instance: number; readonly millis: number }
  /** A call of the database that fails before anything is done. */
  | { readonly kind: "failed call"; readonly method: string }
  /** A commit of which nobody knows; it was not made. */
  | { readonly kind: "unknown, not committed" }
  /** A call that was made and whose answer is lost: of a commit nobody knows. */
  | { readonly kind: "lost answer"; readonly method: string }
  | { readonly kind: "slow call"; readonly method: string; readonly millis: number }
  /** A transaction that is decided twice before it is written. */
  | { readonly kind: "repeated transaction" }
  | { readonly kind: "database clock"; readonly by: number }
  | { readonly kind: "lost request" | "lost reply" | "frame reversed"; readonly player: number }
  /** Arrives once more, so much later, maybe elsewhere. */
  | { readonly kind: "doubled request"; readonly player: number; readonly late: number }
  | { readonly kind: "doubled message"; readonly instance: number; readonly late: number }
  | { readonly kind: "lost acknowledgement"; readonly instance: number }
  /** For so long the consumer throws at whatever it hears. */
  | { readonly kind: "broken consumer"; readonly millis: number }
  /** A consumer's Command, had, whose answer is lost on the way to the consumer. */
  | { readonly kind: "lost consumer answer"; readonly instance: number }
  | { readonly kind: "doubled consumer Command"; readonly instance: number; readonly late: number }
)

/** How engines are set. */
export interface Form {
  readonly queueFirst: boolean
  readonly batchMax: number
  readonly carryMax: number
  readonly executors: number
  readonly timersHorizon: number
  readonly causationDepthMax: number
  /** Of consumers: Events that wait in memory for one, and those read from the log at once. */
  readonly unheardMax: number
  readonly unreadMax: number
}

export interface Schedule {
  /** Of the turns: who of several goes first. 0: who came first. */
  readonly turns: number
  readonly form: Form
  readonly instances: number
  readonly players: number
  readonly doings: ReadonlyArray<Doing>
  readonly faults: ReadonlyArray<Fault>
}

/** Set as a server is, as far as a small world lets it. */
export const plainForm: Form = {
  queueFirst: false,
  batchMax: 256,
  carryMax: 64,
  executors: 2,
  timersHorizon: 60_000,
  causationDepthMax: 16,
  unheardMax: 1_024,
  unreadMax: 256
}

/** Commands of one actor that may wait here. */
export const waitingMax = 12

const lines = (
  "n, n, s, go 2, go -99, stroll, double, look, look, dance, greet, mint 2 5, hand, hand, melt, bell 300 2 400, " +
  "bell 2500 3 700, bell 6000 1 0, bell 20000 2 9000, urgent 200 50, shove, wrong throw, slow, wrong plan, tock 500 4, tick 400 3, " +
  "cross, cross, cross, peek throw, stumble, alarm 300, mint 1 13"
).split(", ")

/** A line that is too long. */
export const tooLong = `wrong ${"x".repeat(200)}`

/** A line of which a process dies each time it tries. */
export const deadly = "wrong deadly"

/** How many Commands there are. */
export const commandsOf = ({ doings }: Schedule): number =>
  doings.reduce((sum, doing) => sum + ("says" in doing ? doing.says.length : 0), 0)

/** The schedule of a seed. */
export const ofSeed = (seed: number): Schedule => {
  const dice = (name: string) => Dice.fromSeed(Hash.int53(`${seed}/${name}`))
  const shape = dice("shape")
  const instances = shape.pick([2, 2, 3])!
  const players = shape.between(5, 7)
  const form: Form = {
    queueFirst: shape.chance(30),
    batchMax: shape.pick([2, 8, 256])!,
    carryMax: shape.pick([1, 2, 64])!,
    executors: shape.pick([1, 2, 4])!,
    timersHorizon: shape.pick([2_000, 5_000, 60_000])!,
    causationDepthMax: shape.pick([1, 16])!,
    unheardMax: shape.pick([1, 4, 1_024])!,
    unreadMax: shape.pick([1, 4, 256])!
  }
  const each = Math.ceil(204 / players)
  const farewell = shape.pick([0, 50, 100])!
  const doings: Array<Doing> = []
  for (let player = 1; player <= players; player++)
    doings.push(...life(dice(`player ${player}`), player, each, players, instances, farewell))
  const poisoned = shape.chance(10)
  if (poisoned) {
    const player = shape.between(1, players)
    doings.push({ player, at: shape.between(0, 8_000), says: [deadly] })
  }
  const until = Math.max(...doings.map(({ at }) => at))
  doings.sort((a, b) => a.at - b.at)
  const often = shape.pick([12, 30, 60])!
  // Owners that take an instance from each other use attempts up as poison does.
  const faults = misfortune(dice("faults"), often, until, players, instances).filter(
    ({ kind }) => !(poisoned && kind === "two owners")
  )
  return { turns: 1 + (seed % 0x7ffffffe), form, instances, players, doings, faults }
}

/** What a player does: at least so many Commands, now and then a farewell. */
const life = (
  dice: Dice.Dice,
  player: number,
  commands: number,
  players: number,
  instances: number,
  farewell: number
): ReadonlyArray<Doing> => {
  const doings: Array<Doing> = []
  let at = dice.between(0, 500)
  for (let said = 0; said < commands;) {
    const flood = dice.chance(1)
    const says = Array.from({ length: flood ? waitingMax + 4 : dice.between(1, 4) }, () =>
      flood ? "n" : spoken(dice, players, instances)
    )
    said += says.length
    doings.push({ player, at, says })
    at += dice.chance(8) ? dice.between(1_000, 6_000) : dice.between(20, 500)
    if (!dice.chance(8)) continue
    doings.push(
      dice.chance(50)
        ? { player, at, leaves: dice.between(1, 4_000) }
        : { player, at, enters: true }
    )
  }
  if (dice.chance(farewell)) doings.push({ player, at, leaves: null })
  return doings
}

/** A line, by the dice; whom and where it is about, too. */
const spoken = (dice: Dice.Dice, players: number, instances: number): string => {
  if (dice.chance(1)) return tooLong
  const line = dice.pick(lines)!
  if (line === "hand") return `hand ${dice.between(1, players)}`
  if (line === "shove") return `shove ${dice.between(1, players)} 1`
  return line === "cross" ? `cross ${dice.between(1, instances)}` : line
}

const misfortune = (
  dice: Dice.Dice,
  often: number,
  until: number,
  players: number,
  instances: number
): ReadonlyArray<Fault> => {
  const instance = () => dice.between(1, instances)
  const player = () => dice.between(1, players)
  const machine = () => dice.between(0, 1)
  const method = () =>
    dice.pick(["commit", "commit", "activate", "ids", "release", "confirm", "due"])!
  const ofConsumers = () => dice.pick(["advance", "advance", "open", "read", "park", "asleep"])!
  const kinds: ReadonlyArray<() => ReadonlyArray<unknown>> = [
    () => [{ kind: "crash", machine: machine() }],
    () => [{ kind: "stop", machine: machine() }],
    () => [{ kind: "executor dies", machine: machine() }],
    () => {
      // Whoever places instances notices in time, or not.
      const frozen = machine()
      const millis = dice.between(100, 6_000)
      const freeze = { kind: "freeze", machine: frozen, millis }
      if (millis < 1_000 || dice.chance(30)) return [freeze]
      const moved = Array.from({ length: instances }, (_, i) => ({
        kind: "move",
        machine: 1 - frozen,
        instance: i + 1,
        after: 500
      }))
      return [freeze, ...moved]
    },
    () => [
      {
        kind: "late timers",
        machine: machine(),
        by: dice.between(20, 3_000),
        millis: dice.between(500, 8_000)
      }
    ],
    () => [
      {
        kind: "wrong clock",
        machine: machine(),
        by: dice.pick([-1, 1])! * dice.between(100, 300_000),
        millis: dice.between(500, 8_000)
      }
    ],
    () => [{ kind: "release", machine: machine(), instance: instance() }],
    () => [{ kind: "move", machine: machine(), instance: instance() }],
    () => [{ kind: "move", machine: machine(), instance: instance() }],
    () => {
      // For a while another, and then the former again, which has heard nothing of it.
      const [other, where] = [machine(), instance()]
      const after = dice.between(1_000, 7_000)
      return [
        { kind: "move", machine: other, instance: where },
        { kind: "move", machine: 1 - other, instance: where, after }
      ]
    },
    () => [{ kind: "two owners", instance: instance(), millis: dice.between(200, 5_000) }],
    () => [
      {
        kind: dice.pick(["row held", "runtime held"]),
        instance: instance(),
        person: player(),
        millis: dice.between(50, 1_500)
      }
    ],
    () => [{ kind: "owner row held", instance: instance(), millis: dice.between(50, 1_500) }],
    () => [{ kind: "failed call", method: method() }],
    () => [{ kind: "unknown, not committed" }],
    () => [{ kind: "lost answer", method: "commit" }],
    () => [{ kind: "lost answer", method: method() }],
    () => [{ kind: "slow call", method: method(), millis: dice.between(1, 2_500) }],
    () => [{ kind: "repeated transaction" }],
    () => [{ kind: "database clock", by: dice.between(-2_000, 3_000) }],
    () => [{ kind: "lost request", player: player() }],
    () => [{ kind: "lost reply", player: player() }],
    () => [{ kind: "frame reversed", player: player() }],
    () => [{ kind: "doubled request", player: player(), late: dice.between(0, 3_000) }],
    () => [{ kind: "doubled request", player: player(), late: dice.between(0, 30) }],
    () => [{ kind: "doubled message", instance: instance(), late: dice.between(0, 3_000) }],
    () => [{ kind: "lost acknowledgement", instance: instance() }],
    () => [{ kind: "failed call", method: ofConsumers() }],
    () => [{ kind: "lost answer", method: ofConsumers() }],
    () => [{ kind: "slow call", method: ofConsumers(), millis: dice.between(1, 2_500) }],
    () => [{ kind: "broken consumer", millis: dice.between(100, 5_000) }],
    () => [{ kind: "lost consumer answer", instance: instance() }],
    () => [{ kind: "doubled consumer Command", instance: instance(), late: dice.between(0, 3_000) }]
  ]
  const faults: Array<Fault> = []
  for (let i = 0; i < often; i++) {
    const at = dice.between(100, Math.max(200, until))
    for (const { after = 0, ...fault } of dice.pick(kinds)!() as ReadonlyArray<any>)
      faults.push({ at: at + after, ...fault })
  }
  return faults.sort((a, b) => a.at - b.at)
}

/** How long history is kept, and what is to be done about it now. Pure. */

/** The policy. Times in milliseconds; what is undefined is no reason to let go of anything. */
export interface RetentionPolicy {
  /** How long a volume is kept after its last row. */
  readonly age: number | undefined
  /** What both logs may take on the disk. */
  readonly bytes: number | undefined
  /**
   * How much longer a volume is kept for a consumer that has not read it, or for want of snapshots that
   * follow it; past `bytes`: as much again.
   */
  readonly hold: number
  /** How long dead letters are kept; those that carry something are kept in any case. */
  readonly deadLetters: number | undefined
  /** Without another reason, a new volume begins when one has so many bytes. */
  readonly volumeBytes: number
  /** How often it is looked after. */
  readonly every: number
}

const day = 86_400_000

/** Everything is kept. */
export const defaults: RetentionPolicy = {
  age: undefined,
  bytes: undefined,
  hold: 7 * day,
  deadLetters: undefined,
  volumeBytes: 2 ** 30,
  every: 60_000
}

/** A volume is at most such a share of what is kept: history goes in steps of that. */
const share = 12
/** Where all is kept: the more there is, the larger the volumes, so that there are never many. */
const shareOfAll = 32

/** A consumer that has not read all of a volume. */
export interface Behind {
  readonly instance: number
  readonly consumer: string
  /** It has read up to here. */
  readonly seq: number
  /** The volume's last. */
  readonly last: number
}

/** A volume as it is. */
export interface Volume {
  readonly volume: number
  readonly openedAt: number
  readonly closedAt: number | null
  readonly sealed: boolean
  readonly bytes: number
  readonly empty: boolean
  readonly behind: ReadonlyArray<Behind>
  /** Instances of which there is no snapshot that follows it: without one what is left cannot be run again. */
  readonly unfollowed?: number
}

/** The logs as they are; volumes from the oldest to the one that is written. */
export interface State {
  readonly now: number
  readonly current: number
  /** The volume before, when it is not sealed yet. */
  readonly before: number | null
  readonly volumes: ReadonlyArray<Volume>
}

/** Why a volume goes. */
export type Why = "age" | "bytes"

/** What is to be done. */
export type Step =
  /** A new volume begins. */
  | { readonly _tag: "Turn"; readonly volume: number; readonly why: Why }
  /** A volume is dropped; `past`: consumers who lose what they have not read. */
  | {
      readonly _tag: "Drop"
      readonly volume: Volume
      readonly why: Why
      readonly past: ReadonlyArray<Behind>
    }
  /** A volume would be dropped, and is kept for a consumer, or until there are snapshots. */
  | { readonly _tag: "Held"; readonly volume: Volume; readonly why: Why }

const total = (volumes: ReadonlyArray<Volume>): number =>
  volumes.reduce((sum, { bytes }) => sum + bytes, 0)

/** Whether the volume that is written is due for a successor. */
const turn = (
  { before, current, now, volumes }: State,
  policy: RetentionPolicy
): Step | undefined => {
  const last = volumes.find(({ volume }) => volume === current)
  if (last === undefined || last.empty || before !== null) return undefined
  if (policy.age !== undefined && now - last.openedAt >= policy.age / share) {
    return { _tag: "Turn", volume: current, why: "age" }
  }
  const room =
    policy.bytes === undefined
      ? Math.max(policy.volumeBytes, total(volumes) / shareOfAll)
      : policy.bytes / share
  return last.bytes >= room ? { _tag: "Turn", volume: current, why: "bytes" } : undefined
}

/** What is to be done now: drops from the oldest on, none out of order; then whether a volume is full. */
export const plan = (state: State, policy: RetentionPolicy): ReadonlyArray<Step> => {
  const steps: Array<Step> = []
  let bytes = total(state.volumes)
  for (const volume of state.volumes) {
    if (!volume.sealed || volume.closedAt === null) break
    const aged = policy.age === undefined ? -1 : state.now - policy.age - volume.closedAt
    const over = policy.bytes === undefined ? -1 : bytes - policy.bytes
    if (aged < 0 && over <= 0) break
    const why = aged >= 0 ? "age" : "bytes"
    const patient = aged < policy.hold && (policy.bytes === undefined || bytes <= 2 * policy.bytes)
    if (patient && (volume.behind.length > 0 || (volume.unfollowed ?? 0) > 0)) {
      steps.push({ _tag: "Held", volume, why })
      break
    }
    steps.push({ _tag: "Drop", volume, why, past: volume.behind })
    bytes -= volume.bytes
  }
  const next = turn(state, policy)
  return next === undefined ? steps : [...steps, next]
}

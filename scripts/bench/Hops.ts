/** Where the processor's time goes, hop by hop: a profile of V8, by whose code was at work. Pure. */
import type { Profiler } from "node:inspector"

const engine = (...files: ReadonlyArray<string>) =>
  new RegExp(`packages/engine/src/(?:${files.join("|")})\\.ts$`)

/** By the innermost function on the stack that is of a hop; in the order of a Command's path. */
const hops: ReadonlyArray<readonly [name: string, ...of: ReadonlyArray<RegExp>]> = [
  ["take in and answer", engine("Ingress", "Desk", "Mail", "Instances", "Placement", "Messages")],
  [
    "choose and plan",
    engine("Selection", "Planner", "TimerHeap", "Resident", "Whereabouts", "Work", "Views"),
    /packages\/core\/src\/(?:Grammar|Command)\.ts$/,
    /packages\/world\/src\/commands\//
  ],
  [
    "decide and evolve",
    engine("Cycle", "Execution", "Projection", "Cursors", "Rows", "Misfit", "DecideGuard"),
    /packages\/(?:core|world)\/src\//
  ],
  ["settle and publish", engine("Settlement", "Publisher", "Tracing", "Telemetry")],
  ["make statements", /packages\/postgres\/src\//],
  ["the wire to Postgres", /@effect\/sql-pg\/|^node:(?:net|internal\/stream)/],
  ["the bench's own players", /scripts\/bench\//]
]

const fibers = "fibers and scheduling"
const native = "native code"
const garbage = "garbage collection"

/** The names of all hops, in the order in which they are told. */
export const names: ReadonlyArray<string> = [...hops.map(([name]) => name), fibers, native, garbage]

/** The share of each hop in the time in which anything was done, in percent. */
export const shares = ({
  nodes,
  samples = [],
  timeDeltas = []
}: Profiler.Profile): ReadonlyMap<string, number> => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ children = [], id }) => children.map((c) => [c, id])))
  const known = new Map<number, string>()
  const hopOf = (id: number): string => {
    const found = known.get(id)
    if (found !== undefined) return found
    const { callFrame } = byId.get(id)!
    const own = hops.find(([, ...of]) => of.some((each) => each.test(callFrame.url)))?.[0]
    const parent = parents.get(id)
    const hop = own ?? (parent === undefined ? fibers : hopOf(parent))
    known.set(id, hop)
    return hop
  }
  const took = new Map<string, number>(names.map((name) => [name, 0]))
  let all = 0
  samples.forEach((id, i) => {
    const { functionName } = byId.get(id)!.callFrame
    if (functionName === "(idle)") return
    const hop =
      functionName === "(garbage collector)"
        ? garbage
        : functionName === "(program)"
          ? native
          : hopOf(id)
    const micros = Math.max(0, timeDeltas[i] ?? 0)
    took.set(hop, took.get(hop)! + micros)
    all += micros
  })
  return new Map([...took].map(([hop, micros]) => [hop, all === 0 ? 0 : (100 * micros) / all]))
}

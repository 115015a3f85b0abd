/** What every bench says of its figures. */
import { cpus, totalmem } from "node:os"

export const median = (of: ReadonlyArray<number>): number =>
  [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0

export const machine = `${cpus().length} x ${cpus()[0]?.model ?? "cpu"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, PostgreSQL 18 beside it, fsync on`

/** The value below which that share of all is: 0.99 for p99. NaN of none. */
export const percentile = (of: ReadonlyArray<number>, share: number): number => {
  const sorted = [...of].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}

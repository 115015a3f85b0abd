/** What every bench says of its figures, and of the machine they are of. */
import { cpus, release, totalmem, type } from "node:os"

export const median = (of: ReadonlyArray<number>): number => {
  const sorted = [...of].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The value below which that share of all is: 0.99 for p99. NaN of none. */
export const percentile = (of: ReadonlyArray<number>, share: number): number => {
  const sorted = [...of].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}

/** As many digits as mean something: 12,345 or 3.27. */
export const shown = (value: number): string => {
  if (!Number.isFinite(value)) return "-"
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US")
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}

/** What this was measured on. `postgres` is what the server says of itself. */
export const machine = (postgres: Readonly<Record<string, string>>) => ({
  cpus: cpus().length,
  cpu: cpus()[0]?.model ?? "unknown",
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  os: `${type()} ${release()}`,
  node: process.versions.node,
  postgres
})
export type Machine = ReturnType<typeof machine>

/** The machine in one line. */
export const machineLine = ({ cpu, cpus, memoryGiB, node, os, postgres }: Machine): string =>
  `${cpus} x ${cpu}, ${memoryGiB} GiB, ${os}, Node ${node}, PostgreSQL ${postgres.server_version} ` +
  `beside it (fsync ${postgres.fsync}, synchronous_commit ${postgres.synchronous_commit})`

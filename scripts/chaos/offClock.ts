/**
 * Loaded into a process before anything else (`--import`): its time of day is off by so many
 * milliseconds, of a list (WR2_CHAOS_CLOCK); SIGUSR2 goes on to the next, and after the last it is right.
 */
const shifts = (process.env["WR2_CHAOS_CLOCK"] ?? "").split(",").map(Number)
const Real = Date
const { timeOrigin } = performance
let shift = 0

const next = (): void => {
  shift = shifts.shift() ?? 0
  // Whoever did this wants to know that it is done.
  console.error(`time of day is off by ${shift} ms`)
}

const now = (): number => Real.now() + shift

globalThis.Date = new Proxy(Real, {
  apply: () => new Real(now()).toString(),
  construct: (target, given: Array<unknown>, as) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, as) as object,
  get: (target, key, as) => (key === "now" ? now : Reflect.get(target, key, as))
})
// What runs on, `performance.now`, is not what is put right when a time of day is.
Object.defineProperty(performance, "timeOrigin", { get: () => timeOrigin + shift })

next()
process.on("SIGUSR2", next)

/** A closed loop: so many asked for at once, each next one when one is done. */

/**
 * `submit` answers when what it asked for is done; `many` of it are asked for together.
 * Warms up for half of `seconds`, then counts for `seconds`.
 */
export const measure = async ({ inFlight, many = 1, seconds, submit }) => {
  const began = performance.now()
  const from = began + seconds * 500
  const until = from + seconds * 1_000
  const latencies = []
  let done = 0
  const loop = async () => {
    while (performance.now() < until) {
      const asked = performance.now()
      await submit(many)
      const now = performance.now()
      if (now >= from && now < until) {
        done += many
        latencies.push(now - asked)
      }
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
  latencies.sort((a, b) => a - b)
  const at = (share) => latencies[Math.floor((latencies.length - 1) * share)] ?? null
  return { perSecond: done / seconds, p50: at(0.5), p99: at(0.99) }
}

/** Jobs that a worker of this process does, each with who waits for it. */
export const waiting = () => {
  const waiters = new Map()
  let last = 0
  return {
    /** A number for a new job, and when it is done. */
    ask: () => {
      const no = ++last
      return { no, done: new Promise((resolve) => waiters.set(no, resolve)) }
    },
    done: (no) => {
      waiters.get(no)?.()
      waiters.delete(no)
    }
  }
}

/** What a cycle writes of its actors' cursors, and of those that travel with its messages. */
import { Actor } from "@wr2/core"
import type { Input } from "./Cycle.ts"
import type { Execution } from "./Execution.ts"
import type { Answer } from "./Messages.ts"
import type { CursorRecord, OutboxRecord, StoredReply, Writes } from "./Records.ts"

/** Of Commands accepted, actors that arrived, actors that left. */
export const written = (
  { cursor, groups, limits }: Pick<Input, "cursor" | "groups" | "limits">,
  { outbox, seq }: Pick<Execution, "outbox" | "seq">
): Pick<Writes, "cursors" | "outbox"> => {
  const cursors = new Map<string, CursorRecord>()
  const cursorOf = (actor: string): CursorRecord =>
    cursors.get(actor) ?? { actor, movedTo: null, ...cursor(actor) }
  for (const { accept, arriving } of groups) {
    if (accept !== undefined) {
      const { actor, n, settled } = accept
      const known = cursorOf(actor)
      const reply = { _tag: "Accepted", n, asOf: seq, answers: [] }
      // Another instance asks again until it hears; that n was had is all it needs to know.
      const replies = actor.startsWith("instance:")
        ? []
        : [...known.replies.filter((kept) => kept.n > settled), { n, reply }]
      cursors.set(actor, {
        ...known,
        lastN: Math.max(known.lastN, n),
        replies: small(replies.slice(-limits.repliesKept), limits.answersKept)
      })
    }
    for (const arrived of arriving) cursors.set(arrived.actor, arrived)
  }
  const messages = outbox.map(({ actor, ...message }): OutboxRecord => {
    if (actor === null) return { ...message, traveller: null }
    const key = Actor.key(actor)
    const known = cursorOf(key)
    cursors.set(key, { ...known, movedTo: message.target })
    const { lastN, replies } = known
    return { ...message, traveller: { actor, lastN, replies } }
  })
  return { cursors: [...cursors.values()], outbox: messages }
}

/** The same replies; those before the last `max` characters of answers say only that they were given. */
const small = (replies: ReadonlyArray<StoredReply>, max: number): ReadonlyArray<StoredReply> => {
  let size = 0
  return replies
    .toReversed()
    .map((kept) => {
      const own = sizeOf(kept.reply)
      size += own
      return own === 0 || size <= max
        ? kept
        : { n: kept.n, reply: { ...(kept.reply as object), answers: [] } }
    })
    .toReversed()
}

const sizeOf = (reply: unknown): number =>
  ((reply as { readonly answers?: ReadonlyArray<Answer> }).answers ?? []).reduce(
    (sum, { payload }) => sum + payload.length,
    0
  )

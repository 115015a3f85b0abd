/**
 * The one door for Commands: cursors, duplicates, order, bounds (docs/protocols.md 1). An inbox for
 * each actor, so that a spammer fills his own alone; an actor's next Command waits until its earlier
 * ones have taken effect.
 *
 * Plain and synchronous: the Scheduler calls it between cycles.
 */
import type { Actor } from "@wr2/core"
import { Actor as Actors, Rejected } from "@wr2/core"
import { Context, Effect, Layer } from "effect"
import type { Tracer } from "effect"
import { Limits } from "./Limits.ts"
import { plainReason } from "./Messages.ts"
import type { Reply } from "./Messages.ts"
import type { Wish } from "./Planner.ts"
import type { CursorRecord, StoredReply } from "./Records.ts"

/** A Command that waits. */
export interface Waiting {
  readonly actor: Actor.Actor
  /** Of players: who submits it. It is planned only while this session is inside. */
  readonly session: string | null
  readonly n: number
  readonly settled: number
  readonly wish: Wish
  readonly commandId: string
  /** The Command's span, when it is traced. */
  readonly span: Tracer.Span | undefined
  readonly since: number
  /** Cursors that come with a message from another instance. */
  readonly arriving: ReadonlyArray<CursorRecord>
  /** All who asked: a resent Command is the same Command. */
  readonly answers: Array<(reply: Reply) => void>
}

/** One actor's cursor and inbox. */
export interface Box {
  readonly actor: Actor.Actor
  readonly key: string
  /** Last n accepted, as written. */
  lastN: number
  /** Last n answered here without writing. */
  answeredN: number
  settled: number
  movedTo: number | null
  readonly replies: Map<number, Reply>
  readonly inbox: Array<Waiting>
  /** Came too early; held back until what is missing comes. */
  readonly early: Map<number, Waiting>
  /** Accepted into the cycle in flight. */
  inFlight: Waiting | undefined
  /** Accepted and committed; its answer waits for what its Actions leave to be seen. */
  toShow: Waiting | undefined
}

export class Ingress extends Context.Service<
  Ingress,
  {
    /** The inboxes of an instance, with the cursors it was activated with. */
    readonly open: (cursors: ReadonlyArray<CursorRecord>) => Inboxes
  }
>()("wr2/engine/Ingress") {
  static readonly layer: Layer.Layer<Ingress> = Layer.effect(
    Ingress,
    Effect.map(Limits, (limits) => ({ open: (cursors) => new Inboxes(limits, cursors) }))
  )
}

/** The inboxes of an instance: of every actor that has asked something, and of all cursors. */
export class Inboxes {
  private readonly boxes = new Map<string, Box>()
  private readonly limits: Limits
  private readonly stored: Map<string, CursorRecord>
  /** Those in which something came early. */
  private readonly early = new Set<Box>()
  /** Commands waiting, of all actors. */
  waiting = 0

  constructor(limits: Limits, cursors: ReadonlyArray<CursorRecord>) {
    this.limits = limits
    this.stored = new Map(cursors.map((cursor) => [cursor.actor, cursor]))
  }

  box(actor: Actor.Actor): Box {
    const key = Actors.key(actor)
    const found = this.boxes.get(key)
    if (found !== undefined) return found
    const stored = this.stored.get(key)
    const box: Box = {
      actor,
      key,
      lastN: stored?.lastN ?? 0,
      answeredN: 0,
      settled: 0,
      movedTo: stored?.movedTo ?? null,
      replies: new Map((stored?.replies ?? []).map(({ n, reply }) => [n, reply as Reply])),
      inbox: [],
      early: new Map(),
      inFlight: undefined,
      toShow: undefined
    }
    this.stored.delete(key)
    this.boxes.set(key, box)
    return box
  }

  /** The box of a key, if its actor has one. */
  find(key: string): Box | undefined {
    return this.boxes.get(key)
  }

  /** What is written of an actor's cursor. */
  cursor(key: string): { readonly lastN: number; readonly replies: ReadonlyArray<StoredReply> } {
    const box = this.boxes.get(key)
    if (box === undefined) return this.stored.get(key) ?? { lastN: 0, replies: [] }
    return { lastN: box.lastN, replies: [...box.replies].map(([n, reply]) => ({ n, reply })) }
  }

  /** The n that is next. For other instances and consumers any n above the last is. */
  expected(box: Box): number {
    const last = box.inbox[box.inbox.length - 1] ?? box.inFlight
    return 1 + Math.max(box.lastN, box.answeredN, box.settled, last?.n ?? 0)
  }

  /** Takes a Command in, or answers it at once: again, too many, too early. */
  offer(given: Omit<Waiting, "answers" | "commandId">, answer: (reply: Reply) => void): void {
    const box = this.box(given.actor)
    const { n } = given
    // Its word is taken only so far: nobody comes back from a number, and they come to an end.
    const settled = Math.min(given.settled, this.expected(box) + this.limits.settledAheadMax)
    if (settled > box.settled) {
      box.settled = settled
      for (const kept of box.replies.keys()) if (kept <= box.settled) box.replies.delete(kept)
    }
    const again =
      [box.inFlight, box.toShow, ...box.inbox].find((waiting) => waiting?.n === n) ??
      box.early.get(n)
    if (again !== undefined) {
      if (again.answers.length < this.limits.answersPerCommand) again.answers.push(answer)
      else
        answer(
          rejected(n, new Rejected.Overloaded({ bound: "answersPerCommand", retryAfter: 1_000 }))
        )
      return
    }
    if (n <= Math.max(box.lastN, box.answeredN)) {
      answer(box.replies.get(n) ?? rejected(n, new Rejected.AlreadyAnswered({ n })))
      return
    }
    const expected = this.expected(box)
    if (n < expected && !Actors.isOwn(given.actor.type)) {
      // Given up by its client; or turned away here, while those after it still wait for the same.
      const gone =
        n <= box.settled
          ? new Rejected.AlreadyAnswered({ n })
          : new Rejected.Unavailable({ reason: "later Commands wait", retryAfter: 100 })
      return answer(rejected(n, gone))
    }
    const kept = box.replies.size + box.inbox.length + box.early.size
    if (kept >= this.limits.repliesKept && !Actors.isOwn(given.actor.type)) {
      return answer(rejected(n, new Rejected.Overloaded({ bound: "repliesKept", retryAfter: 500 })))
    }
    if (box.inbox.length + box.early.size >= this.limits.commandsWaitingPerActor) {
      return answer(
        rejected(n, new Rejected.Overloaded({ bound: "commandsWaitingPerActor", retryAfter: 500 }))
      )
    }
    if (this.waiting >= this.limits.commandsWaitingPerInstance) {
      return answer(
        rejected(
          n,
          new Rejected.Overloaded({ bound: "commandsWaitingPerInstance", retryAfter: 1_000 })
        )
      )
    }
    const waiting: Waiting = { ...given, settled, commandId: `${box.key}#${n}`, answers: [answer] }
    this.waiting++
    if (n > expected && !Actors.isOwn(given.actor.type)) {
      box.early.set(n, waiting)
      this.early.add(box)
      return
    }
    box.inbox.push(waiting)
    this.admit(box)
  }

  /** Moves what came early into the inbox, as far as nothing is missing. */
  private admit(box: Box): void {
    while (box.early.size > 0) {
      const next = box.early.get(this.expected(box))
      if (next === undefined) return
      box.early.delete(next.n)
      box.inbox.push(next)
    }
    this.early.delete(box)
  }

  /** Answers those who came early and whose predecessor did not come. Returns when to look again. */
  expire(now: number): number | undefined {
    let next: number | undefined
    for (const box of this.early) {
      for (const waiting of box.early.values()) {
        const until = waiting.since + this.limits.outOfOrderWait
        if (until > now) {
          next = Math.min(next ?? until, until)
          continue
        }
        box.early.delete(waiting.n)
        this.waiting--
        answerAll(
          waiting,
          rejected(waiting.n, new Rejected.OutOfOrder({ expected: this.expected(box) }))
        )
      }
      if (box.early.size === 0) this.early.delete(box)
    }
    return next
  }

  /** The head goes into a cycle. */
  begin(box: Box): void {
    box.inFlight = box.inbox.shift()
  }

  /** The head is turned away without taking note of it: to be sent again, or not. */
  turnAway(box: Box, reason: { readonly _tag: string }): void {
    const head = box.inbox.shift()
    if (head === undefined) return
    this.waiting--
    answerAll(head, rejected(head.n, reason))
  }

  /** The head is answered; nothing was written for it. */
  answer(box: Box, reply: Reply): void {
    const head = box.inbox.shift()
    if (head !== undefined) this.unwritten(box, head, reply)
  }

  /** What was in flight could not be written, and never will. */
  failed(box: Box, reply: Reply): void {
    const { inFlight } = box
    box.inFlight = undefined
    if (inFlight !== undefined) this.unwritten(box, inFlight, reply)
  }

  private unwritten(box: Box, waiting: Waiting, reply: Reply): void {
    // Who has no reply kept may ask again: a consumer whose Command broke tries it until it is mended.
    if (!Actors.isOwn(waiting.actor.type)) box.answeredN = Math.max(box.answeredN, waiting.n)
    this.finish(box, waiting, reply)
  }

  /** What was in flight is committed, the cursor written with it. Its answer may wait for a look. */
  committed(box: Box, reply: Reply, toShow: boolean): Waiting | undefined {
    const { inFlight } = box
    if (inFlight === undefined) return undefined
    box.inFlight = undefined
    box.lastN = Math.max(box.lastN, inFlight.n)
    if (!toShow) {
      this.finish(box, inFlight, reply)
      return undefined
    }
    box.toShow = inFlight
    this.keep(box, inFlight, reply)
    return inFlight
  }

  /** What waited for a look is answered. */
  shown(box: Box, waiting: Waiting, reply: Reply): void {
    if (box.toShow !== waiting) return
    box.toShow = undefined
    this.finish(box, waiting, reply)
  }

  private finish(box: Box, waiting: Waiting, reply: Reply): void {
    this.waiting--
    this.keep(box, waiting, reply)
    answerAll(waiting, reply)
  }

  /** Kept until settled, to be repeated. */
  private keep(box: Box, { actor, n }: Waiting, reply: Reply): void {
    if (n <= box.settled || Actors.isOwn(actor.type)) return
    box.replies.set(n, reply)
    if (box.replies.size > this.limits.repliesKept)
      box.replies.delete(box.replies.keys().next().value!)
  }

  /** Turns everything of an actor that still waits away, without taking note of it. */
  empty(box: Box, reason: { readonly _tag: string }): void {
    const all = [...box.inbox.splice(0), ...box.early.values()]
    box.early.clear()
    this.early.delete(box)
    this.waiting -= all.length
    for (const waiting of all) answerAll(waiting, rejected(waiting.n, reason))
  }

  /** A cursor that arrived with its actor. */
  adopt(actor: Actor.Actor, cursor: CursorRecord): Box {
    const box = this.box(actor)
    box.lastN = Math.max(box.lastN, cursor.lastN)
    box.movedTo = cursor.movedTo
    for (const { n, reply } of cursor.replies) {
      box.replies.set(n, reply as Reply)
      // What was answered there without a write is answered here.
      box.answeredN = Math.max(box.answeredN, n)
    }
    return box
  }

  all(): Iterable<Box> {
    return this.boxes.values()
  }
}

const answerAll = (waiting: Waiting, reply: Reply): void => {
  for (const answer of waiting.answers) answer(reply)
}

/** The reply that turns n down. */
export const rejected = (n: number, reason: unknown): Reply => ({
  _tag: "Rejected",
  n,
  reason: plainReason(reason)
})

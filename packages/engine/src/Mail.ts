/** A request to an instance's owner, with the way to answer it. */
import { plainReason } from "./Messages.ts"
import type { Reply, Request, Response } from "./Messages.ts"

export class Mail {
  readonly request: Request
  /** Of Submit: the replies so far, in the order of its intents. */
  readonly replies: Array<Reply | undefined>
  private readonly respondOnce: (response: Response) => void
  answered = false
  /** Its caller gave up. It takes its room until it is dropped, or answered to nobody. */
  abandoned = false
  /** Told when it is answered: whoever has it in hand now. */
  onAnswered: (() => void) | undefined

  constructor(request: Request, respond: (response: Response) => void) {
    this.request = request
    this.respondOnce = respond
    this.replies = request._tag === "Submit" ? request.intents.map(() => undefined) : []
  }

  /** How much it counts among what waits. */
  get weight(): number {
    return Math.max(1, this.replies.length)
  }

  /** Answers; only the first answer counts. */
  respond(response: Response): void {
    if (this.answered) return
    this.answered = true
    this.onAnswered?.()
    this.respondOnce(response)
  }

  /** Nobody waits for it any more, and it was not looked at: it never is. */
  drop(): void {
    if (this.answered) return
    this.answered = true
    this.onAnswered?.()
  }

  deny(reason: { readonly _tag: string }): void {
    this.respond({ _tag: "Denied", reason: plainReason(reason) })
  }

  /** One reply of a Submit; answers when it was the last one missing. */
  reply(index: number, reply: Reply): void {
    this.replies[index] ??= reply
    if (this.replies.every((known) => known !== undefined)) {
      this.respond({ _tag: "Replies", replies: this.replies as ReadonlyArray<Reply> })
    }
  }

  /** Turns away what has no reply yet. */
  turnAway(reason: { readonly _tag: string }): void {
    if (this.request._tag !== "Submit") return this.deny(reason)
    this.request.intents.forEach(({ n }, index) =>
      this.reply(index, { _tag: "Rejected", n, reason: plainReason(reason) })
    )
    if (this.request.intents.length === 0) this.respond({ _tag: "Replies", replies: [] })
  }
}

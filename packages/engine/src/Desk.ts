/**
 * The requests to an instance's owner, taken in between cycles, when the projection is exact.
 * Create, Enter, Leave and Disconnect are idempotent by state; a Submit goes to its actor's inbox.
 */
import type { Players } from "@wr2/core"
import { Actor, Rejected } from "@wr2/core"
import { plainReason } from "./Cycle.ts"
import type { WorkResult } from "./Cycle.ts"
import type { Mail } from "./Mail.ts"
import { NoSuchCharacter } from "./Messages.ts"
import type { Reply, Request, Response } from "./Messages.ts"
import type { Resident } from "./Resident.ts"
import * as Tracing from "./Tracing.ts"

type Of<Tag extends Request["_tag"]> = Extract<Request, { readonly _tag: Tag }>

/** Takes a request in; answers it now or when its Actions are committed. */
export const handle = (resident: Resident, mail: Mail): void => {
  const { request } = mail
  switch (request._tag) {
    case "Submit":
      return submit(resident, mail, request)
    case "Deliver":
      return deliver(resident, mail, request)
    case "Wake":
      return mail.respond({ _tag: "Done" })
    default: {
      const { players } = resident.tools.definition.game
      if (players === undefined)
        return mail.deny(new Rejected.NotAllowed({ command: request._tag }))
      return people(resident, mail, request, players)
    }
  }
}

const people = (
  resident: Resident,
  mail: Mail,
  request: Of<"Create"> | Of<"Enter"> | Of<"Leave"> | Of<"Disconnect"> | Of<"Claim">,
  players: Players
): void => {
  const { projection } = resident
  if (request._tag === "Claim") {
    const lost = request.sessions.filter(
      ({ id, session }) => players.session(projection, id) !== session
    )
    for (const { id, session } of request.sessions) {
      if (players.session(projection, id) === session) resident.claims.set(id, resident.monotonic())
    }
    return mail.respond({ _tag: "Lost", ids: lost.map(({ id }) => id) })
  }
  const { id } = request
  const actor: Actor.Actor = { type: players.aggregate._tag, id }
  const exists = players.exists(projection, id)
  if (request._tag === "Create") {
    if (exists || resident.inboxes.box(actor).movedTo !== null)
      return mail.respond({ _tag: "Done" })
    const { account, fresh, name } = request
    return resident.control(
      players.create({ id, name, account, fresh }),
      actor,
      settle(mail, { _tag: "Done" })
    )
  }
  if (!exists) return mail.deny(absent(resident, actor))
  const inside = players.session(projection, id)
  if (request._tag === "Enter") {
    const { session } = request
    if (inside === session) return mail.respond(insideResponse(resident, players, actor))
    resident.inboxes.empty(resident.inboxes.box(actor), new Rejected.TakenOver({}))
    return resident.control(players.enter({ id, session }), actor, (result) => {
      resident.claims.set(id, resident.monotonic())
      if (result._tag !== "Done") return settle(mail, { _tag: "Done" })(result)
      if (!players.exists(resident.projection, id)) return mail.deny(absent(resident, actor))
      mail.respond(insideResponse(resident, players, actor))
    })
  }
  // Somebody else is inside, or nobody: this session has already left.
  if (inside !== request.session) return mail.respond({ _tag: "Done" })
  const planned =
    request._tag === "Leave"
      ? players.leave({ id, session: request.session })
      : players.disconnect({ id, session: request.session })
  resident.control(planned, actor, settle(mail, { _tag: "Done" }))
}

/** Answers a request by what became of its Action. */
const settle =
  (mail: Mail, done: Response) =>
  (result: WorkResult): void => {
    switch (result._tag) {
      case "Done":
        return mail.respond(done)
      case "Refused":
        return mail.respond({ _tag: "Denied", reason: result.reason })
      case "Failed":
        return mail.deny(new Rejected.Broken({ reference: result.reference }))
    }
  }

/** Why a character is not here: on its way, gone elsewhere, or never was. */
const absent = (resident: Resident, actor: Actor.Actor): { readonly _tag: string } => {
  const { movedTo } = resident.inboxes.box(actor)
  return movedTo === null
    ? new NoSuchCharacter({ id: actor.id })
    : new Rejected.Travelling({ target: movedTo })
}

/** The Snapshot, taken in one synchronous step from the projection at its last commit. */
const insideResponse = (resident: Resident, players: Players, actor: Actor.Actor): Response => {
  const { definition } = resident.tools
  const box = resident.inboxes.box(actor)
  return {
    _tag: "Inside",
    nextN: resident.inboxes.expected(box),
    lineage: resident.lineage,
    seq: resident.lastSeq,
    streams: players.streams(resident.projection, actor.id),
    snapshot: JSON.stringify(
      players.snapshot.view(actor.id, {
        projection: resident.projection,
        content: definition.content,
        now: resident.estimate(),
        actor,
        instance: resident.instance
      })
    )
  }
}

const submit = (resident: Resident, mail: Mail, request: Of<"Submit">): void => {
  const { players } = resident.tools.definition.game
  const { actor } = request
  const box = resident.inboxes.box(actor)
  if (players !== undefined && actor.type === players.aggregate._tag) {
    const exists = players.exists(resident.projection, actor.id)
    if (exists && players.session(resident.projection, actor.id) !== request.session) {
      return mail.turnAway(new Rejected.TakenOver({}))
    }
    if (!exists) {
      // What was answered here is answered again; the rest is to be sent to where the actor went.
      const away = plainReason(absent(resident, actor))
      request.intents.forEach(({ n }, index) => {
        const again = n <= box.lastN ? (box.replies.get(n) ?? undefined) : undefined
        mail.reply(
          index,
          again ?? {
            _tag: "Rejected",
            n,
            reason: n <= box.lastN ? { _tag: "AlreadyAnswered", n } : away
          }
        )
      })
      if (request.intents.length === 0) mail.turnAway(new Rejected.NothingToDo({}))
      return
    }
    resident.claims.set(actor.id, resident.monotonic())
  } else if (players !== undefined) {
    // From outside speak players alone; mobs, systems and instances have doors of their own.
    return mail.turnAway(new Rejected.NotAllowed({ command: "Submit" }))
  }
  if (request.intents.length === 0) return mail.respond({ _tag: "Replies", replies: [] })
  const since = resident.monotonic()
  request.intents.forEach((intent, index) => {
    if (mail.replies[index] !== undefined) return
    const { tracing } = resident.tools
    const span = Tracing.begin(tracing, request.trace, {
      "wr2.instance": resident.instance,
      "wr2.command": `${box.key}#${intent.n}`
    })
    resident.inboxes.offer(
      {
        actor,
        n: intent.n,
        settled: Math.min(intent.settled, intent.n - 1),
        wish: intent.text === null ? { command: intent.command } : { text: intent.text },
        span,
        since,
        arriving: []
      },
      (reply) => {
        Tracing.answered(tracing, span, outcome(reply))
        mail.reply(index, reply)
      }
    )
  })
  if (box.inbox.length > 0) resident.hot.add(box.key)
}

const outcome = (reply: Reply): string =>
  reply._tag === "Accepted" ? "Accepted" : (reply.reason as { readonly _tag: string })._tag

const deliver = (resident: Resident, mail: Mail, request: Of<"Deliver">): void => {
  const actor = Actor.instance(request.source)
  const box = resident.inboxes.box(actor)
  if (request.n <= box.lastN) return mail.respond({ _tag: "Done" })
  const { traveller } = request
  resident.inboxes.offer(
    {
      actor,
      n: request.n,
      settled: 0,
      wish: { command: request.command },
      span: undefined,
      since: resident.monotonic(),
      arriving:
        traveller === null
          ? []
          : [
              {
                actor: Actor.key(traveller.actor),
                lastN: traveller.lastN,
                replies: traveller.replies,
                movedTo: null
              }
            ]
    },
    (reply) => {
      if (reply._tag === "Accepted") return mail.respond({ _tag: "Done" })
      const reason = reply.reason as { readonly _tag: string }
      if (reason._tag === "AlreadyAnswered") mail.respond({ _tag: "Done" })
      else mail.respond({ _tag: "Denied", reason })
    }
  )
  if (box.inbox.length > 0) resident.hot.add(box.key)
}

/**
 * The requests to an instance's owner, taken in between cycles, when the projection is exact.
 * Create, Enter, Leave and Disconnect are idempotent by state; a Submit goes to its actor's inbox.
 * What the game is asked here may break: then it is this request that is Broken, and no other.
 */
import type { Players } from "@wr2/core"
import { Actor, Rejected } from "@wr2/core"
import type { Waiting } from "./Ingress.ts"
import type { Mail } from "./Mail.ts"
import { NoSuchCharacter, plainReason } from "./Messages.ts"
import type { Reply, Request, Response } from "./Messages.ts"
import type { StoredReply } from "./Records.ts"
import type { Resident } from "./Resident.ts"
import * as Tracing from "./Tracing.ts"
import { departed } from "./Whereabouts.ts"
import type { WorkResult } from "./Work.ts"

type Of<Tag extends Request["_tag"]> = Extract<Request, { readonly _tag: Tag }>

/** Takes a request in; answers it now or when its Actions are committed. */
export const handle = (resident: Resident, mail: Mail): void =>
  unbroken(resident, mail, () => {
    const { request } = mail
    switch (request._tag) {
      case "Submit":
        return submit(resident, mail, request)
      case "Deliver":
        return deliver(resident, mail, request)
      case "Consume":
        return consume(resident, mail, request)
      case "Wake":
        return mail.respond({ _tag: "Done" })
      default: {
        const { players } = resident.tools.definition.game
        if (players === undefined)
          return mail.deny(new Rejected.NotAllowed({ command: request._tag }))
        if (request._tag === "Claim") return claim(resident, mail, request, players)
        return people(resident, mail, request, players)
      }
    }
  })

/** Whatever throws in it, the request is answered. */
const unbroken = (resident: Resident, mail: Mail, thunk: () => void): void => {
  try {
    thunk()
  } catch (error) {
    const reference = resident.broke(mail.request._tag, error)
    mail.turnAway(new Rejected.Broken({ reference }))
  }
}

const claim = (
  resident: Resident,
  mail: Mail,
  { sessions }: Of<"Claim">,
  players: Players
): void => {
  const isInside = ({ id, session }: (typeof sessions)[number]) =>
    players.session(resident.projection, id) === session
  for (const each of sessions) if (isInside(each)) resident.claim(each.id)
  // Who is on a journey is lost to nobody: its gateway hears of it by its feed, however late that comes.
  const isAway = ({ id }: (typeof sessions)[number]) =>
    !players.exists(resident.projection, id) &&
    departed(resident, [], { type: players.aggregate._tag, id }) !== null
  const lost = sessions.filter((each) => !isInside(each) && !isAway(each))
  mail.respond({ _tag: "Lost", ids: lost.map(({ id }) => id) })
}

const people = (
  resident: Resident,
  mail: Mail,
  request: Of<"Create"> | Of<"Enter"> | Of<"Leave"> | Of<"Disconnect">,
  players: Players
): void => {
  const { inboxes, projection } = resident
  const { id } = request
  const actor: Actor.Actor = { type: players.aggregate._tag, id }
  // Who is inside is about to change: asked again when it has.
  if (resident.hold(actor, mail)) return
  const exists = players.exists(projection, id)
  if (request._tag === "Create") {
    if (exists || inboxes.box(actor).movedTo !== null) return mail.respond({ _tag: "Done" })
    const { account, fresh, name } = request
    const planned = players.create({ id, name, account, fresh })
    return resident.control(planned, actor, settle(mail, { _tag: "Done" }))
  }
  if (!exists) return mail.deny(absent(resident, actor))
  const inside = players.session(projection, id)
  const { session } = request
  if (request._tag === "Enter") {
    const again = inside !== null && inside === request.resumes
    if (again || inside === session)
      return mail.respond(insideResponse(resident, players, actor, again))
    if (inside !== null && request.takeOver === false) return mail.deny(new Rejected.TakenOver({}))
    return resident.control(players.enter({ id, session }), actor, (result) =>
      unbroken(resident, mail, () => {
        if (result._tag !== "Done") return settle(mail, { _tag: "Done" })(result)
        if (!resident.isFresh()) {
          // This process has slept since the commit: who owns the instance now lets look at it.
          const reason = "the answer came late"
          return mail.deny(new Rejected.Unavailable({ reason, retryAfter: 100 }))
        }
        if (!players.exists(projection, id)) return mail.deny(absent(resident, actor))
        if (players.session(projection, id) !== session)
          return mail.deny(new Rejected.NotAllowed({ command: "Enter" }))
        resident.claim(id)
        // What the first one said and was not heard yet.
        inboxes.empty(inboxes.box(actor), new Rejected.TakenOver({}))
        mail.respond(insideResponse(resident, players, actor, false))
      })
    )
  }
  if (inside !== session) return mail.deny(new Rejected.TakenOver({}))
  const planned =
    request._tag === "Leave" ? players.leave({ id, session }) : players.disconnect({ id, session })
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

/** Why a character is not here: gone elsewhere, on its way here (accepted and not done), or never was. */
const absent = (resident: Resident, actor: Actor.Actor): { readonly _tag: string } => {
  const where = departed(resident, [], actor)
  return where === null
    ? new NoSuchCharacter({ id: actor.id })
    : new Rejected.Travelling({ target: where === "arriving" ? resident.instance : where })
}

/**
 * Why a player's Command is not to be planned, if there is a reason: this session is not inside, or
 * the character is not here. Looked at when it comes, and once more when its turn has come.
 */
export const shut = (
  resident: Resident,
  actor: Actor.Actor,
  session: string | null
): { readonly _tag: string } | undefined => {
  const { players } = resident.tools.definition.game
  if (players === undefined || actor.type !== players.aggregate._tag) return undefined
  if (!players.exists(resident.projection, actor.id)) return absent(resident, actor)
  return players.session(resident.projection, actor.id) === session
    ? undefined
    : new Rejected.TakenOver({})
}

/** The Snapshot, taken in one synchronous step from the projection at its last commit. */
const insideResponse = (
  resident: Resident,
  players: Players,
  actor: Actor.Actor,
  again: boolean
): Response => {
  const { inboxes, instance, lastSeq, lineage, projection, tools } = resident
  const { content } = tools.definition
  const viewing = { projection, content, now: resident.estimate(), actor, instance }
  return tools.guard(tools.limits.decideWithin, () => ({
    _tag: "Inside",
    nextN: inboxes.expected(inboxes.box(actor)),
    lineage,
    seq: lastSeq,
    streams: players.streams(projection, actor.id),
    snapshot: JSON.stringify(players.snapshot.view(actor.id, viewing)),
    again
  }))
}

const submit = (resident: Resident, mail: Mail, request: Of<"Submit">): void => {
  const { players } = resident.tools.definition.game
  const { actor, intents, session } = request
  // From outside speak players alone; mobs, systems and instances have doors of their own.
  if (players !== undefined && actor.type !== players.aggregate._tag)
    return mail.turnAway(new Rejected.NotAllowed({ command: "Submit" }))
  if (Actor.isOwn(actor.type) || actor.type === "system")
    return mail.turnAway(new Rejected.NotAllowed({ command: "Submit" }))
  if (resident.hold(actor, mail)) return
  const box = resident.inboxes.box(actor)
  const why = shut(resident, actor, session)
  if (why?._tag === "TakenOver") return mail.turnAway(why)
  if (why !== undefined) {
    // What was answered here is answered again; the rest is to be sent to where the actor went.
    intents.forEach(({ n }, index) => {
      const gone = n <= box.lastN ? new Rejected.AlreadyAnswered({ n }) : why
      mail.reply(index, box.replies.get(n) ?? { _tag: "Rejected", n, reason: plainReason(gone) })
    })
    return mail.turnAway(why)
  }
  if (intents.length === 0) return mail.respond({ _tag: "Replies", replies: [] })
  const since = resident.monotonic()
  if (players !== undefined) resident.claim(actor.id)
  intents.forEach((intent, index) => {
    if (mail.replies[index] !== undefined) return
    const { tracing } = resident.tools
    const span = Tracing.begin(tracing, request.trace, {
      "wr2.instance": resident.instance,
      "wr2.command": `${box.key}#${intent.n}`
    })
    resident.inboxes.offer(
      {
        actor,
        session,
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

/** A reply that came along: its seq is one of the instance in which it was done. */
const doneIn =
  (source: number) =>
  ({ n, reply }: StoredReply): StoredReply => ({
    n,
    reply: (reply as Reply)._tag === "Accepted" ? { instance: source, ...(reply as Reply) } : reply
  })

const deliver = (resident: Resident, mail: Mail, request: Of<"Deliver">): void => {
  const { traveller } = request
  own(resident, mail, {
    actor: Actor.instance(request.source),
    n: request.n,
    command: request.command,
    arriving:
      traveller === null
        ? []
        : [
            {
              actor: Actor.key(traveller.actor),
              lastN: traveller.lastN,
              replies: traveller.replies.map(doneIn(request.source)),
              movedTo: null
            }
          ]
  })
}

const consume = (resident: Resident, mail: Mail, { command, consumer, n }: Of<"Consume">): void =>
  own(resident, mail, { actor: Actor.consumer(consumer), n, command, arriving: [] })

/** What the world itself sends: numbered by seqs, taken once, answered Done also when it comes again. */
const own = (
  resident: Resident,
  mail: Mail,
  given: Pick<Waiting, "actor" | "n" | "arriving"> & { readonly command: unknown }
): void => {
  const { actor, arriving, command, n } = given
  const box = resident.inboxes.box(actor)
  resident.inboxes.offer(
    {
      actor,
      session: null,
      n,
      settled: 0,
      wish: { command },
      span: undefined,
      since: resident.monotonic(),
      arriving
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

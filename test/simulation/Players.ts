/**
 * The players of a simulated world: each does what its schedule says, in order, and asks until it is
 * answered, as a client does: the same n again, wherever the character is.
 */
import type { Intent, Reply, Request, Response } from "@wr2/engine/Messages"
import { Effect } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import type { Network } from "./Network.ts"
import type { Processes } from "./Processes.ts"
import { waitingMax } from "./Schedule.ts"
import type { Doing } from "./Schedule.ts"
import { answered, requested } from "./Story.ts"
import type { Story } from "./Story.ts"
import type { Virtual } from "./Virtual.ts"

/** A Command that a player said, and what it was told at last. */
export interface Said {
  readonly intent: Intent
  /** The instance that was asked first, and when. */
  readonly instance: number
  readonly since: number
  reply: Reply | undefined
  /** The instance whose answer it is. */
  from: number
}

export interface Player {
  readonly id: number
  readonly said: Array<Said>
  /** The instance where it believes to be. */
  at: number
  session: string
  inside: boolean
}

/**
 * Asked again. TakenOver too: who was the owner until a moment ago may say so within its lease
 * (readStaleness), and owners change faster here than placement ever lets them.
 */
const notNow: ReadonlySet<string> = new Set([
  "Moved",
  "Unavailable",
  "Overloaded",
  "NoSuchCharacter",
  "NoInstance",
  "TakenOver",
  "OutOfOrder"
])

const turnedAway: ReadonlySet<string> = new Set([...notNow, "Travelling"])

/** How long a gateway waits for an answer. */
const patience = 1_500

/** Lets a player do all that it does. */
export const play = Effect.fnUntraced(function* (
  player: Player,
  doings: ReadonlyArray<Doing>,
  world: {
    readonly virtual: Virtual
    readonly story: Story
    readonly network: Network
    readonly processes: Processes
    readonly start: number
  }
) {
  const { network, processes, start, story, virtual } = world
  const { id, said } = player
  const who = `p${id}`
  const mine = (fault: { readonly player: number }) => fault.player === id
  let attempts = 0
  const rest = Effect.suspend(() => Effect.sleep(20 + ((++attempts * 67 + id * 13) % 180)))

  /** One exchange, which the gateway bounds. */
  const exchange = Effect.fnUntraced(function* (request: Request) {
    const to = player.at
    story.tell(who, `-> ${to}: ${requested(request)}`)
    if (processes.take("lost request", mine)) {
      story.fault("lost request", who)
      yield* Effect.sleep(patience)
      return undefined
    }
    // An Enter that comes late would bring a session back that its client has given up.
    const doubled = request._tag === "Enter" ? undefined : processes.take("doubled request", mine)
    if (doubled !== undefined) {
      story.fault(doubled.kind, who, `${requested(request)}, ${doubled.late} ms later`)
      const again = network.call(to, request, doubled.late % 2 === 1)
      yield* Effect.forkDetach(Effect.delay(again, doubled.late))
    }
    const answer = yield* Effect.timeoutOption(network.call(to, request), patience)
    if (answer._tag === "None") {
      story.tell(who, `<- ${to}: nothing in time`)
      return undefined
    }
    if (processes.take("lost reply", mine)) {
      story.fault("lost reply", who, answered(answer.value))
      return undefined
    }
    story.tell(who, `<- ${to}: ${answered(answer.value)}`)
    return answer.value as Response
  })

  /** Asks until it is answered so, wherever the character is. */
  const until = Effect.fnUntraced(function* (request: Request, tags: ReadonlyArray<string>) {
    while (true) {
      const response = yield* exchange(request)
      const tag = Lab.tag(response)
      if (response !== undefined && tags.includes(tag)) return response
      if (tag === "Travelling") player.at = (response as any).reason.target as number
      yield* tag === "Travelling" ? Effect.sleep(5) : rest
    }
  })

  const leave = Effect.suspend(() => {
    player.inside = false
    return until({ _tag: "Leave", id, session: player.session }, ["Done", "TakenOver"])
  })

  const enter = Effect.gen(function* () {
    player.session = `s${id} after ${said.length}`
    const inside = yield* until({ _tag: "Enter", id, session: player.session }, ["Inside"])
    player.inside = true
    if (inside._tag !== "Inside") return
    if (inside.nextN > said.length + 1)
      story.wrong("entering", `${who} is told to go on with ${inside.nextN} after ${said.length}`)
  })

  const say = Effect.fnUntraced(function* (lines: ReadonlyArray<string>) {
    const frame = lines.map((text, i): Said => ({
      intent: { n: said.length + 1 + i, settled: 0, text, command: null },
      instance: player.at,
      since: virtual.now,
      reply: undefined,
      from: player.at
    }))
    said.push(...frame)
    for (let first = true; frame.some(({ reply }) => reply === undefined); first = false) {
      const open = frame.filter(({ reply }) => reply === undefined)
      const reversed = open.length > 1 && processes.take("frame reversed", mine) !== undefined
      if (reversed) story.fault("frame reversed", who)
      const asked = reversed ? open.toReversed() : open
      // Up to here the client holds an answer to everything.
      const settled = said.findIndex(({ reply }) => reply === undefined)
      const from = player.at
      const doubles = story.faults.get("doubled request")
      const response = yield* exchange({
        _tag: "Submit",
        actor: { type: "Person", id },
        session: player.session,
        intents: asked.map(({ intent }) => ({ ...intent, settled })),
        trace: null
      })
      let away: number | undefined
      if (response?._tag === "Replies") {
        const taken = response.replies.filter((reply) => !turnedAway.has(Lab.tag(reply))).length
        if (first && doubles === story.faults.get("doubled request") && taken > waitingMax)
          story.wrong("bounds", `${taken} Commands of ${who} were taken, not ${waitingMax}`)
        for (const [i, reply] of response.replies.entries()) {
          const tag = Lab.tag(reply)
          if (tag === "Travelling") away = (reply as any).reason.target as number
          else if (!notNow.has(tag) && asked[i]!.reply === undefined) {
            asked[i]!.reply = reply
            asked[i]!.from = from
          }
        }
      }
      if (away !== undefined) player.at = away
      yield* away === undefined ? rest : Effect.sleep(5)
    }
    for (const { reply } of frame) story.count(Lab.tag(reply))
  })

  for (const doing of doings) {
    yield* Effect.sleep(Math.max(0, start + doing.at - virtual.now))
    if (!player.inside) yield* enter
    if ("says" in doing) yield* say(doing.says)
    else {
      if ("leaves" in doing) {
        yield* leave
        story.count("left")
        if (doing.leaves === null) return
        yield* Effect.sleep(doing.leaves)
      }
      yield* enter
      story.count("entered")
    }
  }
})

/** An account's characters: the list, and the making of a new one. */
import type { Game } from "@wr2/core"
import { Rejected } from "@wr2/core"
import type { Accounts } from "@wr2/engine"
import { Errors } from "@wr2/protocol"
import type { GatewayRpcs } from "@wr2/protocol"
import { Effect, Result, Schema, Semaphore } from "effect"
import { stored } from "./Auth.ts"
import * as Clean from "./Clean.ts"
import type { GatewayLimits } from "./GatewayLimits.ts"
import { notNow, reason, retryAfter } from "./Owner.ts"
import type { Owner } from "./Owner.ts"

export interface Characters {
  readonly list: (
    account: number
  ) => Effect.Effect<ReadonlyArray<GatewayRpcs.CharacterInfo>, Rejected.Unavailable>
  /** `fresh`: JSON text of what the game makes a character of. */
  readonly create: (
    account: number,
    name: string,
    fresh: string
  ) => Effect.Effect<
    GatewayRpcs.CharacterInfo,
    | Rejected.Overloaded
    | Rejected.Unavailable
    | Errors.NameTaken
    | Errors.BadName
    | Errors.BadCharacter
    | Errors.CreationRefused
  >
}

/** Characters of a game, made in `home`. */
export const make = (given: {
  readonly accounts: Accounts.Accounts["Service"]
  readonly game: Pick<Game.Any, "players">
  readonly home: number
  readonly limits: GatewayLimits
  readonly owner: Owner["Service"]
}): Characters => {
  const { accounts, home, limits, owner } = given
  const { players } = given.game
  const decode =
    players === undefined
      ? undefined
      : Schema.decodeUnknownResult(players.fresh as Schema.Codec<unknown, unknown>)
  /** Counting and reserving are two: one after the other, or many at once get more than there are. */
  const turn = Semaphore.makeUnsafe(1)

  /** Reserves the name, or takes up again what an earlier try had reserved. */
  const reserve = Effect.fnUntraced(function* (account: number, name: string) {
    const own = yield* stored(accounts.characters(account))
    const begun = own.find(
      (entry) => !entry.created && entry.name.toLowerCase() === name.toLowerCase()
    )
    if (begun !== undefined) return begun
    if (own.length >= limits.charactersPerAccount) {
      return yield* new Rejected.Overloaded({ bound: "charactersPerAccount", retryAfter: 0 })
    }
    return yield* accounts.reserve({ account, name, instance: home }).pipe(
      Effect.catchTag("NameTaken", () => Effect.fail(new Errors.NameTaken({ name }))),
      stored
    )
  })

  return {
    list: (account) =>
      Effect.map(stored(accounts.characters(account)), (entries) =>
        entries.filter(({ created }) => created).map(({ id, name }) => ({ id, name }))
      ),
    create: Effect.fn("Characters.create")(function* (account, name, text) {
      if (decode === undefined)
        return yield* new Errors.BadCharacter({ issue: "this game has no characters" })
      if (!characterName.test(name)) return yield* new Errors.BadName({ rule: characterNameRule })
      const given = Clean.json(text, limits.commandDepthMax)
      if (given === undefined)
        return yield* new Errors.BadCharacter({ issue: "not JSON, or nested too deep" })
      const fresh = decode(given)
      if (Result.isFailure(fresh)) {
        return yield* new Errors.BadCharacter({
          issue: String(fresh.failure.message).slice(0, 500)
        })
      }
      const entry = yield* turn.withPermit(reserve(account, spelled(name)))
      const response = yield* owner.ask(
        entry.instance,
        { _tag: "Create", id: entry.id, name: entry.name, account, fresh: fresh.success },
        limits.enterWithin
      )
      if (response._tag === "Done") {
        yield* stored(accounts.created(entry.id))
        return { id: entry.id, name: entry.name }
      }
      const why = reason(response._tag === "Denied" ? response.reason : undefined)
      if (why._tag === "Overloaded") {
        return yield* new Rejected.Overloaded({ bound: "instance", retryAfter: retryAfter(why) })
      }
      if (why._tag === "Unknown") return yield* notNow("broken")
      // The game said no, for good: the name is free again.
      yield* stored(accounts.unreserve(entry.id))
      return yield* new Errors.CreationRefused({ reason: JSON.stringify(why) })
    })
  }
}

/**
 * Letters that nobody takes for others: Latin ones as keyboards have them, with their accents; without
 * dotless i, long s, ligatures, full width and small capitals. So two names that look the same are the
 * same.
 */
const letter =
  "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u012f\u0134-\u0137\u0139-\u013e\u0141-\u0148\u014a-\u017e\u0218-\u021b\u1ea0-\u1ef9"
const characterName = new RegExp(`^(?=.{2,20}$)[${letter}]+(?:['-][${letter}]+)*$`)
const characterNameRule = "2 to 20 letters, between them an apostrophe or a dash"

/** A capital begins a name, or what follows an apostrophe or a dash, and nothing else: BilI is not Bill. */
const spelled = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^./u, (first) => (first.toUpperCase().length === 1 ? first.toUpperCase() : first))
    .replace(/['-]./gu, (part, at: number) => name.slice(at, at + part.length))
    .normalize("NFC")

/** An account's characters: the list, and the making of a new one. */
import type { Game } from "@wr2/core"
import { Rejected } from "@wr2/core"
import type { Accounts } from "@wr2/engine"
import { Errors } from "@wr2/protocol"
import type { GatewayRpcs } from "@wr2/protocol"
import { Effect, Result, Schema } from "effect"
import { stored } from "./Auth.ts"
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
      : Schema.decodeUnknownResult(
          Schema.fromJsonString(players.fresh as Schema.Codec<unknown, unknown>)
        )

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
      const fresh = decode(text)
      if (Result.isFailure(fresh)) {
        return yield* new Errors.BadCharacter({
          issue: String(fresh.failure.message).slice(0, 500)
        })
      }
      const entry = yield* reserve(account, name.normalize("NFC"))
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

/** Letters of one script, so that two names that look the same are the same. */
const characterName = /^\p{Script=Latin}[\p{Script=Latin}'-]{1,19}$/u
const characterNameRule = "2 to 20 letters, apostrophes or dashes"

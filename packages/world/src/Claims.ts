/** What comes of a lot for those who may be there: the Command by which they fetch what is theirs. */
import type { Command } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"
import type { claim } from "./commands/Claim.ts"

/** Issued for each of them, once. Of who is away it is rejected: they claim later. */
export const claimsOf = (characters: ReadonlyArray<number>): ReadonlyArray<Command.Issued> =>
  [...new Set(characters)].map((id) => ({
    actor: { type: Character._tag, id },
    command: { _tag: "claim" } satisfies Command.Value<typeof claim>
  }))

/** Who goes with whom: the members of a group, and those who walk after somebody. */
import type { Action, Aggregate, Projection } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"

/** So many are in a group at most. */
export const membersMax = 6
/** So many walk after one at most: each step of theirs is one more Action. */
export const followersMax = 8

/** The rows of all who are in a group with somebody, itself included. */
export const refs = (
  projection: Projection,
  character: Character["id"]
): ReadonlyArray<Aggregate.Ref> => {
  const party = projection.get(Character, character)?.party ?? null
  const members = party === null ? [] : projection.by(Character, "party", party)
  return [Character.ref(character), ...members.map(({ id }) => Character.ref(id))]
}

/** The locked members of somebody's group; nobody when it is in none. */
export const members = (
  every: Action.Deciding["every"],
  { party }: Character
): ReadonlyArray<Character> => (party === null ? [] : every(Character, "party", party))

/** The rows of those who walk after somebody. */
export const followers = (
  projection: Projection,
  leader: Character["id"]
): ReadonlyArray<Aggregate.Ref> =>
  projection.by(Character, "following", leader).map(({ id }) => Character.ref(id))

/** Makes a character, with the id that the directory reserved. Idempotent by state: again, it does nothing. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { bare, Character } from "../aggregates/Character.ts"
import { Instance } from "../aggregates/Instance.ts"
import * as Combat from "../Combat.ts"
import { World } from "../content/World.ts"
import { CharacterCreated } from "../events/CharacterCreated.ts"
import { NameReserved } from "../Failures.ts"
import { unlessGone } from "../Found.ts"
import * as Names from "../Names.ts"

export const Create = Action.make("Create", {
  character: Character.Id,
  name: Schema.String,
  account: Schema.Int,
  description: Schema.String
})
/** Locks the instance for where to begin. */
export const createRule = Create.rule({
  emits: [CharacterCreated],
  fails: [NameReserved],
  locks: (a, { projection }) => [
    ...projection.all(Instance).map(({ id }) => Instance.ref(id)),
    Character.ref(a.character)
  ],
  decide: (a, { content, instance, now, the }) =>
    Result.gen(function* () {
      if ((yield* unlessGone(the(Character, a.character))) !== undefined) return {}
      if (Names.isReserved(a.name, content)) {
        return yield* Result.fail(new NameReserved({ name: a.name }))
      }
      const { start } = yield* the(Instance, instance)
      const character = {
        id: a.character,
        name: a.name,
        account: a.account,
        description: a.description,
        room: start,
        home: start,
        inside: false,
        hp: Combat.maxHp(0),
        hpAt: now,
        exp: 0,
        gold: content(World).settings.gold,
        wielding: null,
        fighting: null,
        fight: null,
        ...bare
      }
      return { events: [CharacterCreated.make({ character })] }
    })
})

/** Lets a session play its character. By the session inside it does nothing; another takes over. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { greet } from "../commands/Greet.ts"
import { CharacterEntered } from "../events/CharacterEntered.ts"
import { CharacterTakenOver } from "../events/CharacterTakenOver.ts"
import { SessionBegan } from "../events/SessionBegan.ts"
import * as System from "../System.ts"

export const Enter = Action.make("Enter", { character: Character.Id, session: Schema.String })
/** Locks the character. */
export const enterRule = Enter.rule({
  emits: [SessionBegan, CharacterEntered, CharacterTakenOver],
  locks: (a) => [Character.ref(a.character)],
  decide: (a, { now, runtime, the }) =>
    Result.gen(function* () {
      const { name, room } = yield* the(Character, a.character)
      const inside = runtime(Character, a.character)
      const began = SessionBegan.make({ ...a, at: now })
      const { character } = a
      if (Result.isFailure(inside)) {
        return {
          events: [began, CharacterEntered.make({ character, name, room })],
          // Who begins here has not walked in, and is to be greeted all the same.
          issue: [{ actor: System.actor, command: greet.make({ room, character }) }]
        }
      }
      if (inside.success.session === a.session) return {}
      return { events: [began, CharacterTakenOver.make({ character })] }
    })
})

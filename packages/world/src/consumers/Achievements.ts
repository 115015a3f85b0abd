/** Watches what characters do, and says what may count. What it comes to is decided where they are. */
import { Consumer } from "@wr2/core"
import type { Character } from "../aggregates/Character.ts"
import type { Room } from "../aggregates/Room.ts"
import { witness } from "../commands/Witness.ts"
import { CharacterArrived } from "../events/CharacterArrived.ts"
import { CharacterDied } from "../events/CharacterDied.ts"
import { CharacterEntered } from "../events/CharacterEntered.ts"
import { CharacterFled } from "../events/CharacterFled.ts"
import { CharacterMoved } from "../events/CharacterMoved.ts"
import { ExperienceShared } from "../events/ExperienceShared.ts"
import { MobDied } from "../events/MobDied.ts"

const saw = (character: Character["id"], room: Room["id"]) =>
  witness.make({ character, did: "saw", room, mob: null })

/** Hears from the beginning: who has played for long has gained by it. */
export const achievements = Consumer.make("achievements", {
  events: [
    MobDied,
    ExperienceShared,
    CharacterMoved,
    CharacterFled,
    CharacterDied,
    CharacterEntered,
    CharacterArrived
  ],
  issues: [witness],
  from: "beginning",
  handle: (event) => {
    switch (event._tag) {
      case "MobDied":
        return [
          witness.make({ character: event.killer, did: "killed", room: null, mob: event.mobName })
        ]
      // Never of who struck the last blow: that one has all of it.
      case "ExperienceShared":
        return [
          witness.make({
            character: event.character,
            did: "killed",
            room: null,
            mob: event.mobName
          })
        ]
      case "CharacterMoved":
      case "CharacterFled":
        return [saw(event.character, event.to)]
      case "CharacterDied":
        return [saw(event.character, event.home)]
      case "CharacterEntered":
        return [saw(event.character, event.room)]
      case "CharacterArrived":
        return [
          witness.make({ character: event.character, did: "crossed", room: null, mob: null }),
          saw(event.character, event.room)
        ]
    }
  }
})

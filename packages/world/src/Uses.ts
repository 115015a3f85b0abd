/** Things that are used, as players say it: `eat`, `drink`, or `use` for whatever there is. */
import type { Command } from "@wr2/core"
import { Result } from "effect"
import { UseItem } from "./actions/UseItem.ts"
import * as Lookup from "./content/Lookup.ts"
import type { Use } from "./content/World.ts"
import { NotUsable } from "./Failures.ts"
import { me } from "./Me.ts"
import * as Things from "./Things.ts"

/** Plans that what a text names is used, if it is for that. */
export const plan = (text: string, how: Use["how"], planning: Command.Planning) =>
  Result.gen(function* () {
    const self = yield* me(planning)
    const thing = yield* Things.carriedOne(text, self, planning)
    const { use } = Lookup.item(planning.content, thing.row.template)
    if (use === null || (how !== "use" && use.how !== how)) {
      return yield* Result.fail(new NotUsable({ what: thing.name, how }))
    }
    return [UseItem.make({ character: self.id, item: thing.row.id })]
  })

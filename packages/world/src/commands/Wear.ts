/** `wear coat`, `wear all`: put things on. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Wear } from "../actions/Wear.ts"
import * as Lookup from "../content/Lookup.ts"
import { NotCarried, NotHere, NotWearable } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Things from "../Things.ts"

/** Plans one Wear for each place that is free, and for what was meant alone in any case. */
export const wear = Command.define("wear", {
  grammar: "wear <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NotCarried, NotWearable, Rejected.Ambiguous],
  precedence: -1,
  from: ["Character"],
  help: "Put on what can be worn: wear coat, wear all.",
  plan: ({ what }, planning) =>
    Result.gen(function* () {
      const self = yield* me(planning)
      const { id: character, worn } = self
      const chosen = yield* Things.carried(what, self, planning)
      const slotOf = ({ row }: Things.ItemThing) => Lookup.item(planning.content, row.template).slot
      const wearable = chosen.filter((thing) => slotOf(thing) !== null)
      const [first] = wearable
      if (first === undefined) {
        return yield* Result.fail(new NotWearable({ what: chosen[0]!.name }))
      }
      const free = new Map(
        wearable.toReversed().flatMap((thing) => {
          const slot = slotOf(thing)
          return slot === null || worn[slot] !== undefined ? [] : [[slot, thing] as const]
        })
      )
      const things = chosen.length === 1 ? [first] : [...free.values()].toReversed()
      return things.map(({ row }) => Wear.make({ character, item: row.id }))
    })
})

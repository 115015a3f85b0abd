/** `become`, `become wrecker`: what there is to become, or the choice of it. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { Become } from "../actions/Become.ts"
import { ShowArchetypes } from "../actions/ShowArchetypes.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { AlreadyBecome, NoArchetype, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the choice, or a view of what there is to choose. */
export const become = Command.define("become", {
  grammar: ["become", "become [a] <archetype>"],
  fields: { archetype: Schema.NullOr(Schema.String) },
  rejects: [NotHere, NoArchetype, AlreadyBecome],
  from: ["Character"],
  help: "Choose what you are, once: become alone tells what there is.",
  plan: ({ archetype }, planning) =>
    Result.gen(function* () {
      const { content } = planning
      const { craft, id: character } = yield* me(planning)
      if (archetype === null) return [ShowArchetypes.make({ character })]
      if (craft.archetype !== null) {
        const already = Lookup.archetype(content, craft.archetype)?.name ?? craft.archetype
        return yield* Result.fail(new AlreadyBecome({ archetype: already }))
      }
      // Content from a database has its keys in another order.
      const all = Object.keys(content(World).archetypes).sort()
      const wanted = archetype.toLowerCase()
      const slug = all.find((each) => each.startsWith(wanted))
      if (slug === undefined) {
        const name = wanted.slice(0, 40)
        return yield* Result.fail(new NoArchetype({ name, known: all }))
      }
      return [Become.make({ character, archetype: slug })]
    })
})

/** The message that carries a traveller's feats, ahead of the one that carries the traveller. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { KeepFeats } from "../actions/KeepFeats.ts"
import { Feats } from "../aggregates/Feats.ts"

/** Never rejected: it is nowhere else. */
export const remember = Command.define("remember", {
  fields: { feats: Feats.Row },
  from: ["instance"],
  plan: (c) => Result.succeed([KeepFeats.make(c)])
})

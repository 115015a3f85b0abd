/** The worlds in which chaos is made, and what players do there. */
import type { Game } from "@wr2/core"
import * as Harness from "@wr2/testkit/Harness"
import * as ShippedWorld from "@wr2/testkit/ShippedWorld"
import * as SmallWorld from "@wr2/testkit/SmallWorld"
import { everyLine } from "@wr2/testkit/Verbs"

export interface World {
  readonly game: Game.Any
  /** Its folder: WR2_CONTENT of every process. */
  readonly content: string
  /** What players do at random, the likelier the more often it is here. */
  readonly wandering: ReadonlyArray<string>
  /** From wherever somebody is to a way between instances: a step that is no exit is turned down. */
  readonly travelling: ReadonlyArray<string>
  /** Through it and back, over and over. */
  readonly through: ReadonlyArray<string>
}

const often = [
  ..."n n n s s s e w n s e w".split(" "),
  ..."look score inventory who help".split(" "),
  "get all",
  "get all from corpse",
  "drop all",
  "drop 3 gold",
  "get gold",
  "give 1 gold to chaosa",
  "give 2 gold to chaosb",
  "give biscuit to chaosc",
  "open east",
  "open north",
  "close north",
  "open gate",
  "kill rat",
  "kill eel",
  "flee",
  "look chaosa",
  "dance"
]

/** The small world of the tests. */
const small: World = {
  game: SmallWorld.game as Game.Any,
  content: Harness.smallWorld,
  wandering: [...often, "get cutlass", "wield cutlass"],
  travelling: ["n", "n", "n", "open gate", "n", "n", "e"],
  through: ["enter arch", "drop 1 gold", "enter arch", "get gold", "look"]
}

/** What is not turned down, wherever somebody is. */
const always = ["say here we are", "emote waits", "look", "exits", "time", "score", "inventory"]

const verbs = everyLine(ShippedWorld.game as Game.Any, ShippedWorld.files)
/** Lines over and over, until they are as many as the verbs are. */
const asMany = (lines: ReadonlyArray<string>) =>
  Array.from({ length: Math.ceil(verbs.length / lines.length) }, () => lines).flat()

/** The one that is shipped: all its verbs, with whatever has a name in it. */
const shipped: World = {
  game: ShippedWorld.game as Game.Any,
  content: ShippedWorld.folder,
  // Most of what has a name is elsewhere, most ways are none: a third of it has an effect in any case.
  wandering: [...verbs, ...asMany(often), ...asMany(always)],
  travelling: ["u", "e", "d", "e", "enter skiff", "e", "e"],
  through: ["enter ferry", "drop 1 gold", "enter ferry", "get gold", "look"]
}

/** By what `--world` calls them. */
export const worlds: Readonly<Record<string, World>> = { small, shipped }

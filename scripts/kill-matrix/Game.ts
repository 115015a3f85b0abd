/** The game of the ground. */
import type { Game } from "@wr2/core"
import { world } from "@wr2/world"
import { content } from "./Ground.ts"

export const game = world(content)
export const erased = game as unknown as Game.Any

/** Rooms' triggers act as the world itself: a room as an actor would share its key with the stream that all in it hear. */
import { Actor } from "@wr2/core"

/** The actor of triggers. */
export const actor = Actor.system

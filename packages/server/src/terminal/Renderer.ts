/**
 * What the terminal needs of a game: Events as lines with a meaning, and how the prompt looks. The
 * terminal itself knows no game.
 */
import type { Codec } from "@wr2/protocol"
import type { Game } from "@wr2/core"
import type { Told } from "@wr2/client"
import type { Words } from "./Completion.ts"

/** What a line means; the terminal gives it a colour, if it has any. */
export type Tone =
  | "plain"
  /** The name of a place. */
  | "title"
  | "speech"
  /** Comings and goings. */
  | "people"
  /** Harm to oneself. */
  | "danger"
  /** Something gained, or a blow that hit. */
  | "gain"
  /** Beside the point: refusals, what others do, the terminal's own words. */
  | "quiet"
  | "error"

/** A line to show. */
export interface Line {
  readonly text: string
  readonly tone: Tone
}

/** Lines of one tone. */
export const lines = (tone: Tone, texts: ReadonlyArray<string>): ReadonlyArray<Line> =>
  texts.map((text) => ({ text, tone }))

/** Something a new character is asked, for the game's `fresh`. */
export interface Question {
  readonly key: string
  readonly ask: string
  /** Taken when nothing is answered, and where nobody can be asked. */
  readonly otherwise: string
}

/** What is shown of a state, and the state after. */
export interface Shown<S> {
  readonly state: S
  readonly lines: ReadonlyArray<Line>
  /** The character has left the world: there is no more to come. */
  readonly over?: boolean
}

/** `now`: this machine's clock, in milliseconds. */
export interface Renderer<G, S> {
  readonly codec: Codec.Codec<G>
  readonly questions: ReadonlyArray<Question>
  /** Told to whoever has just come in: what one can do, and how to go. */
  readonly hints: ReadonlyArray<string>
  readonly begin: (snapshot: Game.SnapshotOf<G>, now: number) => Shown<S>
  readonly event: (state: S, event: Codec.EventOf<G>, now: number) => Shown<S>
  readonly rejection: (reason: Told.SubmitError<G>) => ReadonlyArray<Line>
  /** Why the game takes or lets in no character, in a sentence. */
  readonly refusal: (reason: Codec.RefusalOf<G>) => string
  readonly prompt: (state: S, now: number) => string
  /** What a line may go on with. */
  readonly words: (state: S) => Words
  /** The line that a word of the player's own stands for, with what follows it; undefined: it is none. */
  readonly expand: (state: S, command: string) => string | undefined
  /** What this terminal shows by itself, without asking the world: by what is typed for it. */
  readonly own: Readonly<Record<string, (state: S) => ReadonlyArray<Line>>>
}

/** Colours with a meaning, for terminals that have them; text that a terminal cannot be made to obey. */
import type { Tone } from "./Renderer.ts"

/** How text is laid out. */
export interface Style {
  readonly paint: (text: string, tone: Tone) => string
  /** Columns to wrap at; undefined: not at all. */
  readonly columns: () => number | undefined
}

const codes: { readonly [T in Tone]: string } = {
  plain: "",
  title: "1;36",
  speech: "33",
  people: "35",
  danger: "1;31",
  gain: "32",
  quiet: "2",
  error: "31"
}

/** Text as it is. */
export const plain: Style = { paint: (text) => text, columns: () => undefined }

/** Text in colours, wrapped at so many columns. */
export const coloured = (columns: () => number | undefined): Style => ({
  paint: (text, tone) => (codes[tone] === "" ? text : `\u001b[${codes[tone]}m${text}\u001b[0m`),
  columns
})

/** Whether a terminal shows colours, by its own word and the user's wish (no-color.org). */
export const hasColour = (
  tty: boolean,
  env: { readonly NO_COLOR?: string | undefined; readonly TERM?: string | undefined }
): boolean => tty && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb"

// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Text from elsewhere: whatever a terminal would take for an order is left out. */
export const harmless = (text: string): string => text.replace(control, "")

/**
 * Lines of at most so many characters, broken at spaces. What is set in stays so where it goes on;
 * `indent` before all but the first, so that nobody's words, put where a line breaks, begin a line as
 * if another spoke.
 */
export const wrap = (
  text: string,
  columns: number | undefined,
  indent = ""
): ReadonlyArray<string> => {
  if (columns === undefined || columns < 20) return text.split("\n")
  return text.split("\n").flatMap((paragraph) => {
    if (paragraph.length <= columns) return [paragraph]
    const wrapped: Array<string> = []
    const text = paragraph.trimStart()
    const lead = paragraph.slice(0, Math.min(paragraph.length - text.length, 8))
    let line = ""
    for (const word of text.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > columns) {
        wrapped.push(line)
        line = lead + indent + word
      } else {
        line = line === "" ? lead + word : `${line} ${word}`
      }
    }
    wrapped.push(line)
    return wrapped
  })
}

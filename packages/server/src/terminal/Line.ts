/** What is typed on one line: several Commands, with `;` between them. */

/** `n;n;get sword` is three. `\;` is a semicolon; nothing between two says nothing. */
export const split = (line: string): ReadonlyArray<string> =>
  line
    .split(/(?<!\\);/)
    .map((part) => part.replaceAll("\\;", ";").trim())
    .filter((part) => part !== "")

/**
 * What statements are called: by the function of `packages/postgres/src/queries` that made them, and
 * the table they are about. Build.ts wraps the exports of every module there, so all of them take part,
 * and the product knows nothing of it.
 */

/** The functions that made a text, the innermost first. */
const makers = new Map<string, Array<string>>()

const isStatement = (value: unknown): value is { readonly text: string } =>
  typeof value === "object" && value !== null && "params" in value && "text" in value

/** The value, with every statement that comes of it named. */
export const named = <A>(name: string, value: A): A => naming(name, value) as A

const naming = (name: string, value: unknown): unknown => {
  if (isStatement(value)) {
    const known = makers.get(value.text)
    if (known === undefined) makers.set(value.text, [name])
    else if (!known.includes(name)) known.push(name)
    return value
  }
  if (typeof value === "function") {
    return (...given: ReadonlyArray<unknown>) =>
      naming(name, (value as (...all: ReadonlyArray<unknown>) => unknown)(...given))
  }
  if (Array.isArray(value)) {
    return value.some(isStatement) ? value.map((each) => naming(name, each)) : value
  }
  if (typeof value !== "object" || value === null) return value
  const methods = Object.entries(value).filter(([, each]) => typeof each === "function")
  if (methods.length === 0) return value
  return {
    ...value,
    ...Object.fromEntries(methods.map(([key, each]) => [key, naming(`${name}.${key}`, each)]))
  }
}

const table = /\b(?:INTO|UPDATE|FROM) wr2\."?(\w+)/
/** What a text is called. One that no module of queries made is called by its first word. */
export const nameOf = (text: string): string => {
  const maker = makers.get(text)?.at(-1) ?? text.split(/[\s;]+/, 1)[0]!
  const about = table.exec(text)?.[1]
  return about === undefined ? maker : `${maker} ${about}`
}

/** All functions that had a part in making the statements of these texts' names. */
export const makersOf = (): ReadonlyMap<string, ReadonlyArray<string>> =>
  new Map([...makers].map(([text, all]) => [nameOf(text), all]))

const exported = /^export (?:const|function) (\w+)/gm

/** The names that a module of this text exports. */
export const exportsOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(exported)].map((match) => match[1]!)

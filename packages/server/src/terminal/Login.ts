/**
 * Who plays: name and password (a new account is made where there is none), then a character (a new
 * one is made where there is none). From a pipe nobody can be asked: what is not given is an error.
 */
import type { Wr2Client } from "@wr2/client"
import { Effect, Option, Redacted, Schema } from "effect"
import { Problem } from "../Problem.ts"
import type { Renderer } from "./Renderer.ts"
import { lines } from "./Renderer.ts"
import type { Screen } from "./Screen.ts"
import * as Troubles from "./Troubles.ts"

/** What was given with the command. */
export interface Given {
  readonly name: string | undefined
  readonly character: string | undefined
  readonly password: Redacted.Redacted | undefined
}

/** Nobody answered: they want to go. */
export class GoneAway extends Error {
  readonly _tag = "GoneAway"
}

const answered = (answer: Effect.Effect<string | undefined>): Effect.Effect<string, GoneAway> =>
  Effect.flatMap(answer, (text) =>
    text === undefined ? Effect.fail(new GoneAway()) : Effect.succeed(text)
  )

const asked = (screen: Screen, question: string): Effect.Effect<string, GoneAway> =>
  Effect.map(answered(screen.ask(question)), (text) => text.trim())

/** As it was typed: a password may begin or end with spaces, here as in every other client. */
const askedSecret = (screen: Screen, question: string): Effect.Effect<string, GoneAway> =>
  answered(screen.ask(question, { hidden: true }))

const say = (screen: Screen, text: string) =>
  Effect.sync(() => screen.print(lines("quiet", [text])))

const json = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** What is wrong, for a person. */
export const told = <G, S>(renderer: Renderer<G, S>, trouble: Troubles.Trouble): string =>
  Troubles.told(trouble, (reason) =>
    renderer.refusal(renderer.codec.refusal(Option.getOrUndefined(json(reason))))
  )

const problem = <G, S>(renderer: Renderer<G, S>, trouble: Troubles.Trouble) =>
  new Problem({ message: told(renderer, trouble) })

/** Logs in, or makes the account. */
export const login = Effect.fnUntraced(function* <G, S>(
  client: Wr2Client.Client<G>,
  screen: Screen,
  renderer: Renderer<G, S>,
  given: Given
): Effect.fn.Return<string, Problem | GoneAway> {
  const tell = (trouble: Troubles.Trouble) => say(screen, told(renderer, trouble))
  const asking = screen.interactive && given.password === undefined
  if (!screen.interactive) {
    if (given.name === undefined) {
      return yield* new Problem({ message: "who plays? Give --name (and WR2_PASSWORD)" })
    }
    if (given.password === undefined) {
      return yield* new Problem({ message: `no password for ${given.name}: set WR2_PASSWORD` })
    }
  }
  while (true) {
    const name = given.name ?? (yield* asked(screen, "Your name: "))
    if (name === "") continue
    const password = given.password ?? Redacted.make(yield* askedSecret(screen, "Password: "))
    if (given.password === undefined && Redacted.value(password) === "") continue
    const known = yield* Effect.result(client.login(name, password))
    if (known._tag === "Success") return known.success.account
    if (known.failure._tag === "Overloaded" && asking) {
      yield* tell(known.failure)
      continue
    }
    if (known.failure._tag !== "BadCredentials") return yield* problem(renderer, known.failure)
    if (asking) {
      const answer = yield* asked(
        screen,
        `There is no ${name} with this password. Make a new account? [y/N] `
      )
      if (!/^y/i.test(answer)) continue
      const again = yield* askedSecret(screen, "The password once more: ")
      if (again !== Redacted.value(password)) {
        yield* say(screen, "The two differ. Once more from the beginning.")
        continue
      }
    }
    const made = yield* Effect.result(client.register(name, password))
    if (made._tag === "Success") return made.success.account
    // The account is there, so it was the password.
    const wrong = made.failure._tag === "NameTaken" ? known.failure : made.failure
    if (!asking) return yield* problem(renderer, wrong)
    yield* tell(wrong)
  }
})

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** Chooses a character, or makes one. Returns its id. */
export const character = Effect.fnUntraced(function* <G, S>(
  client: Wr2Client.Client<G>,
  screen: Screen,
  renderer: Renderer<G, S>,
  account: string,
  given: Given
): Effect.fn.Return<number, Problem | GoneAway> {
  const own = yield* Effect.mapError(client.characters, (error) => problem(renderer, error))
  const wanted = given.character?.toLowerCase()
  const chosen = own.find(({ name }) => name.toLowerCase() === wanted)
  if (chosen !== undefined) return chosen.id
  if (wanted === undefined && own.length > 0) {
    if (own.length === 1 || !screen.interactive) return own[0]!.id
    screen.print(
      lines("plain", ["", ...own.map(({ name }, i) => `  ${i + 1}  ${name}`), "  n  a new one"])
    )
    while (true) {
      const answer = (yield* asked(screen, `Who will you be? [1] `)).toLowerCase()
      const found =
        answer === ""
          ? own[0]
          : (own[Number(answer) - 1] ?? own.find(({ name }) => name.toLowerCase() === answer))
      if (found !== undefined) return found.id
      if (answer.startsWith("n")) break
    }
  }
  return yield* create(client, screen, renderer, given.character ?? capital(account), given)
})

const create = Effect.fnUntraced(function* <G, S>(
  client: Wr2Client.Client<G>,
  screen: Screen,
  renderer: Renderer<G, S>,
  proposed: string,
  given: Given
): Effect.fn.Return<number, Problem | GoneAway> {
  while (true) {
    const answer =
      screen.interactive && given.character === undefined
        ? yield* asked(screen, `Your character's name: [${proposed}] `)
        : ""
    const name = answer === "" ? proposed : answer
    const fresh: Record<string, string> = {}
    for (const { ask, key, otherwise } of renderer.questions) {
      const answer = screen.interactive ? yield* asked(screen, `${ask} `) : ""
      fresh[key] = answer === "" ? otherwise : answer
    }
    const made = yield* Effect.result(client.create(name, fresh))
    if (made._tag === "Success") return made.success.id
    const again = ["BadName", "NameTaken", "BadCharacter", "CreationRefused"].includes(
      made.failure._tag
    )
    if (!again || !screen.interactive || given.character !== undefined)
      return yield* problem(renderer, made.failure)
    yield* say(screen, told(renderer, made.failure))
  }
})

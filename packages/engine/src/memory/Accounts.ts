/** The port to accounts, sessions and the directory of characters, on the memory database. */
import { Effect, Result } from "effect"
import type { Account, Accounts, CharacterEntry } from "../Accounts.ts"
import { NameTaken, StoreError } from "../PortErrors.ts"
import { MemoryDatabase } from "./Database.ts"
import { caller, MemoryFaults } from "./Faults.ts"
import { transact } from "./Tables.ts"
import type { State } from "./Tables.ts"
import * as Values from "./Values.ts"

const nameKey = (name: string): string => name.normalize("NFC").toLowerCase()

/** Puts a named record into its table, unless the name is in use. */
const name = <A extends { readonly id: number; readonly name: string }>(
  state: State,
  names: Map<string, number>,
  table: Map<number, A>,
  given: string,
  make: (name: string) => A
): Result.Result<A, NameTaken | StoreError> =>
  names.has(nameKey(given))
    ? Result.fail(new NameTaken({ name: given }))
    : transact(state, ({ put }) => {
        const made = Object.freeze(make(Values.string("name", given)))
        put(table, made.id, made)
        put(names, nameKey(given), made.id)
        return made
      })

const existing = (state: State, account: number): number => {
  if (state.accounts.has(account)) return account
  throw new StoreError({ reason: "Contents", message: `there is no account ${account}` })
}

/** Makes the port. */
export const make: Effect.Effect<Accounts["Service"], never, MemoryDatabase> = Effect.gen(
  function* () {
    const { state } = yield* MemoryDatabase
    const { read, write } = caller(state, yield* MemoryFaults, "Accounts")
    const change = (id: number, f: (entry: CharacterEntry) => CharacterEntry) =>
      transact(state, ({ put }) => {
        const entry = state.characters.get(id)
        if (entry !== undefined) put(state.characters, id, Object.freeze(f(entry)))
      })

    return {
      register: ({ name: given, passwordHash }) =>
        write("register", [], () =>
          name(state, state.accountNames, state.accounts, given, (name): Account => ({
            id: state.nextAccount++,
            name,
            passwordHash: Values.string("password_hash", passwordHash)
          }))
        ),

      find: (given) =>
        read("find", [], () =>
          Result.succeed(state.accounts.get(state.accountNames.get(nameKey(given)) ?? -1))
        ),

      openSession: ({ account, expiresInMillis, tokenHash }) =>
        write("openSession", [], (now) =>
          transact(state, ({ put }) =>
            put(state.sessions, Values.string("token_hash", tokenHash), {
              account: existing(state, account),
              expiresAt: now + expiresInMillis
            })
          )
        ),

      session: (tokenHash) =>
        read("session", [], (now) => {
          const session = state.sessions.get(tokenHash)
          const account = session && state.accounts.get(session.account)
          return Result.succeed(
            account !== undefined && session!.expiresAt > now
              ? { account: account.id, name: account.name }
              : undefined
          )
        }),

      closeSession: (tokenHash) =>
        write("closeSession", [], () =>
          transact(state, ({ drop }) => drop(state.sessions, tokenHash))
        ),

      characters: (account) =>
        read("characters", [], () =>
          Result.succeed(
            [...state.characters.values()].filter((entry) => entry.account === account)
          )
        ),

      character: (id) => read("character", [], () => Result.succeed(state.characters.get(id))),

      reserve: ({ account, instance, name: given }) =>
        write("reserve", [instance], () =>
          name(state, state.characterNames, state.characters, given, (name): CharacterEntry => ({
            account: existing(state, account),
            id: state.nextId++,
            name,
            instance: Values.integer("instance_id", instance),
            created: false
          }))
        ),

      created: (id) =>
        write("created", [], () => change(id, (entry) => ({ ...entry, created: true }))),

      unreserve: (id) =>
        write("unreserve", [], () =>
          transact(state, ({ drop }) => {
            const entry = state.characters.get(id)
            if (entry === undefined || entry.created) return
            drop(state.characters, id)
            drop(state.characterNames, nameKey(entry.name))
          })
        ),

      moved: (id, instance) =>
        write("moved", [instance], () => change(id, (entry) => ({ ...entry, instance })))
    }
  }
)

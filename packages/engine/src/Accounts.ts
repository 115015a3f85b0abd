/** The port to accounts, login sessions and the directory of characters: the gateway's own data. */
import { Context, Layer } from "effect"
import type { Effect } from "effect"
import * as Memory from "./memory/Accounts.ts"
import { MemoryDatabase } from "./memory/Database.ts"
import type { NameTaken, StoreError } from "./PortErrors.ts"

export { NameTaken } from "./PortErrors.ts"

/** Somebody who logs in. */
export interface Account {
  readonly id: number
  readonly name: string
  /** As the password hasher made it; never leaves the gateway. */
  readonly passwordHash: string
}

/** A directory entry. The instance is a hint: the character may have moved on. */
export interface CharacterEntry {
  readonly id: number
  readonly name: string
  readonly account: number
  readonly instance: number
  /** False until its Create has been committed. */
  readonly created: boolean
}

export class Accounts extends Context.Service<
  Accounts,
  {
    readonly register: (input: {
      readonly name: string
      readonly passwordHash: string
    }) => Effect.Effect<Account, NameTaken | StoreError>
    readonly find: (name: string) => Effect.Effect<Account | undefined, StoreError>
    /** Keeps a login session under the hash of its token. */
    readonly openSession: (input: {
      readonly tokenHash: string
      readonly account: number
      readonly expiresInMillis: number
    }) => Effect.Effect<void, StoreError>
    /** The account of an unexpired session. */
    readonly session: (
      tokenHash: string
    ) => Effect.Effect<{ readonly account: number; readonly name: string } | undefined, StoreError>
    readonly closeSession: (tokenHash: string) => Effect.Effect<void, StoreError>
    readonly characters: (
      account: number
    ) => Effect.Effect<ReadonlyArray<CharacterEntry>, StoreError>
    readonly character: (id: number) => Effect.Effect<CharacterEntry | undefined, StoreError>
    /** Reserves a name; the id is the character's for life. */
    readonly reserve: (input: {
      readonly account: number
      readonly name: string
      readonly instance: number
    }) => Effect.Effect<CharacterEntry, NameTaken | StoreError>
    /** The character exists now. */
    readonly created: (id: number) => Effect.Effect<void, StoreError>
    /** Gives a reserved name back, if the character was never created. */
    readonly unreserve: (id: number) => Effect.Effect<void, StoreError>
    /** The character is in this instance now. */
    readonly moved: (id: number, instance: number) => Effect.Effect<void, StoreError>
  }
>()("wr2/engine/Accounts") {
  /** In memory, on the MemoryDatabase that all ports built with it share (see Memory). */
  static readonly layerMemory: Layer.Layer<Accounts> = Layer.effect(Accounts, Memory.make).pipe(
    Layer.provide(MemoryDatabase.layer)
  )
}

/** Accounts, login sessions and the directory of characters. None of it is an instance's. */
import * as Codec from "../Codec.ts"
import type { Statement } from "../Statement.ts"

/** Names are compared without regard to case, the same way whatever the database's locale is. */
export const nameKey = (name: string): string => name.normalize("NFC").toLowerCase()

/** A new account; no row when the name is in use. */
export const register = (name: string, passwordHash: string): Statement => ({
  text:
    "INSERT INTO wr2.account (name, name_key, password_hash) VALUES ($1, $2, $3) " +
    "ON CONFLICT (name_key) DO NOTHING RETURNING id",
  params: [Codec.text(name), Codec.text(nameKey(name)), Codec.text(passwordHash)]
})

/** An account by name. */
export const find = (name: string): Statement => ({
  text: "SELECT id, name, password_hash FROM wr2.account WHERE name_key = $1",
  params: [Codec.text(nameKey(name))]
})

/** Expired sessions of the account go with the next log-in: the table does not grow. */
export const openSession = (tokenHash: string, account: number, millis: number): Statement => ({
  text:
    "WITH expired AS (DELETE FROM wr2.session WHERE account = $2 AND expires_at <= now()) " +
    "INSERT INTO wr2.session (token_hash, account, expires_at) " +
    "VALUES ($1, $2, now() + $3 * interval '1 millisecond')",
  params: [Codec.text(tokenHash), Codec.int(account), Codec.int(millis)]
})

/** The account of an unexpired session. */
export const session = (tokenHash: string): Statement => ({
  text:
    "SELECT a.id, a.name FROM wr2.session AS s JOIN wr2.account AS a ON a.id = s.account " +
    "WHERE s.token_hash = $1 AND s.expires_at > now()",
  params: [Codec.text(tokenHash)]
})

/** Ends a session. */
export const closeSession = (tokenHash: string): Statement => ({
  text: "DELETE FROM wr2.session WHERE token_hash = $1",
  params: [Codec.text(tokenHash)]
})

const entry = "SELECT id, name, account, instance_id, created FROM wr2.character_directory"

/** Entries of an account. */
export const characters = (account: number): Statement => ({
  text: `${entry} WHERE account = $1 ORDER BY id`,
  params: [Codec.int(account)]
})

/** One entry. */
export const character = (id: number): Statement => ({
  text: `${entry} WHERE id = $1`,
  params: [Codec.int(id)]
})

/** The id is of the one supply: a character is an entity like any other, and keeps it for life. */
export const reserve = (account: number, name: string, instance: number): Statement => ({
  text:
    "WITH taken AS (UPDATE wr2.entity_id SET next = next + 1 RETURNING next - 1 AS id) " +
    "INSERT INTO wr2.character_directory (id, name, name_key, account, instance_id) " +
    "SELECT taken.id, $1, $2, $3, $4 FROM taken ON CONFLICT (name_key) DO NOTHING RETURNING id",
  params: [Codec.text(name), Codec.text(nameKey(name)), Codec.int(account), Codec.int(instance)]
})

/** The character exists now. */
export const created = (id: number): Statement => ({
  text: "UPDATE wr2.character_directory SET created = true WHERE id = $1",
  params: [Codec.int(id)]
})

/** Gives a reservation back, unless it was used. */
export const unreserve = (id: number): Statement => ({
  text: "DELETE FROM wr2.character_directory WHERE id = $1 AND NOT created",
  params: [Codec.int(id)]
})

/** Where the character is now. */
export const moved = (id: number, instance: number): Statement => ({
  text: "UPDATE wr2.character_directory SET instance_id = $2 WHERE id = $1",
  params: [Codec.int(id), Codec.int(instance)]
})

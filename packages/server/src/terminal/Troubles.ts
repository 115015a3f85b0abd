/** What goes wrong between a client and its world, told to a person. One that is missing here does not compile. */
import type { Connector, Told, Wr2Client } from "@wr2/client"
import type { GatewayRpcs } from "@wr2/protocol"

/** Whatever logging in, choosing a character and coming in can end with. */
export type Trouble =
  | Wr2Client.Failure<
      | typeof GatewayRpcs.Ping
      | typeof GatewayRpcs.Login
      | typeof GatewayRpcs.Register
      | typeof GatewayRpcs.ListCharacters
      | typeof GatewayRpcs.CreateCharacter
      | typeof GatewayRpcs.Enter
    >
  | Connector.Offline
  | Told.Closed

type Texts = {
  readonly [T in Trouble as T["_tag"]]: (
    trouble: T,
    /** A game's reason, which comes as JSON text. */
    because: (reason: string) => string
  ) => string
}

/** Why a play ended that was not left. */
export const farewell: { readonly [W in Exclude<Told.Closed["why"], "Left">]: string } = {
  TakenOver: "another session plays this character now",
  NotLoggedIn: "the login has expired. Play again",
  NoSuchCharacter: "the character is no longer there",
  EntryRefused: "the world does not let this character in",
  VersionMismatch: "client and server do not fit: one of them is older. Update both"
}

const texts: Texts = {
  BadName: ({ rule }) => `That name will not do: ${rule}.`,
  BadPassword: ({ rule }) => `That password will not do: ${rule}.`,
  BadCharacter: ({ issue }) => `That will not do: ${issue}`,
  BadCredentials: () => "Name or password is wrong.",
  NameTaken: () => "That name is taken.",
  NotLoggedIn: () => "The login has expired. Play again.",
  NoSuchCharacter: () => "The character is no longer there.",
  CreationRefused: ({ reason }, because) =>
    `The world does not take this character. ${because(reason)}`,
  EntryRefused: ({ reason }, because) =>
    `The world does not let this character in. ${because(reason)}`,
  TakenOver: () => "Another session plays this character.",
  Overloaded: ({ retryAfter }) =>
    `Too many tries. Wait ${Math.max(1, Math.ceil(retryAfter / 1_000))} s and try again.`,
  Unavailable: () => "The world does not answer.",
  Offline: () => "The world does not answer.",
  Closed: ({ why }) => (why === "Left" ? "You have left." : `${farewell[why]}.`)
}

/** One line for it. */
export const told = (trouble: Trouble, because: (reason: string) => string): string =>
  (texts[trouble._tag] as (trouble: Trouble, because: (reason: string) => string) => string)(
    trouble,
    because
  )

/**
 * Every bound of the gateway, in one place. Past a bound a client gets a typed answer, or waits.
 * Times in milliseconds. Change some with
 * `Effect.provideService(GatewayLimits, { ...defaults, connectionsPerAddress: 1_000 })`.
 */
import { Context } from "effect"

/** So many at once, and one more every so often. */
export interface Rate {
  readonly burst: number
  readonly everyMillis: number
}

export interface GatewayLimits {
  /**
   * Connections of this process, and of one address (of one /64 for IPv6; this machine's own
   * address is a proxy's or a test's, and speaks for many). Behind a proxy, have the server take
   * addresses from its headers (WR2_PROXIES), or all players share one.
   */
  readonly connectionsMax: number
  readonly connectionsPerAddress: number
  /** Bytes of one websocket message from a client. Set the server's `maxPayload` to it as well. */
  readonly frameBytesMax: number
  /** Messages from one connection; faster ones wait, and TCP tells the sender. */
  readonly frames: Rate
  /** Bytes that count as one message: a longer one counts as several. */
  readonly frameBytes: number
  /** A connection that says nothing for this long is closed. (Clients ping every few seconds.) */
  readonly silenceMax: number
  /** A connection that has not logged in within this is closed. */
  readonly loginWithin: number
  /** Calls of one connection that are being answered; then Overloaded. */
  readonly callsInHand: number
  /** Calls of one connection, Submit left out (it has `commands`); then Overloaded. */
  readonly calls: Rate

  /** Login attempts for one account, and from one address. */
  readonly loginsPerAccount: Rate
  readonly loginsPerAddress: Rate
  /**
   * Login attempts for one account from one address: rarer than those for the account, or anybody who
   * knows its name could take all of them, and keep its owner out.
   */
  readonly loginsPerAccountAndAddress: Rate
  /** New accounts from one address. */
  readonly registrationsPerAddress: Rate
  /** Accounts and addresses whose attempts are counted at once; then the least recent is forgotten. */
  readonly countedMax: number
  /** A login session ends after this. */
  readonly sessionFor: number
  readonly passwordMin: number
  readonly passwordMax: number
  readonly charactersPerAccount: number
  /** Entering with one character, by whichever connection: each is written, and others see it. */
  readonly entries: Rate

  /** Commands of one session. */
  readonly commands: Rate
  /** Intents in one Submit. */
  readonly intentsPerFrame: number
  /** Intents of one session that wait for an answer; then Overloaded. */
  readonly intentsWaiting: number
  /** Nesting of a typed Command. */
  readonly commandDepthMax: number

  /** One call to an instance's owner may take this long; then it is made again. */
  readonly callWithin: number
  /** Wait before a call is made again: first, and at most. */
  readonly retryFirst: number
  readonly retryMax: number
  /** A Command that has no answer for this long is Rejected Unavailable. */
  readonly answerWithin: number
  /** Entering may take this long; then Unavailable. */
  readonly enterWithin: number
  /** A character may be under way to another instance for this long before its feed ends. */
  readonly travelWithin: number
  /** Instances one journey may lead through. */
  readonly travelHops: number
  /** How often owners are told which sessions are held here: well below the engine's linklessAfter. */
  readonly claimEvery: number

  /** Events kept in memory per instance for those who join or fall behind a little. */
  readonly recentEvents: number
  /** An instance's stream that is silent for this long (owners speak every headEvery) is asked for anew. */
  readonly feedSilence: number
  /** An instance's stream without subscribers is kept for this long. */
  readonly feedLinger: number
  /** Events read from the log at once. */
  readonly logPage: number
  /** Events a cursor may be behind; then ResyncRequired. */
  readonly resumeMax: number
  /** Events that wait for one client; then SlowClient. */
  readonly clientBuffer: number
  /** Events in one frame. */
  readonly frameEvents: number
  /** A token is renewed after so many Events, so that a resume need not read far back. */
  readonly tokenEvery: number
  /** Characters of a cursor's token. */
  readonly tokenMax: number
}

/** Sensible for one process and some thousand players. */
export const defaults: GatewayLimits = {
  connectionsMax: 20_000,
  connectionsPerAddress: 64,
  frameBytesMax: 64 * 1024,
  frames: { burst: 200, everyMillis: 10 },
  frameBytes: 512,
  silenceMax: 30_000,
  loginWithin: 120_000,
  callsInHand: 32,
  calls: { burst: 60, everyMillis: 100 },

  loginsPerAccount: { burst: 10, everyMillis: 6_000 },
  loginsPerAddress: { burst: 60, everyMillis: 1_000 },
  loginsPerAccountAndAddress: { burst: 10, everyMillis: 30_000 },
  registrationsPerAddress: { burst: 20, everyMillis: 30_000 },
  countedMax: 100_000,
  sessionFor: 30 * 24 * 60 * 60 * 1_000,
  passwordMin: 8,
  passwordMax: 256,
  charactersPerAccount: 12,
  entries: { burst: 10, everyMillis: 1_000 },

  commands: { burst: 100, everyMillis: 50 },
  intentsPerFrame: 64,
  intentsWaiting: 128,
  commandDepthMax: 16,

  callWithin: 5_000,
  retryFirst: 50,
  retryMax: 1_000,
  answerWithin: 15_000,
  enterWithin: 10_000,
  travelWithin: 30_000,
  travelHops: 8,
  claimEvery: 5_000,

  recentEvents: 4_096,
  feedSilence: 5_000,
  feedLinger: 10_000,
  logPage: 512,
  resumeMax: 50_000,
  clientBuffer: 2_048,
  frameEvents: 256,
  tokenEvery: 1_000,
  tokenMax: 16 * 1024
}

export const GatewayLimits = Context.Reference<GatewayLimits>("wr2/gateway/GatewayLimits", {
  defaultValue: () => defaults
})

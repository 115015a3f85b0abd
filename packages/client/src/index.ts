/** A client of a world, generic in its game. */
export * as Bot from "./bot.ts"
export * as Connector from "./Connector.ts"
export * as Told from "./Told.ts"
export * as Wr2Client from "./Wr2Client.ts"

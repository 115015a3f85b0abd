/** The typed reasons as text: the game's, and the engine's. */
import type { EngineEvents, Game, Rejected } from "@wr2/core"
import type { World } from "../Game.ts"
import { capital } from "./Words.ts"

/** Whatever a Command of the game is rejected with, or an Action refused. */
type Reason =
  | Game.RejectionOf<World>
  | Game.RefusalOf<World>
  | Rejected.Rejected
  | EngineEvents.Busy

/** One text for each reason, or it does not compile. */
export type Texts = {
  readonly [R in Reason as R["_tag"]]: (reason: R) => string
}

const texts: Texts = {
  NotHere: ({ meant, what }) => {
    if (what === "you") return "You are not here."
    // As in `get all from corpse`, where nothing is in it.
    if (what === "all") return "There is nothing there."
    return `There is no ${bare(what.replace(/^all\./, ""))} here.${asked(meant)}`
  },
  Unremarkable: () => "There is nothing more to see of it than that.",
  NotCarried: ({ what }) => `You do not carry ${what}. Get it first.`,
  Elsewhere: () => "You are not there any more.",
  NoExit: ({ direction }) => `There is no way ${direction}.`,
  DoorShut: ({ door }) => `The ${door} is closed.`,
  NoDoor: ({ isContainer, what }) =>
    isContainer
      ? `${capital(what)} stands open, as ever: look in it.`
      : `${capital(what)} is no door.`,
  DoorAlready: ({ door, open }) => `The ${door} is already ${open ? "open" : "closed"}.`,
  Locked: ({ door }) => `The ${door} is locked.`,
  NoLock: ({ door }) => `The ${door} has no lock.`,
  NoKey: ({ door }) => `You have nothing that fits the lock of the ${door}.`,
  DoorOpen: ({ door }) => `The ${door} is open. Close it first.`,
  LockAlready: ({ door, locked }) => `The ${door} is ${locked ? "locked already" : "not locked"}.`,
  Fighting: () => "Not while you are fighting.",
  NotFighting: () => "You are not fighting.",
  Safe: () => "Nobody fights here.",
  NotAttackable: ({ what }) => `You do not fight ${what}.`,
  NoWayOut: () => "There is no way out!",
  NotTakeable: ({ what }) => `${capital(what)} stays where it is.`,
  Littered: () => "So much lies here already that you find no place for it.",
  NotContainer: ({ what }) => `${capital(what)} holds nothing, ever.`,
  Full: ({ max, what }) => `No more than ${max} things go into ${what}.`,
  IntoItself: ({ what }) => `${capital(what)} does not go into itself.`,
  TooDeep: ({ what }) => `There is enough in one another already: ${what} takes no more of that.`,
  NotWeapon: ({ what }) => `${capital(what)} is no weapon.`,
  NotWearable: ({ what }) => `${capital(what)} is nothing to wear.`,
  SlotTaken: ({ slot }) =>
    slot === "shield"
      ? "You carry a shield already."
      : `You wear something there already: ${slot}.`,
  NotWorn: ({ what }) => `You do not wear ${what}.`,
  NotUsable: ({ how, what }) => `${capital(what)} is nothing to ${how}.`,
  TooMuch: ({ max, who }) => `${capital(who)} cannot carry more than ${max} things.`,
  TooPoor: ({ has }) => `You have only ${has} gold.`,
  NoShop: () => "Nobody keeps shop here.",
  SoldOut: ({ who }) => `${capital(who)} has just sold that.`,
  Worthless: ({ what, who }) => `${capital(who)} does not want ${what}.`,
  CannotPay: ({ price, who }) => `${capital(who)} cannot pay ${price} gold.`,
  NothingToAsk: ({ who }) => `${capital(who)} wants nothing of you now.`,
  NoAuction: () => "Nobody holds auctions here.",
  TooManyLots: () => "Too much is up for auction already.",
  TooManyOwnLots: ({ max }) =>
    `You have ${max} things with the auctioneer. Wait until one is over, and claim what is yours.`,
  NotEmpty: ({ what }) => `${capital(what)} is not empty.`,
  LotOver: () => "That auction is over.",
  OwnLot: () => "You sell it, or have bid the most.",
  TooLow: ({ least }) => `Bid ${least} gold at least.`,
  NothingToClaim: () => "There is nothing here for you to claim.",
  ToSelf: () => "That would be yourself.",
  TakesNothing: ({ who }) => `${capital(who)} takes nothing from you.`,
  Nobody: ({ name }) => `There is nobody called ${name} in this part of the world.`,
  NobodyTold: () => "Nobody has told you anything.",
  TellSelf: () => "You think it, and that will do.",
  NoAlias: ({ word }) => `You call nothing ${word}.`,
  AliasReserved: ({ word }) => `You could never again type ${word}.`,
  TooManyAliases: ({ max }) => `You have ${max} already, and nobody remembers more.`,
  NameReserved: ({ name }) => `Something in the world is called ${name}.`,
  AsAuthored: () => "All is as it should be.",
  UnknownTopic: ({ meant, topic }) => `There is no help on ${topic}.${asked(meant)}`,
  Unlearned: ({ level, skill }) =>
    level === null
      ? `You have not learned to ${skill}.`
      : `${capital(skill)} comes with level ${level}.`,
  NotReady: ({ seconds, skill }) =>
    `${capital(skill)} takes ${seconds} ${seconds === 1 ? "second" : "seconds"} more.`,
  Exhausted: ({ has, needs, what }) => `That takes ${needs} ${what}, and you have ${has}.`,
  Stunned: () => "You are stunned.",
  NoArchetype: ({ known, name }) => `Nobody becomes ${name}. Try: ${known.join(", ")}.`,
  AlreadyBecome: ({ archetype }) => `You are ${archetype} already, and for good.`,
  Resting: () => "You are resting. Stand up first.",
  StanceAlready: ({ stance }) => `You are ${stance} already.`,
  NothingToAssist: ({ who }) => `${capital(who)} is in no fight that you could join.`,
  NotFollowing: ({ who }) =>
    who === "you" ? "You follow nobody." : `${capital(who)} does not follow you.`,
  FollowedEnough: ({ who }) => `Enough walk after ${who} already.`,
  Grouped: ({ who }) => `${capital(who)} is in a group already.`,
  NotGrouped: ({ who }) =>
    who === "you" ? "You are in no group." : `${capital(who)} is not in your group.`,
  NotLeader: () => "You do not lead this group.",
  GroupFull: ({ max }) => `A group has ${max} members at most.`,
  UnknownVerb: ({ suggestions, verb }) =>
    suggestions.length === 0
      ? `You do not know how to ${verb === "" ? "do that" : verb}.`
      : `You do not know how to ${verb}. Did you mean ${suggestions.join(" or ")}?`,
  Ambiguous: ({ candidates, word }) => `Which ${word}: ${candidates.join(", ")}?`,
  Malformed: ({ usage }) => `Try: ${usage.join("; ")}`,
  NotAllowed: () => "That is not yours to do.",
  NothingToDo: () => "There is nothing to do.",
  Overloaded: () => "Slower, please.",
  Unavailable: () => "The world does not answer. One moment.",
  AlreadyAnswered: () => "That was answered before.",
  OutOfOrder: () => "Something was lost on the way; it is sent again.",
  Moved: () => "One moment.",
  Travelling: () => "You are on your way.",
  TakenOver: () => "Another session plays this character now.",
  Broken: ({ reference }) => `Something broke. Tell an operator: ${reference}`,
  TooLong: ({ max }) => `That is too long: ${max} characters at most.`,
  Gone: () => "It is gone.",
  Corrupt: ({ aggregate, id }) => `Something is wrong with ${aggregate} ${id}. Tell an operator.`,
  Busy: () => "That did not work just now. Try again."
}

/** One line for a reason, also for one that a newer server invented. */
export const explain = (reason: unknown): string => {
  const tag = (reason as { readonly _tag?: unknown } | null)?._tag
  if (typeof tag !== "string" || !Object.hasOwn(texts, tag)) return "That does not work."
  return texts[tag as keyof Texts](reason as never)
}

/** Without its article: after "no". */
const bare = (name: string): string => name.replace(/^(?:an?|the) /i, "")
const asked = (meant: string | undefined): string =>
  meant === undefined ? "" : ` Did you mean ${meant}?`

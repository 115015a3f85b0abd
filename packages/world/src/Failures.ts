/** The game's typed reasons: why a Command is rejected or an Action refused. Their text is in views/Failures.ts. */
import { Schema } from "effect"
import { Slot } from "./Slot.ts"

/** What may have been meant, when something is called nearly so. */
const meant = Schema.optionalKey(Schema.String)

/** What was named is not here, or no longer. */
export class NotHere extends Schema.TaggedError<NotHere>()("NotHere", {
  what: Schema.String,
  meant
}) {}
/** The room's description speaks of it, and there is no more to be seen. */
export class Unremarkable extends Schema.TaggedError<Unremarkable>()("Unremarkable", {}) {}
/** It lies here, and is to be taken up first. */
export class NotCarried extends Schema.TaggedError<NotCarried>()("NotCarried", {
  what: Schema.String
}) {}
/** The actor is somewhere else by now. */
export class Elsewhere extends Schema.TaggedError<Elsewhere>()("Elsewhere", {}) {}
/** No way leads there. */
export class NoExit extends Schema.TaggedError<NoExit>()("NoExit", { direction: Schema.String }) {}
/** A closed door is in the way. */
export class DoorShut extends Schema.TaggedError<DoorShut>()("DoorShut", {
  door: Schema.String
}) {}
/** It has no door: a container is open anyhow, anything else never is. */
export class NoDoor extends Schema.TaggedError<NoDoor>()("NoDoor", {
  what: Schema.String,
  isContainer: Schema.Boolean
}) {}
/** The door stands as it should already. */
export class DoorAlready extends Schema.TaggedError<DoorAlready>()("DoorAlready", {
  door: Schema.String,
  open: Schema.Boolean
}) {}
/** The door is locked. */
export class Locked extends Schema.TaggedError<Locked>()("Locked", { door: Schema.String }) {}
/** The door has no lock. */
export class NoLock extends Schema.TaggedError<NoLock>()("NoLock", { door: Schema.String }) {}
/** Its key is not at hand. */
export class NoKey extends Schema.TaggedError<NoKey>()("NoKey", { door: Schema.String }) {}
/** An open door is not locked. */
export class DoorOpen extends Schema.TaggedError<DoorOpen>()("DoorOpen", {
  door: Schema.String
}) {}
/** The lock is as it should be already. */
export class LockAlready extends Schema.TaggedError<LockAlready>()("LockAlready", {
  door: Schema.String,
  locked: Schema.Boolean
}) {}
/** It cannot be done while fighting. */
export class Fighting extends Schema.TaggedError<Fighting>()("Fighting", {}) {}
/** It can be done only while fighting. */
export class NotFighting extends Schema.TaggedError<NotFighting>()("NotFighting", {}) {}
/** Nobody fights here. */
export class Safe extends Schema.TaggedError<Safe>()("Safe", {}) {}
/** Players do not fight each other, nor anybody a chair. */
export class NotAttackable extends Schema.TaggedError<NotAttackable>()("NotAttackable", {
  what: Schema.String
}) {}
/** There is nowhere to flee to. */
export class NoWayOut extends Schema.TaggedError<NoWayOut>()("NoWayOut", {}) {}
/** It stays where it is. */
export class NotTakeable extends Schema.TaggedError<NotTakeable>()("NotTakeable", {
  what: Schema.String
}) {}
/** So much lies there that no more fits. */
export class Littered extends Schema.TaggedError<Littered>()("Littered", {}) {}
/** It holds nothing, ever. */
export class NotContainer extends Schema.TaggedError<NotContainer>()("NotContainer", {
  what: Schema.String
}) {}
/** No more goes into it. */
export class Full extends Schema.TaggedError<Full>()("Full", {
  what: Schema.String,
  max: Schema.Int
}) {}
/** Nothing goes into itself. */
export class IntoItself extends Schema.TaggedError<IntoItself>()("IntoItself", {
  what: Schema.String
}) {}
/** Too many containers would be one in the other. */
export class TooDeep extends Schema.TaggedError<TooDeep>()("TooDeep", { what: Schema.String }) {}
/** It is not made for striking. */
export class NotWeapon extends Schema.TaggedError<NotWeapon>()("NotWeapon", {
  what: Schema.String
}) {}
/** It is not made to be worn. */
export class NotWearable extends Schema.TaggedError<NotWearable>()("NotWearable", {
  what: Schema.String
}) {}
/** Something is worn there already. */
export class SlotTaken extends Schema.TaggedError<SlotTaken>()("SlotTaken", { slot: Slot }) {}
/** It is neither worn nor wielded. */
export class NotWorn extends Schema.TaggedError<NotWorn>()("NotWorn", { what: Schema.String }) {}
/** It is not for that. */
export class NotUsable extends Schema.TaggedError<NotUsable>()("NotUsable", {
  what: Schema.String,
  how: Schema.Literals(["eat", "drink", "use"])
}) {}
/** Nobody carries more than so many things. */
export class TooMuch extends Schema.TaggedError<TooMuch>()("TooMuch", {
  who: Schema.String,
  max: Schema.Int
}) {}
/** There is not as much gold. */
export class TooPoor extends Schema.TaggedError<TooPoor>()("TooPoor", { has: Schema.Int }) {}
/** Nobody sells anything here. */
export class NoShop extends Schema.TaggedError<NoShop>()("NoShop", {}) {}
/** Somebody else has just bought it. */
export class SoldOut extends Schema.TaggedError<SoldOut>()("SoldOut", { who: Schema.String }) {}
/** A keeper wants no such thing. */
export class Worthless extends Schema.TaggedError<Worthless>()("Worthless", {
  who: Schema.String,
  what: Schema.String
}) {}
/** A keeper has not as much gold. */
export class CannotPay extends Schema.TaggedError<CannotPay>()("CannotPay", {
  who: Schema.String,
  price: Schema.Int
}) {}
/** Somebody has nothing for one to do. */
export class NothingToAsk extends Schema.TaggedError<NothingToAsk>()("NothingToAsk", {
  who: Schema.String
}) {}
/** Nobody holds auctions here. */
export class NoAuction extends Schema.TaggedError<NoAuction>()("NoAuction", {}) {}
/** As much is up for auction as can be. */
export class TooManyLots extends Schema.TaggedError<TooManyLots>()("TooManyLots", {}) {}
/** One has as many lots as one may, open or to be fetched. */
export class TooManyOwnLots extends Schema.TaggedError<TooManyOwnLots>()("TooManyOwnLots", {
  max: Schema.Int
}) {}
/** There is something in it. */
export class NotEmpty extends Schema.TaggedError<NotEmpty>()("NotEmpty", { what: Schema.String }) {}
/** The auction is over. */
export class LotOver extends Schema.TaggedError<LotOver>()("LotOver", {}) {}
/** One sells it, or has bid the most already. */
export class OwnLot extends Schema.TaggedError<OwnLot>()("OwnLot", {}) {}
/** Somebody else has bid as much. */
export class TooLow extends Schema.TaggedError<TooLow>()("TooLow", { least: Schema.Int }) {}
/** Nothing in the auction house is one's own. */
export class NothingToClaim extends Schema.TaggedError<NothingToClaim>()("NothingToClaim", {}) {}
/** A mob is given something: none takes anything. */
export class TakesNothing extends Schema.TaggedError<TakesNothing>()("TakesNothing", {
  who: Schema.String
}) {}
/** It would change nothing. */
export class ToSelf extends Schema.TaggedError<ToSelf>()("ToSelf", {}) {}
/** Nobody of this name is awake in this instance. */
export class Nobody extends Schema.TaggedError<Nobody>()("Nobody", { name: Schema.String }) {}
/** Nobody has told one anything yet. */
export class NobodyTold extends Schema.TaggedError<NobodyTold>()("NobodyTold", {}) {}
/** One need not be told what one thinks. */
export class TellSelf extends Schema.TaggedError<TellSelf>()("TellSelf", {}) {}
/** Nothing is called so by oneself. */
export class NoAlias extends Schema.TaggedError<NoAlias>()("NoAlias", { word: Schema.String }) {}
/** The word is what aliases are made and unmade by. */
export class AliasReserved extends Schema.TaggedError<AliasReserved>()("AliasReserved", {
  word: Schema.String
}) {}
/** There are as many as anybody has. */
export class TooManyAliases extends Schema.TaggedError<TooManyAliases>()("TooManyAliases", {
  max: Schema.Int
}) {}
/** The world calls something or somebody of its own so. */
export class NameReserved extends Schema.TaggedError<NameReserved>()("NameReserved", {
  name: Schema.String
}) {}
/** An instance is as it is authored already. */
export class AsAuthored extends Schema.TaggedError<AsAuthored>()("AsAuthored", {}) {}
/** There is no help on this. */
export class UnknownTopic extends Schema.TaggedError<UnknownTopic>()("UnknownTopic", {
  topic: Schema.String,
  meant
}) {}
/** It is no skill of one's own, or not yet. */
export class Unlearned extends Schema.TaggedError<Unlearned>()("Unlearned", {
  skill: Schema.String,
  /** From which level on; null: never. */
  level: Schema.NullOr(Schema.Int)
}) {}
/** A skill takes its time between one use and the next. */
export class NotReady extends Schema.TaggedError<NotReady>()("NotReady", {
  skill: Schema.String,
  seconds: Schema.Int
}) {}
/** There is not enough of what a skill costs. */
export class Exhausted extends Schema.TaggedError<Exhausted>()("Exhausted", {
  has: Schema.Int,
  needs: Schema.Int,
  what: Schema.String
}) {}
/** Who is stunned does nothing. */
export class Stunned extends Schema.TaggedError<Stunned>()("Stunned", {}) {}
/** Nobody becomes that. */
export class NoArchetype extends Schema.TaggedError<NoArchetype>()("NoArchetype", {
  name: Schema.String,
  known: Schema.Array(Schema.String)
}) {}
/** One becomes something once, and for good. */
export class AlreadyBecome extends Schema.TaggedError<AlreadyBecome>()("AlreadyBecome", {
  archetype: Schema.String
}) {}
/** Who rests does not walk away. */
export class Resting extends Schema.TaggedError<Resting>()("Resting", {}) {}
/** One holds oneself so already. */
export class StanceAlready extends Schema.TaggedError<StanceAlready>()("StanceAlready", {
  stance: Schema.String
}) {}
/** Somebody fights nobody. */
export class NothingToAssist extends Schema.TaggedError<NothingToAssist>()("NothingToAssist", {
  who: Schema.String
}) {}
/** Nobody is followed. */
export class NotFollowing extends Schema.TaggedError<NotFollowing>()("NotFollowing", {
  who: Schema.String
}) {}
/** As many walk after somebody as can. */
export class FollowedEnough extends Schema.TaggedError<FollowedEnough>()("FollowedEnough", {
  who: Schema.String
}) {}
/** Somebody is in a group already. */
export class Grouped extends Schema.TaggedError<Grouped>()("Grouped", { who: Schema.String }) {}
/** Somebody is in no group, or in another. */
export class NotGrouped extends Schema.TaggedError<NotGrouped>()("NotGrouped", {
  who: Schema.String
}) {}
/** That is for the leader of a group. */
export class NotLeader extends Schema.TaggedError<NotLeader>()("NotLeader", {}) {}
/** There is no place in the group. */
export class GroupFull extends Schema.TaggedError<GroupFull>()("GroupFull", { max: Schema.Int }) {}

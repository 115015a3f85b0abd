/**
 * Text, and nothing but text: Events, snapshots and reasons as lines for one perceiver. A client
 * shows each Event with `event`, then folds it with `Perceiver.after`; rejections with `explain`.
 */
import type { WorldEvent } from "../Events.ts"
import type { Snapshot } from "../Players.ts"
import * as Comings from "./Comings.ts"
import * as Errands from "./Errands.ts"
import { explain } from "./Failures.ts"
import * as Feats from "./Feats.ts"
import * as Fights from "./Fights.ts"
import * as Groups from "./Groups.ts"
import * as Items from "./Items.ts"
import * as Lots from "./Lots.ts"
import * as Movement from "./Movement.ts"
import type { Perceiver } from "./Perceiver.ts"
import * as Rooms from "./Rooms.ts"
import * as Sights from "./Sights.ts"
import * as Skills from "./Skills.ts"
import * as Skies from "./Skies.ts"
import * as Trade from "./Trade.ts"

export { explain } from "./Failures.ts"
export * as Perceiver from "./Perceiver.ts"

type Views = {
  readonly [E in WorldEvent as E["_tag"]]?: (event: E, who: Perceiver) => ReadonlyArray<string>
}

/** By the Event's tag. What nobody hears has none; what somebody hears has one, or a test fails. */
export const views: Views = {
  CharacterCreated: Comings.characterCreated,
  CharacterEntered: Comings.characterEntered,
  CharacterTakenOver: Comings.characterTakenOver,
  CharacterLeft: Comings.characterLeft,
  CharacterDeparted: Comings.characterDeparted,
  CharacterArrived: Comings.characterArrived,
  InstanceReshaped: Movement.instanceReshaped,
  CharacterMoved: Movement.characterMoved,
  CharacterFled: Movement.characterFled,
  FleeFailed: Movement.fleeFailed,
  MobFled: Movement.mobFled,
  MobMoved: Movement.mobMoved,
  DoorOpened: Movement.doorOpened,
  DoorClosed: Movement.doorClosed,
  DoorLocked: Movement.doorLocked,
  DoorUnlocked: Movement.doorUnlocked,
  Said: Rooms.said,
  Emoted: Rooms.emoted,
  Told: Rooms.told,
  Yelled: Rooms.yelled,
  Greeted: Rooms.greeted,
  Performed: Rooms.performed,
  MobsAppeared: Rooms.mobsAppeared,
  ItemsAppeared: Items.itemsAppeared,
  ItemTaken: Items.itemTaken,
  ItemDropped: Items.itemDropped,
  ItemPut: Items.itemPut,
  ItemGiven: Items.itemGiven,
  ItemWielded: Items.itemWielded,
  ItemWorn: Items.itemWorn,
  ItemTakenOff: Items.itemTakenOff,
  ItemUsed: Items.itemUsed,
  ItemMade: Items.itemMade,
  GoldTaken: Items.goldTaken,
  GoldDropped: Items.goldDropped,
  GoldGiven: Items.goldGiven,
  CorpseDecayed: Items.corpseDecayed,
  FightBegan: Fights.fightBegan,
  FightTurned: Fights.fightTurned,
  DamageDealt: Fights.damageDealt,
  AttackMissed: Fights.attackMissed,
  ExperienceShared: Groups.experienceShared,
  Followed: Groups.followed,
  FollowEnded: Groups.followEnded,
  GroupJoined: Groups.groupJoined,
  GroupLeft: Groups.groupLeft,
  GroupTold: Groups.groupTold,
  GroupShown: Groups.groupShown,
  LevelGained: Fights.levelGained,
  StanceTaken: Fights.stanceTaken,
  MobDied: Fights.mobDied,
  CharacterDied: Fights.characterDied,
  ArchetypeChosen: Skills.archetypeChosen,
  ArchetypesShown: Skills.archetypesShown,
  SkillsShown: Skills.skillsShown,
  SkillUsed: Skills.skillUsed,
  Healed: Skills.healed,
  LastingBegan: Skills.lastingBegan,
  LastingTicked: Skills.lastingTicked,
  LastingEnded: Skills.lastingEnded,
  AchievementGained: Feats.achievementGained,
  SkyTurned: Skies.skyTurned,
  TimeTold: Skies.timeTold,
  WeatherTold: Skies.weatherTold,
  ItemBought: Trade.itemBought,
  ItemSold: Trade.itemSold,
  ShopRestocked: Trade.shopRestocked,
  GoodsListed: Trade.goodsListed,
  ItemAppraised: Trade.itemAppraised,
  QuestTaken: Errands.questTaken,
  QuestAdvanced: Errands.questAdvanced,
  QuestDone: Errands.questDone,
  QuestsListed: Errands.questsListed,
  LotOpened: Lots.lotOpened,
  BidPlaced: Lots.bidPlaced,
  LotClosed: Lots.lotClosed,
  LotClaimed: Lots.lotClaimed,
  LotsListed: Lots.lotsListed,
  RoomViewed: Sights.roomViewed,
  ExitsShown: Sights.exitsShown,
  EquipmentShown: Sights.equipmentShown,
  ThingViewed: Sights.thingViewed,
  DetailViewed: Sights.detailViewed,
  Considered: Sights.considered,
  WhereShown: Sights.whereShown,
  AliasSet: Sights.aliasSet,
  AliasesShown: Sights.aliasesShown,
  PlayersListed: Sights.playersListed,
  ScoreShown: Sights.scoreShown,
  InventoryShown: Sights.inventoryShown,
  HelpShown: Sights.helpShown,
  ActionRefused: (e) => [explain(e.reason)],
  ActionFailed: (e) => [`Something broke. Tell an operator: ${e.reference}`]
}

/** The lines of an Event. None when there is nothing to tell, or a newer server invented it. */
export const event = (event: WorldEvent, who: Perceiver): ReadonlyArray<string> =>
  Object.hasOwn(views, event._tag) ? views[event._tag]!(event as never, who) : []

/** The lines of a snapshot: where one is, and how. */
export const snapshot = (given: Snapshot): ReadonlyArray<string> => [
  ...Sights.room(given.room),
  ...Sights.self(given.self)
]

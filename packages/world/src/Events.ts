/** The registry of Events: what clients decode and views show. */
import type { EngineEvents, Event } from "@wr2/core"
import { AchievementGained } from "./events/AchievementGained.ts"
import { ArchetypeChosen } from "./events/ArchetypeChosen.ts"
import { ArchetypesShown } from "./events/ArchetypesShown.ts"
import { AliasesShown } from "./events/AliasesShown.ts"
import { AliasSet } from "./events/AliasSet.ts"
import { AttackMissed } from "./events/AttackMissed.ts"
import { BidPlaced } from "./events/BidPlaced.ts"
import { CharacterArrived } from "./events/CharacterArrived.ts"
import { CharacterCreated } from "./events/CharacterCreated.ts"
import { CharacterDeparted } from "./events/CharacterDeparted.ts"
import { CharacterDied } from "./events/CharacterDied.ts"
import { CharacterEntered } from "./events/CharacterEntered.ts"
import { CharacterFled } from "./events/CharacterFled.ts"
import { CharacterLeft } from "./events/CharacterLeft.ts"
import { CharacterMoved } from "./events/CharacterMoved.ts"
import { CharacterReceived } from "./events/CharacterReceived.ts"
import { CharacterSent } from "./events/CharacterSent.ts"
import { CharacterTakenOver } from "./events/CharacterTakenOver.ts"
import { Considered } from "./events/Considered.ts"
import { CopyLeft } from "./events/CopyLeft.ts"
import { CopyTornDown } from "./events/CopyTornDown.ts"
import { CorpseDecayed } from "./events/CorpseDecayed.ts"
import { DamageDealt } from "./events/DamageDealt.ts"
import { DeedPassedOn } from "./events/DeedPassedOn.ts"
import { DetailViewed } from "./events/DetailViewed.ts"
import { DoorClosed } from "./events/DoorClosed.ts"
import { DoorLocked } from "./events/DoorLocked.ts"
import { DoorOpened } from "./events/DoorOpened.ts"
import { DoorUnlocked } from "./events/DoorUnlocked.ts"
import { Emoted } from "./events/Emoted.ts"
import { EquipmentShown } from "./events/EquipmentShown.ts"
import { ExitsShown } from "./events/ExitsShown.ts"
import { ExperienceShared } from "./events/ExperienceShared.ts"
import { FeatsKept } from "./events/FeatsKept.ts"
import { FeatsSent } from "./events/FeatsSent.ts"
import { FightBegan } from "./events/FightBegan.ts"
import { FightTurned } from "./events/FightTurned.ts"
import { FleeFailed } from "./events/FleeFailed.ts"
import { Followed } from "./events/Followed.ts"
import { FollowEnded } from "./events/FollowEnded.ts"
import { GoldDropped } from "./events/GoldDropped.ts"
import { GoldGiven } from "./events/GoldGiven.ts"
import { GoldTaken } from "./events/GoldTaken.ts"
import { GoodsListed } from "./events/GoodsListed.ts"
import { Greeted } from "./events/Greeted.ts"
import { GroupJoined } from "./events/GroupJoined.ts"
import { GroupLeft } from "./events/GroupLeft.ts"
import { GroupShown } from "./events/GroupShown.ts"
import { GroupTold } from "./events/GroupTold.ts"
import { Healed } from "./events/Healed.ts"
import { HelpShown } from "./events/HelpShown.ts"
import { InstanceReshaped } from "./events/InstanceReshaped.ts"
import { InventoryShown } from "./events/InventoryShown.ts"
import { ItemAppraised } from "./events/ItemAppraised.ts"
import { ItemBought } from "./events/ItemBought.ts"
import { ItemDropped } from "./events/ItemDropped.ts"
import { ItemGiven } from "./events/ItemGiven.ts"
import { ItemsAppeared } from "./events/ItemsAppeared.ts"
import { ItemMade } from "./events/ItemMade.ts"
import { ItemPut } from "./events/ItemPut.ts"
import { ItemSold } from "./events/ItemSold.ts"
import { ItemTaken } from "./events/ItemTaken.ts"
import { ItemTakenOff } from "./events/ItemTakenOff.ts"
import { ItemUsed } from "./events/ItemUsed.ts"
import { ItemWielded } from "./events/ItemWielded.ts"
import { ItemWorn } from "./events/ItemWorn.ts"
import { LastingBegan } from "./events/LastingBegan.ts"
import { LastingEnded } from "./events/LastingEnded.ts"
import { LastingTicked } from "./events/LastingTicked.ts"
import { LevelGained } from "./events/LevelGained.ts"
import { LotClaimed } from "./events/LotClaimed.ts"
import { LotClosed } from "./events/LotClosed.ts"
import { LotOpened } from "./events/LotOpened.ts"
import { LotsListed } from "./events/LotsListed.ts"
import { MobDied } from "./events/MobDied.ts"
import { MobFled } from "./events/MobFled.ts"
import { MobMoved } from "./events/MobMoved.ts"
import { MobsAppeared } from "./events/MobsAppeared.ts"
import { MobsSpawned } from "./events/MobsSpawned.ts"
import { MobSummoned } from "./events/MobSummoned.ts"
import { PassageClosed } from "./events/PassageClosed.ts"
import { PassageOpened } from "./events/PassageOpened.ts"
import { Performed } from "./events/Performed.ts"
import { PlayersListed } from "./events/PlayersListed.ts"
import { QuestAdvanced } from "./events/QuestAdvanced.ts"
import { QuestDone } from "./events/QuestDone.ts"
import { QuestsListed } from "./events/QuestsListed.ts"
import { QuestTaken } from "./events/QuestTaken.ts"
import { RoomMarked } from "./events/RoomMarked.ts"
import { RoomRemembered } from "./events/RoomRemembered.ts"
import { RoomViewed } from "./events/RoomViewed.ts"
import { Said } from "./events/Said.ts"
import { ScoreShown } from "./events/ScoreShown.ts"
import { SessionBegan } from "./events/SessionBegan.ts"
import { SkillsShown } from "./events/SkillsShown.ts"
import { SkillUsed } from "./events/SkillUsed.ts"
import { ShopRestocked } from "./events/ShopRestocked.ts"
import { SkyTurned } from "./events/SkyTurned.ts"
import { SpawnerShort } from "./events/SpawnerShort.ts"
import { StanceTaken } from "./events/StanceTaken.ts"
import { ThingViewed } from "./events/ThingViewed.ts"
import { Told } from "./events/Told.ts"
import { Yelled } from "./events/Yelled.ts"
import { WhereShown } from "./events/WhereShown.ts"
import { TimeTold } from "./events/TimeTold.ts"
import { WeatherTold } from "./events/WeatherTold.ts"

/** All Events of the game. */
export const events = [
  AchievementGained,
  ArchetypeChosen,
  ArchetypesShown,
  AliasesShown,
  AliasSet,
  AttackMissed,
  CharacterArrived,
  CharacterCreated,
  CharacterDeparted,
  CharacterDied,
  CharacterEntered,
  CharacterFled,
  CharacterLeft,
  CharacterMoved,
  CharacterReceived,
  CharacterSent,
  CharacterTakenOver,
  Considered,
  CorpseDecayed,
  DamageDealt,
  DeedPassedOn,
  DetailViewed,
  DoorClosed,
  DoorLocked,
  DoorOpened,
  DoorUnlocked,
  Emoted,
  EquipmentShown,
  ExitsShown,
  ExperienceShared,
  FeatsKept,
  FeatsSent,
  FightBegan,
  FightTurned,
  FleeFailed,
  Followed,
  FollowEnded,
  GoldDropped,
  GoldGiven,
  GoldTaken,
  GoodsListed,
  Greeted,
  GroupJoined,
  GroupLeft,
  GroupShown,
  GroupTold,
  Healed,
  HelpShown,
  InstanceReshaped,
  InventoryShown,
  ItemAppraised,
  ItemBought,
  ItemDropped,
  ItemGiven,
  ItemMade,
  ItemsAppeared,
  ItemPut,
  ItemSold,
  ItemTaken,
  ItemTakenOff,
  ItemUsed,
  ItemWielded,
  ItemWorn,
  LastingBegan,
  LastingEnded,
  LastingTicked,
  LevelGained,
  MobDied,
  MobFled,
  MobMoved,
  MobSummoned,
  MobsAppeared,
  MobsSpawned,
  Performed,
  PlayersListed,
  RoomMarked,
  RoomRemembered,
  RoomViewed,
  Said,
  ScoreShown,
  SessionBegan,
  SkillsShown,
  SkillUsed,
  ShopRestocked,
  SkyTurned,
  SpawnerShort,
  StanceTaken,
  ThingViewed,
  Told,
  Yelled,
  WhereShown,
  TimeTold,
  WeatherTold,
  QuestTaken,
  QuestAdvanced,
  QuestDone,
  QuestsListed,
  PassageOpened,
  PassageClosed,
  CopyLeft,
  CopyTornDown,
  LotOpened,
  BidPlaced,
  LotClosed,
  LotClaimed,
  LotsListed
] as const
/** An Event of the game, or of the engine. */
export type WorldEvent = Event.Value<(typeof events)[number] | (typeof EngineEvents.all)[number]>

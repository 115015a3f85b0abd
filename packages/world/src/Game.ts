/** The registry: every Aggregate, Event, rule and Command of the game. What is not here does not exist. */
import { Game } from "@wr2/core"
import type { Content } from "@wr2/core"
import { admitRule } from "./actions/Admit.ts"
import { appraiseView } from "./actions/Appraise.ts"
import { askRule } from "./actions/Ask.ts"
import { attackRule } from "./actions/Attack.ts"
import { attackRoundRule } from "./actions/AttackRound.ts"
import { bidRule } from "./actions/Bid.ts"
import { buyRule } from "./actions/Buy.ts"
import { claimRule } from "./actions/Claim.ts"
import { closeLotRule } from "./actions/CloseLot.ts"
import { closePassageRule } from "./actions/ClosePassage.ts"
import { createRule } from "./actions/Create.ts"
import { decayRule } from "./actions/Decay.ts"
import { delveRule } from "./actions/Delve.ts"
import { departRule } from "./actions/Depart.ts"
import { dropGoldRule } from "./actions/DropGold.ts"
import { dropItemRule } from "./actions/DropItem.ts"
import { enterRule } from "./actions/Enter.ts"
import { examineView } from "./actions/Examine.ts"
import { exitsView } from "./actions/Exits.ts"
import { fleeRule } from "./actions/Flee.ts"
import { forgetGreetingRule } from "./actions/ForgetGreeting.ts"
import { grantAchievementRule } from "./actions/GrantAchievement.ts"
import { getGoldRule } from "./actions/GetGold.ts"
import { getItemRule } from "./actions/GetItem.ts"
import { giveGoldRule } from "./actions/GiveGold.ts"
import { giveItemRule } from "./actions/GiveItem.ts"
import { greetCharacterRule } from "./actions/GreetCharacter.ts"
import { helpView } from "./actions/Help.ts"
import { inventoryView } from "./actions/Inventory.ts"
import { keepFeatsRule } from "./actions/KeepFeats.ts"
import { leaveRule } from "./actions/Leave.ts"
import { leaveCopyRule } from "./actions/LeaveCopy.ts"
import { listLotsView } from "./actions/ListLots.ts"
import { listQuestsView } from "./actions/ListQuests.ts"
import { lockDoorRule } from "./actions/LockDoor.ts"
import { listGoodsView } from "./actions/ListGoods.ts"
import { lookView } from "./actions/Look.ts"
import { moveRule } from "./actions/Move.ts"
import { moveMobRule } from "./actions/MoveMob.ts"
import { openLotRule } from "./actions/OpenLot.ts"
import { passDeedOnRule } from "./actions/PassDeedOn.ts"
import { putItemRule } from "./actions/PutItem.ts"
import { refillRule } from "./actions/Refill.ts"
import { reshapeRule } from "./actions/Reshape.ts"
import { restockRule } from "./actions/Restock.ts"
import { runScriptRule } from "./actions/RunScript.ts"
import { sayRule } from "./actions/Say.ts"
import { scoreView } from "./actions/Score.ts"
import { sellRule } from "./actions/Sell.ts"
import { setDoorRule } from "./actions/SetDoor.ts"
import { spawnRule } from "./actions/Spawn.ts"
import { spawnMobsRule } from "./actions/SpawnMobs.ts"
import { surveyRule } from "./actions/Survey.ts"
import { summonRule } from "./actions/Summon.ts"
import { swingDoorRule } from "./actions/SwingDoor.ts"
import { tearDownRule } from "./actions/TearDown.ts"
import { tellTimeView } from "./actions/TellTime.ts"
import { tellWeatherView } from "./actions/TellWeather.ts"
import { thinkRule } from "./actions/Think.ts"
import { emoteRule } from "./actions/Emote.ts"
import { tellRule } from "./actions/Tell.ts"
import { yellRule } from "./actions/Yell.ts"
import { becomeRule } from "./actions/Become.ts"
import { lingerRule } from "./actions/Linger.ts"
import { showArchetypesView } from "./actions/ShowArchetypes.ts"
import { showSkillsView } from "./actions/ShowSkills.ts"
import { useSkillRule } from "./actions/UseSkill.ts"
import { equipmentView } from "./actions/Equipment.ts"
import { takeOffRule } from "./actions/TakeOff.ts"
import { wearRule } from "./actions/Wear.ts"
import { considerView } from "./actions/Consider.ts"
import { lookDetailView } from "./actions/LookDetail.ts"
import { useItemRule } from "./actions/UseItem.ts"
import { whereView } from "./actions/Where.ts"
import { setAliasRule } from "./actions/SetAlias.ts"
import { showAliasesView } from "./actions/ShowAliases.ts"
import { triggerTimerRule } from "./actions/TriggerTimer.ts"
import { passHourRule } from "./actions/PassHour.ts"
import { turnSkyRule } from "./actions/TurnSky.ts"
import { whoView } from "./actions/Who.ts"
import { wieldRule } from "./actions/Wield.ts"
import { takeStanceRule } from "./actions/TakeStance.ts"
import { followRule } from "./actions/Follow.ts"
import { unfollowRule } from "./actions/Unfollow.ts"
import { showRoomRule } from "./actions/ShowRoom.ts"
import { joinGroupRule } from "./actions/JoinGroup.ts"
import { leaveGroupRule } from "./actions/LeaveGroup.ts"
import { tellGroupRule } from "./actions/TellGroup.ts"
import { showGroupView } from "./actions/ShowGroup.ts"
import { fleeMobRule } from "./actions/FleeMob.ts"
import { Character } from "./aggregates/Character.ts"
import { Feats } from "./aggregates/Feats.ts"
import { Instance } from "./aggregates/Instance.ts"
import { Item } from "./aggregates/Item.ts"
import { Lot } from "./aggregates/Lot.ts"
import { Mob } from "./aggregates/Mob.ts"
import { Passage } from "./aggregates/Passage.ts"
import { Room } from "./aggregates/Room.ts"
import { Sky } from "./aggregates/Sky.ts"
import { rules } from "./Audit.ts"
import { birth } from "./Birth.ts"
import { arrive } from "./commands/Arrive.ts"
import { ask } from "./commands/Ask.ts"
import { auction } from "./commands/Auction.ts"
import { auctions } from "./commands/Auctions.ts"
import { become } from "./commands/Become.ts"
import { bid } from "./commands/Bid.ts"
import { buy } from "./commands/Buy.ts"
import { claim } from "./commands/Claim.ts"
import { close } from "./commands/Close.ts"
import { closePassage } from "./commands/ClosePassage.ts"
import { comeTo } from "./commands/ComeTo.ts"
import { credit } from "./commands/Credit.ts"
import { drop } from "./commands/Drop.ts"
import { enter } from "./commands/Enter.ts"
import { exits } from "./commands/Exits.ts"
import { act } from "./commands/Act.ts"
import { fire } from "./commands/Fire.ts"
import { flee } from "./commands/Flee.ts"
import { get } from "./commands/Get.ts"
import { give } from "./commands/Give.ts"
import { go } from "./commands/Go.ts"
import { greet } from "./commands/Greet.ts"
import { help } from "./commands/Help.ts"
import { inventory } from "./commands/Inventory.ts"
import { kill } from "./commands/Kill.ts"
import { lock } from "./commands/Lock.ts"
import { list } from "./commands/List.ts"
import { look } from "./commands/Look.ts"
import { open } from "./commands/Open.ts"
import { put } from "./commands/Put.ts"
import { perform } from "./commands/Perform.ts"
import { quests } from "./commands/Quests.ts"
import { quit } from "./commands/Quit.ts"
import { remember } from "./commands/Remember.ts"
import { reshape } from "./commands/Reshape.ts"
import { say } from "./commands/Say.ts"
import { score } from "./commands/Score.ts"
import { skills } from "./commands/Skills.ts"
import { sell } from "./commands/Sell.ts"
import { spawnMobs } from "./commands/SpawnMobs.ts"
import { summon } from "./commands/Summon.ts"
import { swing } from "./commands/Swing.ts"
import { tearDown } from "./commands/TearDown.ts"
import { unlock } from "./commands/Unlock.ts"
import { emote } from "./commands/Emote.ts"
import { reply } from "./commands/Reply.ts"
import { tell } from "./commands/Tell.ts"
import { yell } from "./commands/Yell.ts"
import { equipment } from "./commands/Equipment.ts"
import { remove } from "./commands/Remove.ts"
import { wear } from "./commands/Wear.ts"
import { consider } from "./commands/Consider.ts"
import { drink } from "./commands/Drink.ts"
import { eat } from "./commands/Eat.ts"
import { use } from "./commands/Use.ts"
import { where } from "./commands/Where.ts"
import { alias } from "./commands/Alias.ts"
import { unalias } from "./commands/Unalias.ts"
import { time } from "./commands/Time.ts"
import { turnSky } from "./commands/TurnSky.ts"
import { value } from "./commands/Value.ts"
import { weather } from "./commands/Weather.ts"
import { who } from "./commands/Who.ts"
import { wield } from "./commands/Wield.ts"
import { witness } from "./commands/Witness.ts"
import { assist } from "./commands/Assist.ts"
import { rest } from "./commands/Rest.ts"
import { stand } from "./commands/Stand.ts"
import { follow } from "./commands/Follow.ts"
import { unfollow } from "./commands/Unfollow.ts"
import { group } from "./commands/Group.ts"
import { ungroup } from "./commands/Ungroup.ts"
import { tellGroup } from "./commands/TellGroup.ts"
import { tagAlong } from "./commands/TagAlong.ts"
import { achievements } from "./consumers/Achievements.ts"
import * as Copies from "./Copies.ts"
import { events } from "./Events.ts"
import { players } from "./Players.ts"
import * as Triggers from "./Triggers.ts"

/** What is typed by players, in the order of `help`. */
const typed = [
  look,
  go,
  open,
  close,
  unlock,
  lock,
  exits,
  enter,
  say,
  tell,
  reply,
  emote,
  yell,
  get,
  put,
  drop,
  give,
  inventory,
  equipment,
  wear,
  wield,
  remove,
  eat,
  drink,
  use,
  consider,
  kill,
  flee,
  assist,
  rest,
  stand,
  become,
  skills,
  follow,
  unfollow,
  group,
  ungroup,
  tellGroup,
  score,
  who,
  where,
  alias,
  unalias,
  time,
  weather,
  list,
  buy,
  sell,
  value,
  ask,
  quests,
  auction,
  bid,
  claim,
  auctions,
  quit
] as const

/** The game, played with this content (see content/Load). */
export const world = (content: Content.Value) => {
  // What skills are typed as is in the content.
  const skilled = perform(content)
  const all = [...typed, skilled] as const
  return Game.make("world", {
    aggregates: [Instance, Room, Character, Mob, Item, Feats, Sky, Passage, Lot],
    events,
    actions: [
      fleeMobRule,
      showGroupView,
      tellGroupRule,
      leaveGroupRule,
      joinGroupRule,
      showRoomRule,
      unfollowRule,
      followRule,
      takeStanceRule,
      admitRule,
      appraiseView,
      attackRoundRule,
      becomeRule,
      attackRule,
      buyRule,
      createRule,
      decayRule,
      departRule,
      dropGoldRule,
      dropItemRule,
      enterRule,
      examineView,
      exitsView,
      fleeRule,
      forgetGreetingRule,
      getGoldRule,
      getItemRule,
      giveGoldRule,
      giveItemRule,
      grantAchievementRule,
      greetCharacterRule,
      helpView,
      inventoryView,
      keepFeatsRule,
      leaveRule,
      lockDoorRule,
      lingerRule,
      listGoodsView,
      lookView,
      moveMobRule,
      moveRule,
      passDeedOnRule,
      putItemRule,
      refillRule,
      reshapeRule,
      restockRule,
      runScriptRule,
      sayRule,
      scoreView,
      sellRule,
      setDoorRule,
      showArchetypesView,
      showSkillsView,
      spawnRule,
      spawnMobsRule,
      surveyRule,
      summonRule,
      swingDoorRule,
      tellTimeView,
      tellWeatherView,
      thinkRule,
      emoteRule,
      tellRule,
      yellRule,
      useSkillRule,
      equipmentView,
      takeOffRule,
      wearRule,
      considerView,
      lookDetailView,
      useItemRule,
      whereView,
      setAliasRule,
      showAliasesView,
      triggerTimerRule,
      passHourRule,
      turnSkyRule,
      whoView,
      wieldRule,
      askRule,
      listQuestsView,
      delveRule,
      closePassageRule,
      leaveCopyRule,
      tearDownRule,
      openLotRule,
      bidRule,
      closeLotRule,
      claimRule,
      listLotsView
    ],
    commands: [
      ...all,
      help(all),
      comeTo,
      tagAlong,
      arrive,
      greet,
      reshape,
      spawnMobs,
      witness,
      credit,
      remember,
      act,
      fire,
      swing,
      summon,
      turnSky,
      closePassage,
      tearDown
    ],
    consumers: [achievements],
    players,
    content,
    audit: rules,
    birth,
    // A copy is made when somebody is about to come into it.
    onDemand: Copies.isCopy,
    reads: Triggers.reads
  })
}
/** The game's type: of its Events, Commands, rejections and snapshot. */
export type World = ReturnType<typeof world>

import { assert, describe, it } from "@effect/vitest"
import { Dice } from "@wr2/core"
import { AttackRound } from "../../src/actions/AttackRound.ts"
import { Follow } from "../../src/actions/Follow.ts"
import { JoinGroup } from "../../src/actions/JoinGroup.ts"
import { LeaveGroup } from "../../src/actions/LeaveGroup.ts"
import { Move } from "../../src/actions/Move.ts"
import { ShowGroup } from "../../src/actions/ShowGroup.ts"
import { ShowRoom } from "../../src/actions/ShowRoom.ts"
import { TellGroup } from "../../src/actions/TellGroup.ts"
import { Unfollow } from "../../src/actions/Unfollow.ts"
import { Character } from "../../src/aggregates/Character.ts"
import * as Combat from "../../src/Combat.ts"
import { tagAlong } from "../../src/commands/TagAlong.ts"
import { CharacterMoved } from "../../src/events/CharacterMoved.ts"
import { DamageDealt } from "../../src/events/DamageDealt.ts"
import { ExperienceShared } from "../../src/events/ExperienceShared.ts"
import { Followed } from "../../src/events/Followed.ts"
import { FollowEnded } from "../../src/events/FollowEnded.ts"
import { GroupJoined } from "../../src/events/GroupJoined.ts"
import { GroupLeft } from "../../src/events/GroupLeft.ts"
import { GroupTold } from "../../src/events/GroupTold.ts"
import { LevelGained } from "../../src/events/LevelGained.ts"
import { MobDied } from "../../src/events/MobDied.ts"
import {
  GroupFull,
  Grouped,
  NotFollowing,
  NotGrouped,
  NotHere,
  NotLeader,
  ToSelf
} from "../../src/Failures.ts"
import * as Groups from "../../src/Groups.ts"
import * as Views from "../../src/views/Views.ts"
import {
  ann,
  annId,
  at,
  bob,
  bobId,
  given,
  item,
  now,
  person,
  rat,
  ratId
} from "../fixtures/Saltmere.ts"

const square = at("gallows-square")
const north = { direction: "north", to: at("marsh-gate"), door: null, trigger: false } as const
const after = { following: annId }
const cid = person(103, "Cid")
const cidId = Character.Id.make(103)

describe("follow", () => {
  const follow = Follow.make({ character: bobId, leader: annId })
  const followed = Followed.make({
    character: bobId,
    name: "Bob",
    leader: annId,
    leaderName: "Ann",
    room: square
  })
  it("walks after somebody, until one does not", () =>
    given(ann("gallows-square"), bob("gallows-square"))
      .says(bob("gallows-square"), "follow ann")
      .plans(follow)
      .when(follow)
      .then(followed)
      .leaves(bob("gallows-square", after))
      .and(follow)
      .then()
      .and(Unfollow.make({ character: bobId }))
      .then(FollowEnded.make({ character: bobId, name: "Bob", leader: annId }))
      .leaves(bob("gallows-square"))
      .and(Unfollow.make({ character: bobId }))
      .fails(new NotFollowing({ who: "you" })))
  it("is refused where nobody is", () => {
    given(ann("tide-quay"), bob("gallows-square"))
      .when(follow)
      .fails(new NotHere({ what: "Ann" }))
    const alone = bob("gallows-square")
    given(alone).says(alone, "follow bob").rejects(new ToSelf())
    given(alone)
      .says(alone, "unfollow")
      .rejects(new NotFollowing({ who: "you" }))
  })
  it("takes along who stands there, and nobody else", () => {
    const step = Move.make({ character: annId, from: square, way: north })
    const along = (character: Character["id"]) => ({
      actor: { type: "system", id: 0 },
      command: tagAlong.make({ character, from: square, direction: "north" })
    })
    given(
      ann("gallows-square"),
      bob("gallows-square", after),
      cid("gallows-square", { ...after, stance: "resting" }),
      person(104, "Dot")("tide-quay", after),
      person(105, "Eve")("gallows-square", { ...after, inside: false })
    )
      .when(step)
      .then(
        CharacterMoved.make({
          character: annId,
          name: "Ann",
          from: square,
          to: at("marsh-gate"),
          direction: "north"
        })
      )
      .issues(along(bobId))
  })
  it("sees where it has got to", () => {
    const command = tagAlong.make({ character: bobId, from: square, direction: "north" })
    const system = { type: "system", id: 0 }
    const sight = {
      room: at("marsh-gate"),
      name: "The Marsh Gate",
      persons: [{ id: annId, name: "Ann", fighting: null }]
    }
    let shown: unknown
    try {
      given(ann("marsh-gate"), bob("gallows-square", after)).says(system, command).plans()
    } catch (error) {
      shown = (error as { readonly actual: ReadonlyArray<{ readonly payload: unknown }> }).actual
    }
    const [step, show] = shown as ReadonlyArray<{ readonly payload: { readonly sight: any } }>
    assert.deepStrictEqual(
      step as unknown,
      Move.make({ character: bobId, from: square, way: { ...north } })
    )
    const seen = show!.payload.sight
    assert.deepStrictEqual({ room: seen.room, name: seen.name, persons: seen.persons }, sight)
    given(bob("marsh-gate"))
      .when(ShowRoom.make({ character: bobId, sight: seen }))
      .then({ _tag: "RoomViewed", character: bobId, sight: seen } as never)
    given(bob("tide-quay"))
      .when(ShowRoom.make({ character: bobId, sight: seen }))
      .then()
    given(bob("tide-quay"))
      .says(system, command)
      .rejects(new NotHere({ what: "the way" }))
  })
})

describe("group", () => {
  const join = JoinGroup.make({ leader: annId, member: bobId })
  const led = { party: annId }
  it("is of those who follow", () =>
    given(ann("gallows-square"), bob("gallows-square", after))
      .says(ann("gallows-square"), "group bob")
      .plans(join)
      .when(join)
      .then(
        GroupJoined.make({
          leader: annId,
          leaderName: "Ann",
          member: bobId,
          name: "Bob",
          members: [annId, bobId]
        })
      )
      .leaves(ann("gallows-square", led), bob("gallows-square", { ...after, ...led }))
      .and(join)
      .fails(new Grouped({ who: "Bob" })))
  it("is refused", () => {
    const tries = (one: Partial<Character>, other: Partial<Character>) =>
      given(ann("gallows-square", one), bob("gallows-square", other)).when(join)
    tries({}, {}).fails(new NotFollowing({ who: "Bob" }))
    tries({ party: 9 }, after).fails(new NotLeader())
    given(ann("gallows-square"), bob("tide-quay", after))
      .when(join)
      .fails(new NotHere({ what: "Bob" }))
    const many = Array.from({ length: Groups.membersMax - 1 }, (_, i) =>
      person(110 + i, `Dan${i}`)("tide-quay", led)
    )
    given(ann("gallows-square", led), bob("gallows-square", after), ...many)
      .when(join)
      .fails(new GroupFull({ max: Groups.membersMax }))
  })
  it("is left, and is no more without its leader", () => {
    const three = [ann("tide-quay", led), bob("tide-quay", led), cid("tide-quay", led)]
    const members = [annId, bobId, cidId]
    given(...three)
      .says(three[1]!, "ungroup")
      .plans(LeaveGroup.make({ by: bobId, member: bobId }))
      .when(LeaveGroup.make({ by: bobId, member: bobId }))
      .then(GroupLeft.make({ member: bobId, name: "Bob", members, over: false }))
      .leaves(bob("tide-quay"), ann("tide-quay", led))
      .and(LeaveGroup.make({ by: annId, member: cidId }))
      .then(GroupLeft.make({ member: cidId, name: "Cid", members: [annId, cidId], over: true }))
      .leaves(ann("tide-quay"), cid("tide-quay"))
    given(...three)
      .says(three[0]!, "ungroup cid")
      .plans(LeaveGroup.make({ by: annId, member: cidId }))
      .when(LeaveGroup.make({ by: annId, member: annId }))
      .then(GroupLeft.make({ member: annId, name: "Ann", members, over: true }))
      .leaves(ann("tide-quay"), bob("tide-quay"), cid("tide-quay"))
    given(...three)
      .when(LeaveGroup.make({ by: bobId, member: cidId }))
      .fails(new NotLeader())
    given(ann("tide-quay"), bob("tide-quay", led))
      .when(LeaveGroup.make({ by: annId, member: bobId }))
      .fails(new NotGrouped({ who: "Bob" }))
  })
  it("goes on between those who are here, though its leader is elsewhere", () =>
    given(bob("tide-quay", led), cid("tide-quay", led))
      .when(LeaveGroup.make({ by: cidId, member: cidId }))
      .then(GroupLeft.make({ member: cidId, name: "Cid", members: [bobId, cidId], over: false }))
      .leaves(cid("tide-quay"), bob("tide-quay", led)))
  it("hears what is said to it, and is shown", () => {
    const both = [ann("tide-quay", led), bob("mudflat", led)]
    const tell = TellGroup.make({ character: bobId, text: "Come!" })
    given(...both)
      .says(both[1]!, "gtell Come!")
      .plans(tell)
      .when(tell)
      .then(
        GroupTold.make({ character: bobId, name: "Bob", text: "Come!", members: [annId, bobId] })
      )
    const one = { level: 1, hp: 25, maxHp: 25 }
    const members = [
      { id: annId, name: "Ann", ...one, leads: true },
      { id: bobId, name: "Bob", ...one, leads: false }
    ]
    given(...both)
      .says(both[1]!, "group")
      .plans(ShowGroup.make({ character: bobId }))
      .when(ShowGroup.make({ character: bobId }))
      .shows({ _tag: "GroupShown", character: bobId, members } as never)
    const alone = ann("tide-quay")
    given(alone)
      .says(alone, "gtell hello")
      .rejects(new NotGrouped({ who: "you" }))
    given(alone)
      .when(TellGroup.make({ character: annId, text: "hello" }))
      .fails(new NotGrouped({ who: "you" }))
  })
  it("shares what is learned among those in the room", () => {
    assert.deepStrictEqual(
      [1, 2, 3].map((sharing) => Combat.share(100, sharing)),
      [100, 55, 40]
    )
    const still: Combat.Guard = { dodge: 0, armour: 0, resists: {} }
    let seed = 1
    for (; ; seed++) {
      const struck = Combat.blow(Combat.character(0, Combat.fists), still, Dice.fromSeed(seed))
      if (struck.how === "hit" && struck.damage === 4) break
    }
    given(
      ann("gallows-square", { ...led, fighting: 201, fight: 7 }),
      bob("gallows-square", { ...led, exp: 48 }),
      cid("tide-quay", led),
      rat("gallows-square", { fighting: annId, fight: 7, hp: 1 })
    )
      .when(AttackRound.make({ fight: 7, character: annId, mob: ratId }), { seed })
      .then(
        DamageDealt.make({
          attacker: { kind: "character", id: annId, name: "Ann" },
          target: { kind: "mob", id: ratId, name: "a marsh rat" },
          room: square,
          amount: 4,
          absorbed: 0,
          shielded: 0,
          critical: false,
          type: "crush",
          left: 0,
          at: now
        }),
        MobDied.make({
          mob: ratId,
          mobName: "a marsh rat",
          room: square,
          killer: annId,
          killerName: "Ann",
          exp: 5,
          corpse: item(1000, "corpse", "room", square, {
            gold: 3,
            rolled: { name: "the corpse of a marsh rat", damage: 0 }
          }).row,
          items: [],
          freed: [annId]
        }),
        ExperienceShared.make({ character: bobId, exp: 5, mobName: "a marsh rat" }),
        LevelGained.make({
          character: bobId,
          name: "Bob",
          room: square,
          level: 2,
          maxHp: 30,
          learned: []
        })
      )
      .leaves(
        ann("gallows-square", { ...led, exp: 5 }),
        bob("gallows-square", { ...led, exp: 53 }),
        cid("tide-quay", led)
      )
  })
})

describe("what is read of it", () => {
  const [one, other] = [annId, bobId].map((character) => ({ character, room: square }))
  it("has two sides", () => {
    const ended = FollowEnded.make({ character: bobId, name: "Bob", leader: annId })
    assert.deepStrictEqual(Views.event(ended, one!), ["Bob follows you no longer."])
    assert.deepStrictEqual(Views.event(ended, other!), ["You follow nobody any more."])
    const left = GroupLeft.make({ member: bobId, name: "Bob", members: [annId, bobId], over: true })
    assert.deepStrictEqual(Views.event(left, one!), [
      "Bob leaves the group.",
      "The group is no more."
    ])
    assert.strictEqual(Views.event(left, other!)[0], "You leave the group.")
  })
})

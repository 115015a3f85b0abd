import { assert, describe, it } from "@effect/vitest"
import { Dice } from "@wr2/core"
import { AttackRound } from "../../src/actions/AttackRound.ts"
import { Decay } from "../../src/actions/Decay.ts"
import { Linger } from "../../src/actions/Linger.ts"
import { UseSkill } from "../../src/actions/UseSkill.ts"
import type { Character } from "../../src/aggregates/Character.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { Mob } from "../../src/aggregates/Mob.ts"
import * as Combat from "../../src/Combat.ts"
import { AttackMissed } from "../../src/events/AttackMissed.ts"
import { DamageDealt } from "../../src/events/DamageDealt.ts"
import { FightBegan } from "../../src/events/FightBegan.ts"
import { Healed } from "../../src/events/Healed.ts"
import { LastingBegan } from "../../src/events/LastingBegan.ts"
import { LastingEnded } from "../../src/events/LastingEnded.ts"
import { LastingTicked } from "../../src/events/LastingTicked.ts"
import { MobDied } from "../../src/events/MobDied.ts"
import { SkillUsed } from "../../src/events/SkillUsed.ts"
import {
  Elsewhere,
  Exhausted,
  NotAttackable,
  NotHere,
  NotReady,
  Safe,
  Stunned,
  Unlearned
} from "../../src/Failures.ts"
import * as Lasts from "../../src/Lasting.ts"
import type { Party } from "../../src/Party.ts"
import { ann, annId, at, bob, bobId, given, item, now, rat, ratId } from "../fixtures/Saltmere.ts"

const square = at("gallows-square")
const me: Party = { kind: "character", id: annId, name: "Ann" }
const theRat: Party = { kind: "mob", id: ratId, name: "a marsh rat" }
const craft = (archetype: string | null, more: Partial<Character["craft"]> = {}) => ({
  craft: { archetype, energy: 12, energyAt: now, ready: {}, ...more }
})
const wrecker = craft("wrecker")
const lampwright = craft("lampwright")
const fighting = { fighting: 201, fight: 7 }
const fought = { fighting: annId, fight: 7 }
const use = (skill: string, mob: Mob["id"] | null, friend: Character["id"] | null = null) =>
  UseSkill.make({ character: annId, room: square, skill, mob, friend })
const round = AttackRound.make({ fight: 7, character: annId, mob: ratId })
const seedWhere = (does: (dice: Dice.Dice) => boolean): number => {
  let seed = 1
  while (!does(Dice.fromSeed(seed))) seed++
  return seed
}
const still: Combat.Guard = { dodge: 0, armour: 0, resists: {} }
const hits = { hit: 70, critical: 4, level: 1 } as const
const gaff = { ...hits, low: 3, high: 6, critical: 7, type: "cut" } as const
const landing = (damage: number) =>
  seedWhere((dice) => {
    const struck = Combat.blow(gaff, still, dice)
    return struck.how === "hit" && struck.damage === damage
  })
const missing = seedWhere((dice) => Combat.blow(gaff, still, dice).how === "missed")
const lasting = (more: Partial<Lasts.Lasting> = {}): Lasts.Lasting => ({
  id: 1000,
  skill: "smoulder",
  name: "a slow fire",
  does: "damage",
  amount: 2,
  type: "burn",
  every: 2_000,
  by: me,
  until: now + 8_000,
  ...more
})
const used = (skill: string, more: object) =>
  SkillUsed.make({
    character: annId,
    name: "Ann",
    room: square,
    skill,
    yours: "swing the hook at",
    theirs: "swings the hook at",
    target: theRat,
    energy: 9,
    at: now,
    ready: now + 4_000,
    ...more
  })
const dealt = (amount: number, left: number) =>
  DamageDealt.make({
    attacker: me,
    target: theRat,
    room: square,
    amount,
    absorbed: 0,
    shielded: 0,
    critical: false,
    type: "cut",
    left,
    at: now
  })

describe("a skill", () => {
  const here = [ann("gallows-square", wrecker), bob("gallows-square"), rat("gallows-square")]
  it("is typed by its verb", () => {
    const says = (line: string) => given(...here).says(here[0]!, line)
    says("gaff rat").plans(use("gaff", ratId))
    says("perform gaff rat").plans(use("gaff", ratId))
    says("brace").plans(use("brace", null, annId))
    says("gaff bob").rejects(new NotAttackable({ what: "Bob" }))
    says("gaff").rejects(new NotHere({ what: "foe" }))
    says("scald rat").rejects(new Unlearned({ skill: "scald", level: null }))
    const fighter = ann("gallows-square", { ...wrecker, ...fighting })
    given(fighter, here[2]!).says(fighter, "gaff").plans(use("gaff", ratId))
    const healer = ann("gallows-square", lampwright)
    given(healer, here[1]!)
      .says(healer, "mend bob")
      .plans(use("mend", null, bobId))
    const inside = ann("tide-quay", wrecker)
    given(inside, rat("tide-quay")).says(inside, "gaff rat").rejects(new Safe())
  })
  it("costs energy and time, and begins a fight", () =>
    given(...here)
      .when(use("gaff", ratId), { seed: landing(5) })
      .then(
        used("gaff", {}),
        FightBegan.make({
          fight: 1000,
          by: "character",
          character: annId,
          name: "Ann",
          mob: ratId,
          mobName: "a marsh rat",
          room: square,
          characterTurns: true,
          mobTurns: true,
          memory: { back: null, grudge: annId }
        }),
        dealt(5, 5)
      )
      .next(AttackRound.make({ fight: 1000, character: annId, mob: ratId }))
      .leaves(
        ann("gallows-square", {
          ...craft("wrecker", { energy: 9, ready: { gaff: now + 4_000 } }),
          fighting: 201,
          fight: 1000
        })
      )
      .and(use("gaff", ratId), { now: now + 1_000 })
      .fails(new NotReady({ skill: "gaff", seconds: 3 })))
  it("may miss, and leaves nothing behind then", () =>
    given(ann("gallows-square", { ...wrecker, ...fighting }), rat("gallows-square", fought))
      .when(use("stagger", ratId), { seed: missing })
      .then(
        used("stagger", {
          yours: "shove",
          theirs: "shoves",
          energy: 8,
          ready: now + 12_000
        }),
        AttackMissed.make({ attacker: me, target: theRat, room: square, dodged: false })
      )
      .next())
  it("kills", () =>
    given(
      ann("gallows-square", wrecker),
      bob("gallows-square", fighting),
      rat("gallows-square", { fighting: bobId, fight: 7, hp: 2 }),
      item(310, "pelt", "mob", ratId)
    )
      .when(use("gaff", ratId), { seed: landing(5), firstId: 2000 })
      .then(
        used("gaff", {}),
        FightBegan.make({
          fight: 2000,
          by: "character",
          character: annId,
          name: "Ann",
          mob: ratId,
          mobName: "a marsh rat",
          room: square,
          characterTurns: true,
          mobTurns: false,
          memory: { back: null, grudge: annId }
        }),
        dealt(5, 0),
        MobDied.make({
          mob: ratId,
          mobName: "a marsh rat",
          room: square,
          killer: annId,
          killerName: "Ann",
          exp: 8,
          corpse: item(2001, "corpse", "room", square, {
            gold: 3,
            rolled: { name: "the corpse of a marsh rat", damage: 0 }
          }).row,
          items: [Item.Id.make(310)],
          freed: [annId, bobId]
        })
      )
      .next(Decay.make({ corpse: Item.Id.make(2001) }, { after: 120_000 }))
      .gone(Mob.ref(ratId)))
  it("is refused to who has not learned it, is spent, stunned, or not there", () => {
    const tries = (more: Partial<Character>, skill = "gaff") =>
      given(ann("gallows-square", more), rat("gallows-square")).when(use(skill, ratId))
    tries({}).fails(new Unlearned({ skill: "gaff", level: null }))
    tries(wrecker, "haul").fails(new Unlearned({ skill: "haul", level: 3 }))
    tries(craft("wrecker", { energy: 2 })).fails(new Exhausted({ has: 2, needs: 3, what: "grit" }))
    tries({ ...wrecker, lasting: [lasting({ does: "stun" })] }).fails(new Stunned())
    tries({ ...wrecker, inside: false }).fails(new Elsewhere())
    given(ann("gallows-square", wrecker), rat("mudflat"))
      .when(use("gaff", ratId))
      .fails(new NotHere({ what: "a marsh rat" }))
    given(ann("gallows-square", lampwright), bob("mudflat"))
      .when(use("mend", null, bobId))
      .fails(new NotHere({ what: "Bob" }))
  })
  it("heals a friend at once and for a while", () => {
    const them: Party = { kind: "character", id: bobId, name: "Bob" }
    const light = lasting({
      skill: "mend",
      name: "a warm light",
      does: "healing",
      amount: 1,
      type: "blight"
    })
    given(ann("gallows-square", lampwright), bob("gallows-square", { hp: 24 }))
      .when(use("mend", null, bobId))
      .then(
        used("mend", {
          yours: "hold the lamp over",
          theirs: "holds the lamp over",
          target: them,
          energy: 8,
          ready: now + 6_000
        }),
        Healed.make({ by: me, target: them, room: square, amount: 1, left: 25, at: now }),
        LastingBegan.make({ target: them, room: square, lasting: light, at: now })
      )
      .next(Linger.make({ kind: "character", id: bobId, lasting: 1000 }, { after: 2_000 }))
      .leaves(bob("gallows-square", { lasting: [light] }))
  })
})

describe("what lasts", () => {
  const linger = Linger.make({ kind: "mob", id: ratId, lasting: 1000 })
  const again = Linger.make({ kind: "mob", id: ratId, lasting: 1000 }, { every: 2_000 })
  const burning = (more: Partial<Lasts.Lasting> = {}, hp = 10) =>
    rat("gallows-square", { hp, lasting: [lasting(more)] })
  const ticked = (amount: number, left: number, when = now) =>
    LastingTicked.make({
      target: theRat,
      room: square,
      what: "a slow fire",
      does: "damage",
      amount,
      left,
      at: when
    })
  const ended = LastingEnded.make({
    target: theRat,
    room: square,
    lasting: 1000,
    what: "a slow fire"
  })
  it("does what it does, again and again, and ends", () => {
    given(ann("gallows-square"), burning()).when(linger).then(ticked(2, 8)).next(again)
    given(ann("gallows-square"), burning({ until: now }))
      .when(linger)
      .then(ticked(2, 8), ended)
      .next()
      .leaves(rat("gallows-square", { hp: 8 }))
  })
  it("kills for who brought it about, and for nobody once they are gone", () => {
    given(ann("mudflat"), burning({}, 1))
      .when(linger)
      .then(
        ticked(1, 0),
        MobDied.make({
          mob: ratId,
          mobName: "a marsh rat",
          room: square,
          killer: annId,
          killerName: "Ann",
          exp: 8,
          corpse: item(1000, "corpse", "room", square, {
            gold: 3,
            rolled: { name: "the corpse of a marsh rat", damage: 0 }
          }).row,
          items: [],
          freed: []
        })
      )
    given(burning({}, 2)).when(linger).then(ticked(1, 1)).next(again)
  })
  it("of which nothing is left does nothing", () => {
    given(ann("gallows-square"), rat("gallows-square")).when(linger).then().next()
    given(ann("gallows-square")).when(linger).then().next()
  })
  it("stuns: no blow is struck", () =>
    given(
      ann("gallows-square", fighting),
      rat("gallows-square", { ...fought, lasting: [lasting({ does: "stun" })] })
    )
      .when(round, { seed: missing })
      .then(AttackMissed.make({ attacker: me, target: theRat, room: square, dodged: false })))
  it("shields, until it is worn", () => {
    const shield = lasting({ does: "shield", amount: 3 })
    assert.strictEqual(Lasts.shield([shield, lasting({ id: 2, skill: "x" })], now), 3)
    assert.deepStrictEqual(Lasts.worn([shield], 2), [{ ...shield, amount: 1 }])
    assert.deepStrictEqual(Lasts.worn([shield, lasting({ id: 2 })], 3), [lasting({ id: 2 })])
    assert.strictEqual(Lasts.shield([shield], now + 8_000), 0)
    const itsBlow = { hit: 55, low: 1, high: 2, critical: 0, type: "crush", level: 1 } as const
    const seed = seedWhere((dice) => {
      const mine = Combat.blow(Combat.character(0, Combat.fists), still, dice)
      const its = Combat.blow(itsBlow, Combat.guard(0, 0), dice)
      return mine.how === "missed" && its.how === "hit" && its.damage === 2
    })
    given(
      ann("gallows-square", { ...fighting, lasting: [lasting({ does: "shield", amount: 9 })] }),
      rat("gallows-square", fought)
    )
      .when(round, { seed })
      .then(
        AttackMissed.make({ attacker: me, target: theRat, room: square, dodged: false }),
        DamageDealt.make({
          attacker: theRat,
          target: me,
          room: square,
          amount: 0,
          absorbed: 0,
          shielded: 2,
          critical: false,
          type: "crush",
          left: 25,
          at: now
        })
      )
      .leaves(
        ann("gallows-square", { ...fighting, lasting: [lasting({ does: "shield", amount: 7 })] })
      )
  })
  it("is there once of a skill, and only as long as it says", () => {
    const [old, fresh] = [lasting({ id: 1 }), lasting({ id: 2 })]
    const over = lasting({ id: 3, skill: "x", until: now })
    assert.deepStrictEqual(Lasts.joined([old, over], fresh, now), [fresh])
    assert.isTrue(Lasts.isStunned([lasting({ does: "stun" })], now))
    assert.isFalse(Lasts.isStunned([lasting({ does: "stun" })], now + 8_000))
  })
})

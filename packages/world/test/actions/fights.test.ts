import { assert, describe, it } from "@effect/vitest"
import { Dice } from "@wr2/core"
import { Attack } from "../../src/actions/Attack.ts"
import { AttackRound } from "../../src/actions/AttackRound.ts"
import { Decay } from "../../src/actions/Decay.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { Mob } from "../../src/aggregates/Mob.ts"
import * as Combat from "../../src/Combat.ts"
import { AttackMissed } from "../../src/events/AttackMissed.ts"
import { CharacterDied } from "../../src/events/CharacterDied.ts"
import { DamageDealt } from "../../src/events/DamageDealt.ts"
import { FightBegan } from "../../src/events/FightBegan.ts"
import { FightTurned } from "../../src/events/FightTurned.ts"
import { MobDied } from "../../src/events/MobDied.ts"
import { Elsewhere, Fighting, NotHere } from "../../src/Failures.ts"
import type { Party } from "../../src/Party.ts"
import {
  ann,
  annId,
  at,
  bob,
  bobId,
  given,
  item,
  mob,
  now,
  rat,
  ratId,
  sword,
  swordId
} from "../fixtures/Saltmere.ts"

const square = at("gallows-square")
const sides = { character: annId, name: "Ann", mob: ratId, mobName: "a marsh rat", room: square }
const attack = (by: "character" | "mob") =>
  Attack.make({ by, character: annId, mob: ratId, room: square })
const began = (by: "character" | "mob", more: object = {}) =>
  FightBegan.make({
    fight: 1000,
    by,
    ...sides,
    characterTurns: true,
    mobTurns: true,
    memory: { back: null, grudge: by === "character" ? annId : null },
    ...more
  })
const round = (fight: number) => AttackRound.make({ fight, character: annId, mob: ratId })
const again = (fight: number) =>
  AttackRound.make({ fight, character: annId, mob: ratId }, { every: 2_000 })
const fighting = { fighting: 201, fight: 7 }
const fought = { fighting: annId, fight: 7 }
const me: Party = { kind: "character", id: annId, name: "Ann" }
/** As bare hands and teeth do it. */
const plain = { absorbed: 0, shielded: 0, critical: false, type: "crush" } as const
const it_: Party = { kind: "mob", id: ratId, name: "a marsh rat" }

/** The first seed whose dice do this. */
const seedWhere = (does: (dice: Dice.Dice) => boolean): number => {
  let seed = 1
  while (!does(Dice.fromSeed(seed))) seed++
  return seed
}
/** A rat, as the content has it: it neither steps aside nor wears anything. */
const still: Combat.Guard = { dodge: 0, armour: 0, resists: {} }
const aRat: Combat.Striker = { hit: 55, low: 1, high: 2, critical: 0, type: "crush", level: 1 }
/** The damage of a plain blow; 0 of a miss. Of what is not plain, what nobody asks for. */
const harm = (struck: Combat.Struck): number =>
  struck.how === "hit" ? struck.damage : struck.how === "missed" ? 0 : -1
const rounds = (mine: number, its: number) =>
  seedWhere(
    (dice) =>
      harm(Combat.blow(Combat.character(0, Combat.fists), still, dice)) === mine &&
      harm(Combat.blow(aRat, Combat.guard(0, 0), dice)) === its
  )
/** Ann hits for 4, the rat for 2; and both miss. */
const [hits, misses] = [rounds(4, 2), rounds(0, 0)]

describe("Attack", () => {
  it("begins a fight, with its first round now", () =>
    given(ann("gallows-square"), rat("gallows-square"))
      .when(attack("character"))
      .then(began("character"))
      .next(round(1000))
      .leaves(
        ann("gallows-square", { fighting: 201, fight: 1000 }),
        rat("gallows-square", { fighting: annId, fight: 1000 }, { back: null, grudge: annId })
      ))
  it("may come from a mob", () =>
    given(ann("gallows-square"), rat("gallows-square"))
      .when(attack("mob"))
      .then(began("mob"))
      .next(round(1000)))
  it("of one who strikes back joins the attacker's fight: no second chain of rounds", () =>
    given(ann("gallows-square"), rat("gallows-square", fought))
      .when(attack("character"))
      .then(began("character", { fight: 7, mobTurns: false }))
      .next()
      .leaves(ann("gallows-square", fighting)))
  it("on one who fights another is a fight of its own", () =>
    given(
      ann("gallows-square"),
      bob("gallows-square", fighting),
      rat("gallows-square", { fighting: bobId, fight: 7 })
    )
      .when(attack("character"))
      .then(began("character", { mobTurns: false }))
      .next(round(1000)))
  it("is refused", () => {
    given(ann("gallows-square", fighting), rat("gallows-square"))
      .when(attack("character"))
      .fails(new Fighting())
    given(ann("mudflat"), rat("gallows-square")).when(attack("character")).fails(new Elsewhere())
    given(ann("gallows-square"), rat("mudflat"))
      .when(attack("character"))
      .fails(new NotHere({ what: "a marsh rat" }))
  })
  it("spares who is not inside", () =>
    given(ann("gallows-square", { inside: false }), rat("gallows-square"))
      .when(attack("mob"))
      .fails(new NotHere({ what: "Ann" })))
})

describe("AttackRound", () => {
  const both = [ann("gallows-square", fighting), rat("gallows-square", fought)] as const
  it("is struck by both sides, by the dice of its seed", () => {
    given(...both)
      .when(round(7), { seed: hits })
      .then(
        DamageDealt.make({
          attacker: me,
          target: it_,
          room: square,
          amount: 4,
          left: 6,
          at: now,
          ...plain
        }),
        DamageDealt.make({
          attacker: it_,
          target: me,
          room: square,
          amount: 2,
          left: 23,
          at: now,
          ...plain
        })
      )
      .next(again(7))
      .leaves(
        ann("gallows-square", { ...fighting, hp: 23 }),
        rat("gallows-square", { ...fought, hp: 6 })
      )
  })
  it("may miss", () =>
    given(...both)
      .when(round(7), { seed: misses })
      .then(
        AttackMissed.make({ attacker: me, target: it_, room: square, dodged: false }),
        AttackMissed.make({ attacker: it_, target: me, room: square, dodged: false })
      )
      .next(again(7)))
  it("of a fight that is over does nothing, and is the last", () => {
    given(...both)
      .when(round(6))
      .then()
      .next()
    given(ann("gallows-square")).when(round(7)).then().next()
    given(ann("gallows-square"), rat("gallows-square")).when(round(7)).then().next()
  })
  it("turns who is struck and fights nobody", () => {
    const turned = (who: "character" | "mob") => FightTurned.make({ fight: 7, who, ...sides })
    const missed = [
      AttackMissed.make({ attacker: me, target: it_, room: square, dodged: false }),
      AttackMissed.make({ attacker: it_, target: me, room: square, dodged: false })
    ]
    given(ann("gallows-square", fighting), rat("gallows-square"))
      .when(round(7), { seed: misses })
      .then(turned("mob"), ...missed)
      .leaves(...both)
    given(ann("gallows-square"), rat("gallows-square", fought))
      .when(round(7), { seed: misses })
      .then(turned("character"), ...missed)
      .leaves(...both)
  })
  it("strikes harder with a weapon in hand", () =>
    given(
      ann("gallows-square", { ...fighting, wielding: swordId }),
      both[1],
      sword("character", annId)
    )
      .when(round(7), { seed: hits })
      .then(
        DamageDealt.make({
          attacker: me,
          target: it_,
          room: square,
          amount: 7,
          left: 3,
          at: now,
          ...plain,
          type: "cut"
        }),
        DamageDealt.make({
          attacker: it_,
          target: me,
          room: square,
          amount: 2,
          left: 23,
          at: now,
          ...plain
        })
      ))

  it("may be stepped aside from, or hit the better", () => {
    const seed = seedWhere(
      (dice) =>
        Combat.blow(Combat.character(0, Combat.fists), still, dice).how === "critical" &&
        Combat.blow(aRat, Combat.guard(0, 0), dice).how === "dodged"
    )
    const struck = Combat.blow(Combat.character(0, Combat.fists), still, Dice.fromSeed(seed))
    const amount = struck.how === "critical" ? struck.damage : 0
    given(both[0], rat("gallows-square", { ...fought, hp: 10 }))
      .when(round(7), { seed })
      .then(
        DamageDealt.make({
          attacker: me,
          target: it_,
          room: square,
          amount,
          left: 10 - amount,
          at: now,
          ...plain,
          critical: true
        }),
        AttackMissed.make({ attacker: it_, target: me, room: square, dodged: true })
      )
  })

  const corpse = (of: string, gold: number) =>
    item(1000, "corpse", "room", square, {
      gold,
      rolled: { name: `the corpse of ${of}`, damage: 0 }
    })
  it("kills a mob: its corpse holds what it had, and all who fought it are free", () =>
    given(
      ann("gallows-square", fighting),
      bob("gallows-square", { fighting: 201, fight: 8 }),
      rat("gallows-square", { ...fought, hp: 1 }),
      item(310, "pelt", "mob", ratId)
    )
      .when(round(7), { seed: hits })
      .then(
        DamageDealt.make({
          attacker: me,
          target: it_,
          room: square,
          amount: 4,
          left: 0,
          at: now,
          ...plain
        }),
        MobDied.make({
          mob: ratId,
          mobName: "a marsh rat",
          room: square,
          killer: annId,
          killerName: "Ann",
          exp: 8,
          corpse: corpse("a marsh rat", 3).row,
          items: [Item.Id.make(310)],
          freed: [annId, bobId]
        })
      )
      .next(Decay.make({ corpse: Item.Id.make(1000) }, { after: 120_000 }))
      .gone(Mob.ref(ratId))
      .leaves(
        ann("gallows-square", { exp: 8 }),
        bob("gallows-square"),
        corpse("a marsh rat", 3),
        item(310, "pelt", "item", 1000)
      ))
  it("tells of a mob's death where it falls, and to its killer wherever that one is", () => {
    const died = {
      mob: ratId,
      mobName: "a marsh rat",
      room: square,
      killer: annId,
      killerName: "Ann"
    }
    const rest = { exp: 8, corpse: corpse("a marsh rat", 3).row, items: [], freed: [] }
    assert.deepStrictEqual(MobDied.heardBy(MobDied.make({ ...died, ...rest })), [
      `room:${square}`,
      `character:${annId}`
    ])
  })
  it("kills a character: it wakes at home without a fifth of its gold, its foes are free", () =>
    given(
      ann("gallows-square", { ...fighting, hp: 1 }),
      rat("gallows-square", fought),
      mob(202, "fog-hound", "gallows-square", { fighting: annId, fight: 9 })
    )
      .when(round(7), { seed: hits })
      .then(
        DamageDealt.make({
          attacker: me,
          target: it_,
          room: square,
          amount: 4,
          left: 6,
          at: now,
          ...plain
        }),
        DamageDealt.make({
          attacker: it_,
          target: me,
          room: square,
          amount: 2,
          left: 0,
          at: now,
          ...plain
        }),
        CharacterDied.make({
          character: annId,
          name: "Ann",
          killerName: "a marsh rat",
          room: square,
          home: at("tide-quay"),
          hp: 25,
          at: now,
          corpse: corpse("Ann", 4).row,
          freed: [ratId, Mob.Id.make(202)]
        })
      )
      .next(Decay.make({ corpse: Item.Id.make(1000) }, { after: 120_000 }))
      .leaves(
        ann("tide-quay", { gold: 16 }),
        rat("gallows-square", { hp: 6 }),
        mob(202, "fog-hound", "gallows-square"),
        corpse("Ann", 4)
      ))
  it("leaves no corpse of who had nothing, and frees a mob that has only just turned", () =>
    given(ann("gallows-square", { ...fighting, hp: 1, gold: 4 }), rat("gallows-square"))
      .when(round(7), { seed: hits })
      .then(
        FightTurned.make({ fight: 7, who: "mob", ...sides }),
        DamageDealt.make({
          attacker: me,
          target: it_,
          room: square,
          amount: 4,
          left: 6,
          at: now,
          ...plain
        }),
        DamageDealt.make({
          attacker: it_,
          target: me,
          room: square,
          amount: 2,
          left: 0,
          at: now,
          ...plain
        }),
        CharacterDied.make({
          character: annId,
          name: "Ann",
          killerName: "a marsh rat",
          room: square,
          home: at("tide-quay"),
          hp: 25,
          at: now,
          corpse: null,
          freed: [ratId]
        })
      )
      .next()
      .leaves(ann("tide-quay", { gold: 4 }), rat("gallows-square", { hp: 6 })))
})

/** How each type of Action is made to happen. */
import { PgClient } from "@effect/sql-pg"
import { Effect } from "effect"
import type { Place } from "./Ground.ts"
import { fighting, inside, queued } from "./Scenario.ts"
import type { Scenario } from "./Scenario.ts"
import type { Hero, Stage } from "./Stage.ts"

interface More {
  readonly place?: Place
  readonly before?: ReadonlyArray<string>
}

/** Somebody types something. */
const typed = (
  name: string,
  line: string,
  { before = [], place = "yard" }: More = {}
): Scenario => ({
  name,
  place,
  begins: "released",
  play: (stage) => Effect.map(inside(...before)(stage), (hero) => () => hero.does(line))
})

/** Somebody is there when its time comes. */
const timed = (name: string, { before = [], place = "yard" }: More = {}): Scenario => ({
  name,
  place,
  begins: "released",
  play: (stage) => Effect.as(inside(...before)(stage), () => stage.another(place, name))
})

/** Two who stand together; what the first one does names the second. */
const together = (
  name: string,
  line: (other: string) => string,
  before: ReadonlyArray<string> = []
): Scenario => ({
  name,
  place: "yard",
  begins: "released",
  play: (stage) =>
    Effect.gen(function* () {
      const hero = yield* inside(...before)(stage)
      const other = yield* stage.hero
      return () => hero.does(line(other.name))
    })
})

/** Two of whom the second follows the first, and is in its group; then one of them does something. */
const grouped = (
  name: string,
  by: "leader" | "member",
  line: (other: string) => string,
  joined = true
): Scenario => ({
  name,
  place: "yard",
  begins: "released",
  play: (stage) =>
    Effect.gen(function* () {
      const leader = yield* stage.hero
      const member = yield* stage.hero
      yield* member.does(`follow ${leader.name}`)
      if (joined) yield* leader.does(`group ${member.name}`)
      const [who, other] = by === "leader" ? [leader, member] : [member, leader]
      return () => who.does(line(other.name))
    })
})

/** Through the portal, which leads to an instance that nobody has woken. */
const through = (name: string, released: Place): Scenario => ({
  name,
  place: "yard",
  begins: "released",
  released,
  play: (stage) =>
    Effect.gen(function* () {
      yield* stage.found("far")
      const hero = yield* inside("get lantern")(stage)
      return () => Effect.andThen(hero.does("enter arch"), stage.some("far", "Admit"))
    })
})

/** Strikes until there is nothing to strike. */
const slay = (hero: Hero, stage: Stage, place: Place, what: string) =>
  Effect.andThen(hero.does("n", `kill ${what}`), died(stage, place))

const died = (stage: Stage, place: Place) =>
  Effect.gen(function* () {
    while (true) {
      const rows = yield* stage.lane.sql(
        Effect.flatMap(
          PgClient.PgClient,
          (sql) =>
            sql`SELECT 1 FROM wr2.event_log WHERE instance_id = ${stage.instance(place)} AND event_type = 'MobDied'`
        )
      )
      if (rows.length > 0) return
      yield* Effect.sleep(20)
    }
  })

/** Into a cave of one's own and out of it, until nothing is left of it there. */
const delving = (name: string): Scenario => ({
  name,
  place: "hollow",
  begins: "released",
  play: (stage) =>
    Effect.map(
      inside()(stage),
      (hero) => () =>
        Effect.andThen(hero.does("enter arch", "enter arch"), stage.some("hollow", "ClosePassage"))
    )
})

/** Something is put up for auction, nobody bids, and its seller has it again. */
const auctioned = (name: string): Scenario => ({
  name,
  place: "stalls",
  begins: "released",
  play: (stage) =>
    Effect.map(
      inside("buy candle")(stage),
      (hero) => () =>
        Effect.andThen(hero.does("auction candle for 1"), stage.some("stalls", "Claim"))
    )
})

/** One for each type of Action: a test sees that none is missing. */
export const actions: ReadonlyArray<Scenario> = [
  through("Admit", "far"),
  typed("Appraise", "value knife", { before: ["get knife"] }),
  // What is brought is gone, and what comes of it comes once.
  typed("Ask", "ask keeper", { before: ["buy candle", "ask keeper"] }),
  typed("Attack", "kill sheep", { before: ["n"] }),
  timed("AttackRound", { before: fighting }),
  typed("Become", "become hero"),
  {
    name: "Bid",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* inside("get knife", "auction knife for 1")(stage)
        const bidder = yield* stage.hero
        return () => bidder.does("bid 2 on knife")
      })
  },
  typed("Buy", "buy candle"),
  auctioned("Claim"),
  auctioned("CloseLot"),
  delving("ClosePassage"),
  {
    name: "Create",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* stage.hero
        const player = yield* stage.account
        const name = stage.name()
        return () => Effect.flatMap(stage.create(player, name), ({ enter }) => enter)
      })
  },
  {
    name: "Decay",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* slay(yield* stage.hero, stage, "yard", "lamb")
        return () => stage.another("yard", "Decay")
      })
  },
  delving("Delve"),
  through("Depart", "yard"),
  typed("Consider", "consider sheep", { before: ["n"] }),
  typed("DropGold", "drop 3 gold"),
  typed("DropItem", "drop lantern", { before: ["get lantern"] }),
  {
    name: "Enter",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.map(
        Effect.flatMap(stage.account, (player) => stage.create(player, stage.name())),
        ({ enter }) =>
          () =>
            enter
      )
  },
  typed("Emote", "emote waits"),
  typed("Equipment", "equipment"),
  typed("Examine", "look knife"),
  typed("Exits", "exits"),
  typed("Flee", "flee", { before: fighting }),
  together("Follow", (other) => `follow ${other}`),
  {
    name: "FleeMob",
    place: "flights",
    begins: "released",
    play: (stage) =>
      Effect.map(
        inside("n")(stage),
        (hero) => () => stage.until("flights", "FleeMob", hero.does("kill hare"))
      )
  },
  timed("ForgetGreeting", { before: ["open east", "e"] }),
  typed("GetGold", "get gold from chest"),
  typed("GetItem", "get knife"),
  together("GiveGold", (other) => `give 2 gold to ${other}`),
  together("GiveItem", (other) => `give knife to ${other}`, ["get knife"]),
  typed("GreetCharacter", "e", { before: ["open east"] }),
  {
    // For a blow that counts each time: where one has been counts only once in any case.
    name: "GrantAchievement",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        const hero = yield* stage.hero
        yield* stage.some("yard", "GrantAchievement")
        yield* stage.until("yard", "GrantAchievement", hero.does("n"))
        return () => stage.until("yard", "GrantAchievement", hero.does("kill lamb"))
      })
  },
  typed("Help", "help"),
  typed("Inventory", "inventory"),
  grouped("JoinGroup", "leader", (other) => `group ${other}`, false),
  {
    name: "KeepFeats",
    place: "yard",
    begins: "released",
    released: "far",
    play: (stage) =>
      Effect.gen(function* () {
        yield* stage.found("far")
        const hero = yield* stage.hero
        yield* stage.until("yard", "GrantAchievement", hero.does("n", "s"))
        return () =>
          Effect.andThen(
            stage.until("far", "KeepFeats", hero.does("enter arch")),
            stage.some("far", "Admit")
          )
      })
  },
  {
    name: "Leave",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* stage.hero
        const hero = yield* stage.hero
        return () => {
          hero.gone = true
          // Whoever was cut off meanwhile is not inside any more, and need not leave.
          return Effect.ignore(hero.client.leave)
        }
      })
  },
  typed("LockDoor", "unlock down", { before: ["get pin"] }),
  grouped("LeaveGroup", "member", () => "ungroup"),
  timed("Linger", { before: ["become hero", "bless"] }),
  delving("LeaveCopy"),
  typed("ListGoods", "list"),
  typed("ListLots", "auctions"),
  typed("ListQuests", "quests"),
  typed("Look", "look"),
  typed("LookDetail", "look post"),
  typed("Move", "n"),
  timed("MoveMob", { place: "walks" }),
  {
    name: "PassDeedOn",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* stage.found("far")
        yield* stage.hero
        const hero = yield* stage.hero
        yield* stage.until("far", "Admit", hero.does("enter arch"))
        const deed = JSON.stringify({
          character: hero.character,
          deed: { did: "killed", room: null, mob: null }
        })
        yield* stage.lane.sql(queued(stage.instance("yard"), "GrantAchievement", deed))
        return () => stage.some("yard", "PassDeedOn")
      })
  },
  auctioned("OpenLot"),
  timed("PassHour", { place: "skies" }),
  typed("PutItem", "put knife in chest", { before: ["get knife"] }),
  {
    name: "Refill",
    place: "gleanings",
    begins: "released",
    play: (stage) =>
      Effect.map(stage.hero, (hero) => () => {
        // It is noticed, waited for, and there again.
        const counted = stage.another("gleanings", "Refill")
        return hero.does("get crust").pipe(Effect.andThen(Effect.repeat(counted, { times: 2 })))
      })
  },
  timed("Restock", { place: "stalls" }),
  timed("RunScript", { place: "plays" }),
  typed("Say", "say what is to be said", { place: "far" }),
  typed("Score", "score"),
  typed("SetAlias", "alias hello look"),
  typed("Sell", "sell knife", { before: ["get knife"] }),
  typed("SetDoor", "open east"),
  typed("ShowArchetypes", "become"),
  grouped("ShowGroup", "member", () => "group"),
  grouped("ShowRoom", "leader", () => "n"),
  typed("ShowSkills", "skills"),
  typed("ShowAliases", "alias"),
  timed("Spawn", { place: "births" }),
  {
    name: "SpawnMobs",
    place: "births",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* slay(yield* stage.hero, stage, "births", "calf")
        return () => stage.another("births", "SpawnMobs")
      })
  },
  typed("TakeOff", "remove cap", { before: ["get cap", "wear cap"] }),
  timed("Summon", { place: "plays" }),
  typed("SwingDoor", "say sesame", { place: "plays" }),
  together("Tell", (other) => `tell ${other} what is to be told`),
  typed("TakeStance", "rest"),
  delving("TearDown"),
  grouped("TellGroup", "member", () => "gtell over here"),
  typed("TellTime", "time"),
  typed("TellWeather", "weather"),
  timed("Think", { place: "thoughts" }),
  grouped("Unfollow", "member", () => "unfollow", false),
  typed("UseSkill", "smite lamb", { before: ["become hero", "n"] }),
  typed("UseItem", "eat crust", { before: ["get crust"] }),
  typed("Wear", "wear cap", { before: ["get cap"] }),
  typed("Where", "where"),
  timed("TriggerTimer", { place: "plays" }),
  timed("TurnSky", { place: "skies" }),
  typed("Who", "who"),
  typed("Wield", "wield knife", { before: ["get knife"] }),
  typed("Yell", "yell what is to be heard")
]

/**
 * Gold and items by a table of the judge's own: which Events make or destroy how much of them. Not the
 * game's, by which `wr2 audit` counts: what is forgotten there is missed here, and the other way round.
 */
import type { Evidence, Instance, Row, Rule } from "./History.ts"

/** An amount of gold, and a number of items. */
interface Holdings {
  readonly gold: number
  readonly items: number
}

interface Purse {
  readonly gold: number
}

const nothing: Holdings = { gold: 0, items: 0 }
const goldIn = (purses: ReadonlyArray<Purse>): number =>
  purses.reduce((sum, { gold }) => sum + gold, 0)
const things = (count: number): Holdings => ({ gold: 0, items: count })
const sum = (all: ReadonlyArray<Holdings>): Holdings => ({
  gold: goldIn(all),
  items: all.reduce((total, { items }) => total + items, 0)
})

/** What Events say of themselves, as far as it matters here. */
interface Payload {
  readonly character: Purse
  readonly items: ReadonlyArray<Purse>
  readonly mobs: ReadonlyArray<Purse>
  readonly mob: Purse
  readonly made: ReadonlyArray<Purse>
  readonly gone: ReadonlyArray<number>
  readonly goneGold: number
  readonly brought: ReadonlyArray<number>
  readonly broughtGold: number
  readonly purse: number
  readonly corpse: Purse | null
  readonly gold: number
  readonly pile: boolean
  readonly spent: boolean
}

/** Every Event that makes or destroys something; all others only hand on what there is. */
const makers: Readonly<Record<string, (event: Payload) => Holdings>> = {
  CharacterCreated: ({ character }) => ({ gold: character.gold, items: 0 }),
  MobsSpawned: ({ items, mobs }) => ({ gold: goldIn(mobs) + goldIn(items), items: items.length }),
  ItemsAppeared: ({ items }) => ({ gold: goldIn(items), items: items.length }),
  MobSummoned: ({ items, mob }) => ({ gold: mob.gold + goldIn(items), items: items.length }),
  InstanceReshaped: ({ items }) => ({ gold: goldIn(items), items: items.length }),
  // What was brought is gone, what was promised is made.
  QuestDone: ({ brought, broughtGold, gold, made }) => ({
    gold: gold + goldIn(made) - broughtGold,
    items: made.length - brought.length
  }),
  // A keeper's goods come and go, and its purse is filled.
  ShopRestocked: ({ gone, goneGold, made, purse }) => ({
    gold: goldIn(made) - goneGold + purse,
    items: made.length - gone.length
  }),
  // A copy goes with all that was in it.
  CopyTornDown: ({ gold, items }) => ({ gold: -gold, items: -items.length }),
  ItemMade: ({ items }) => ({ gold: goldIn(items), items: items.length }),
  // A corpse is new, and a heap of coins; the gold in them was somebody's.
  MobDied: () => things(1),
  CharacterDied: ({ corpse }) => things(corpse === null ? 0 : 1),
  GoldDropped: () => things(1),
  GoldTaken: ({ pile }) => things(pile ? -1 : 0),
  // What is eaten is gone; what is used need not be.
  ItemUsed: ({ spent }) => things(spent ? -1 : 0),
  CorpseDecayed: ({ gold, items }) => ({ gold: -gold, items: -1 - items.length })
}

/** A lot of an auction, as far as gold lies in it. */
interface Bids {
  readonly open: boolean
  readonly bid: number
  readonly owed: ReadonlyArray<Purse>
}
const inLot = ({ bid, open, owed }: Bids): number => goldIn(owed) + (open ? bid : 0)

const purses = new Set(["Character", "Mob"])

const held = (rows: ReadonlyArray<Row>): Holdings =>
  sum(
    rows.map(({ aggregate, row }) => {
      if (aggregate === "Lot") return { gold: inLot(row as unknown as Bids), items: 0 }
      if (aggregate !== "Item" && !purses.has(aggregate)) return nothing
      const { gold } = row as unknown as Purse
      return { gold, items: aggregate === "Item" ? 1 : 0 }
    })
  )

/** Somebody under way, with all that is carried. */
export interface Parcel {
  readonly character: { readonly id: number; readonly gold: number }
  readonly items: ReadonlyArray<{ readonly id: number; readonly gold: number }>
}

/** What is in messages that their target has not taken in. */
export const inTransit = (instances: ReadonlyArray<Instance>): ReadonlyArray<Parcel> =>
  instances.flatMap(({ id, outbox }) =>
    outbox
      .filter(({ n, target }) => {
        const there = instances.find((instance) => instance.id === target)
        return n > (there?.cursors.get(`instance:${id}`) ?? 0)
      })
      .map(({ command }) => command as Partial<Parcel>)
      // Not every message carries somebody.
      .filter((command): command is Parcel => command.items !== undefined)
  )

/** Gold and items are what Events say was made, over all instances and all that is under way. */
export const conserved: Rule = ({ instances }: Evidence) => {
  const there = sum([
    ...instances.map(({ rows }) => held(rows)),
    ...inTransit(instances).map(({ character, items }) => ({
      gold: character.gold + goldIn(items),
      items: items.length
    }))
  ])
  const due = sum(
    instances.flatMap(({ birth, events }) => [
      held(birth),
      ...events.map(({ payload, type }) => makers[type]?.(payload as unknown as Payload) ?? nothing)
    ])
  )
  return (["gold", "items"] as const)
    .filter((what) => there[what] !== due[what])
    .map((what) => `there are ${there[what]} ${what}, and ought to be ${due[what]}`)
}

/** A map of where one has been: drawn from what is seen and walked, known to nobody but this terminal. */

/** Ways that a map can show. */
const steps: Readonly<Record<string, readonly [x: number, y: number, z: number]>> = {
  north: [0, -1, 0],
  south: [0, 1, 0],
  east: [1, 0, 0],
  west: [-1, 0, 0],
  up: [0, 0, 1],
  down: [0, 0, -1]
}

interface Place {
  readonly at: readonly [x: number, y: number, z: number]
  readonly ways: ReadonlyArray<string>
}

export interface Map {
  /** By room. */
  readonly places: ReadonlyMap<number, Place>
  readonly here: number | null
}

/** Nothing is known yet. */
export const blank: Map = { places: new globalThis.Map(), here: null }

const put = (map: Map, room: number, place: Place): Map => ({
  places: new globalThis.Map(map.places).set(room, place),
  here: room
})

/** A room is seen from inside. Where nothing leads there that is known, the map begins anew. */
export const sees = (map: Map, room: number, ways: ReadonlyArray<string>): Map => {
  const known = map.places.get(room)
  return known === undefined
    ? put(blank, room, { at: [0, 0, 0], ways })
    : put(map, room, { ...known, ways })
}

/** One has walked from room to room. */
export const walks = (map: Map, from: number, to: number, direction: string): Map => {
  const before = map.places.get(from)
  const step = steps[direction]
  if (map.places.has(to)) return { ...map, here: to }
  if (before === undefined || step === undefined) return put(blank, to, { at: [0, 0, 0], ways: [] })
  const [x, y, z] = before.at
  return put(map, to, { at: [x + step[0], y + step[1], z + step[2]], ways: [] })
}

const inside = (isHere: boolean, ways: ReadonlyArray<string>): string => {
  if (isHere) return "*"
  const [up, down] = [ways.includes("up"), ways.includes("down")]
  return up && down ? "%" : up ? "^" : down ? "v" : " "
}

/** The floor that one is on, so many rooms each way; `*` is here, `^` and `v` lead up and down. */
export const draw = (map: Map, reach = { x: 5, y: 3 }): ReadonlyArray<string> => {
  const here = map.here === null ? undefined : map.places.get(map.here)
  if (here === undefined) return []
  const [cx, cy, cz] = here.at
  const width = reach.x * 8 + 3
  const rows = Array.from({ length: reach.y * 4 + 1 }, () => Array<string>(width).fill(" "))
  const set = (x: number, y: number, text: string) => {
    for (const [i, char] of [...text].entries())
      if (rows[y]?.[x + i] !== undefined) rows[y]![x + i] = char
  }
  for (const [room, { at, ways }] of map.places) {
    const [x, y, z] = at
    if (z !== cz || Math.abs(x - cx) > reach.x || Math.abs(y - cy) > reach.y) continue
    const [left, top] = [(x - cx + reach.x) * 4, (y - cy + reach.y) * 2]
    set(left, top, `[${inside(room === map.here, ways)}]`)
    if (ways.includes("east")) set(left + 3, top, "-")
    if (ways.includes("west")) set(left - 1, top, "-")
    if (ways.includes("south")) set(left + 1, top + 1, "|")
    if (ways.includes("north")) set(left + 1, top - 1, "|")
  }
  const lines = rows.map((row) => row.join("").trimEnd())
  const margin = Math.min(...lines.filter((line) => line !== "").map((line) => line.search(/\S/)))
  const from = lines.findIndex((line) => line !== "")
  const until = lines.findLastIndex((line) => line !== "")
  return lines.slice(from, until + 1).map((line) => line.slice(margin))
}

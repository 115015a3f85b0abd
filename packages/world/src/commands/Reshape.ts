/** What an instance asks for that looks whether it is as the world is authored now. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Reshape } from "../actions/Reshape.ts"
import { Character } from "../aggregates/Character.ts"
import { Instance } from "../aggregates/Instance.ts"
import { Room } from "../aggregates/Room.ts"
import { World } from "../content/World.ts"
import { AsAuthored } from "../Failures.ts"
import * as Shape from "../Shape.ts"

/** Plans Reshape, if something is missing or somebody stands where nothing is any more. */
export const reshape = Command.define("reshape", {
  fields: { instance: Instance.Id },
  rejects: [AsAuthored],
  from: ["system"],
  plan: ({ instance }, { content, projection }) => {
    const row = projection.get(Instance, instance)
    if (row === undefined) return Result.fail(new AsAuthored())
    const authored = content(World)
    const rooms = Shape.rooms(authored, row.place)
      .map(([slug]) => slug)
      .filter((slug) => projection.by(Room, "template", slug).length === 0)
    const wanted = Shape.spawners(authored, row.place).map(([slug]) => slug)
    const spawns =
      wanted.length === row.spawners.length && wanted.every((slug) => row.spawners.includes(slug))
    const gone = projection.all(Room).filter(({ template }) => !Shape.has(authored, template))
    const strays = gone.flatMap(({ id }) => projection.by(Character, "here", id))
    const start = projection.by(Room, "template", authored.places[row.place]?.start ?? "")[0]
    const wakes = start === undefined || start.id === row.start
    return wakes && spawns && rooms.length === 0 && strays.length === 0
      ? Result.fail(new AsAuthored())
      : Result.succeed([Reshape.make({ instance, rooms, strays: strays.map(({ id }) => id) })])
  }
})

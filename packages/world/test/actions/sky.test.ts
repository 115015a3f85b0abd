import { assert, describe, it } from "@effect/vitest"
import { Dice } from "@wr2/core"
import { PassHour } from "../../src/actions/PassHour.ts"
import { TellTime } from "../../src/actions/TellTime.ts"
import { TellWeather } from "../../src/actions/TellWeather.ts"
import { TurnSky } from "../../src/actions/TurnSky.ts"
import { Instance } from "../../src/aggregates/Instance.ts"
import { Sky } from "../../src/aggregates/Sky.ts"
import { SkyTurned } from "../../src/events/SkyTurned.ts"
import { TimeTold } from "../../src/events/TimeTold.ts"
import { WeatherTold } from "../../src/events/WeatherTold.ts"
import * as Hours from "../../src/Hours.ts"
import * as System from "../../src/System.ts"
import * as Views from "../../src/views/Views.ts"
import * as Weather from "../../src/Weather.ts"
import { ann, annId, at, given } from "../fixtures/Saltmere.ts"

const day = 1_200
const hour = Hours.millis(day)
const id = Sky.Id.make(1)
const sky = (part: Hours.Part, weather: Weather.Weather = "clear") => Sky.row({ id, part, weather })
const rooms = [at("tide-quay"), at("mudflat")]
const turn = TurnSky.make({ instance: Instance.Id.make(1), rooms })
/** A seed with which the weather stays, and one with which it does not. */
const seedOf = (changes: boolean) =>
  Array.from({ length: 100 }, (_, seed) => seed).find(
    (seed) => (Weather.next("clear", Dice.fromSeed(seed)) !== "clear") === changes
  )!
const still = seedOf(false)

describe("the hours", () => {
  it("follow from the time, around the clock", () => {
    assert.deepStrictEqual(
      [0, 1, 4, 5, 7, 8, 17, 18, 20, 21, 23, 24].map((n) => Hours.part(Hours.at(n * hour, day))),
      ["night", "night", "night", "dawn", "dawn", "day", "day", "dusk", "dusk", "night"].concat([
        "night",
        "night"
      ]) as ReadonlyArray<Hours.Part>
    )
    assert.strictEqual(Hours.at(24 * hour - 1, day), 23)
    assert.strictEqual(hour, 50_000)
  })
})

describe("the weather", () => {
  it("comes to all that there is, and from clear sky never to rain at once", () => {
    const dice = Dice.fromSeed(3)
    const seen = new Set<string>()
    let now: Weather.Weather = "clear"
    for (let i = 0; i < 500; i++) {
      const next = Weather.next(now, dice)
      if (now === "clear") assert.notInclude(["rain", "storm"], next)
      seen.add(next)
      now = next
    }
    assert.strictEqual(seen.size, Weather.Weather.literals.length)
  })
})

describe("TurnSky", () => {
  const dawns = SkyTurned.make({
    sky: sky("dawn").row,
    first: false,
    part: "dawn",
    weather: null,
    rooms
  })
  it("tells those outdoors when the day goes on, and once", () => {
    given(sky("night"))
      .when(turn, { now: 5 * hour, seed: still })
      .then(dawns)
      .next()
      .leaves(sky("dawn"))
      .and(turn, { now: 6 * hour, seed: still })
      .then()
      .next()
    assert.deepStrictEqual(SkyTurned.heardBy(dawns), [`room:${rooms[0]}`, `room:${rooms[1]}`])
    assert.deepStrictEqual(Views.event(dawns, { character: 1, room: rooms[0]! }), [
      "A grey line in the east: it dawns."
    ])
  })
  it("changes the weather", () => {
    const seed = seedOf(true)
    const weather = Weather.next("clear", Dice.fromSeed(seed))
    given(sky("day"))
      .when(turn, { now: 10 * hour, seed })
      .then(
        SkyTurned.make({ sky: sky("day", weather).row, first: false, part: null, weather, rooms })
      )
      .leaves(sky("day", weather))
  })
  it("makes a sky where there is none", () => {
    given()
      .when(turn, { now: 10 * hour, seed: still })
      .then(
        SkyTurned.make({ sky: sky("day").row, first: true, part: "day", weather: "clear", rooms })
      )
      .leaves(sky("day"))
  })
})

describe("PassHour", () => {
  const pass = PassHour.make({ instance: Instance.Id.make(1) })
  const command = { _tag: "turn sky", instance: 1 } as never
  it("comes again, and asks for the sky of those who are outdoors by then", () => {
    given()
      .when(pass)
      .then()
      .next({ ...pass, every: hour })
      .issues({ actor: System.actor, command })
    given()
      .says(System.actor, command)
      .plans(TurnSky.make({ instance: Instance.Id.make(1), rooms: [at("mudflat")] }))
    assert.isFalse(PassHour.options.wakes)
  })
})

describe("time and weather", () => {
  it("are asked for", () => {
    given(ann("tide-quay"))
      .says(ann("tide-quay"), "time")
      .plans(TellTime.make({ character: annId }))
    given(ann("tide-quay"))
      .says(ann("tide-quay"), "weather")
      .plans(TellWeather.make({ character: annId }))
  })
  it("are told; of the sky nothing indoors", () => {
    given(ann("tide-quay"))
      .when(TellTime.make({ character: annId }), { now: 13 * hour })
      .shows(TimeTold.make({ character: annId, hour: 13 }))
    given(ann("mudflat"), sky("day", "rain"))
      .when(TellWeather.make({ character: annId }))
      .shows(WeatherTold.make({ character: annId, sky: { part: "day", weather: "rain" } }))
    const indoors = WeatherTold.make({ character: annId, sky: null })
    given(ann("chandlery"))
      .when(TellWeather.make({ character: annId }))
      .shows(indoors)
    assert.deepStrictEqual(Views.event(indoors, { character: annId, room: null }), [
      "There is no sky to be seen from here."
    ])
  })
})

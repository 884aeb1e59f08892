/**
 * Which position a replica has to be past.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as Positions from "../../src/postgres/replicas/positions.ts"
import { askPrimary, positionText } from "../../src/postgres/replicas/recovery.ts"
import * as Effect from "effect/Effect"

const Answer = Schema.Struct({ moment: Schema.Natural, position: Schema.Natural })

describe("positions", () => {
  it("of writes are known from the first answer to what was asked after them", () => {
    const positions = Positions.make()
    assert.isUndefined(positions.ofWrites())
    positions.asking(0)(10n)
    assert.strictEqual(positions.ofWrites(), 10n)
    positions.asking(1)(11n)
    assert.strictEqual(positions.ofWrites(), 10n)
    const before = positions.asking(2)
    positions.raise()
    const first = positions.asking(3)
    positions.raise()
    const last = positions.asking(4)
    assert.isUndefined(positions.ofWrites())
    before(12n)
    assert.isUndefined(positions.ofWrites())
    last(14n)
    assert.strictEqual(positions.ofWrites(), 14n)
    first(13n)
    assert.strictEqual(positions.ofWrites(), 14n)
  })

  it("behind which there are no beats are behind since the first", () => {
    const positions = Positions.make()
    assert.strictEqual(positions.lag(5n), 0)
    positions.asking(1_000)(10n)
    positions.asking(2_000)(20n)
    positions.asking(3_000)(30n)
    assert.deepStrictEqual([5n, 10n, 19n, 20n, 30n, 99n].map(positions.lag), [2_000, 2_000, 2_000, 1_000, 0, 0])
  })

  it("are kept for ten minutes", () => {
    const positions = Positions.make()
    for (let second = 0; second < 1_000; second++) positions.asking(second * 1_000)(BigInt(second))
    assert.strictEqual(positions.of(0), 400n)
    assert.strictEqual(positions.of(500_500), 501n)
    assert.isUndefined(positions.of(999_001))
  })

  it.prop("have all behind them that was committed before a moment", {
    answers: Schema.Array(Answer),
    at: Schema.Natural
  }, ({ answers, at }) => {
    const positions = Positions.make()
    const log = answers.toSorted((one, other) => one.moment - other.moment)
    let position = 0n
    for (const { moment, position: step } of log) {
      position += BigInt(step)
      positions.asking(moment)(position)
    }
    const needed = positions.of(at)
    const total = (end: (moment: number) => boolean) =>
      log.reduce((sum, { moment, position: step }) => end(moment) ? sum + BigInt(step) : sum, 0n)
    if (needed !== undefined) {
      assert.isTrue(needed >= total((moment) => moment < at))
    }
  })
})

const server = (...row: ReadonlyArray<string>) => ({ queryValues: () => Effect.succeed([row]) })

describe("places", () => {
  it.effect.each(
    [
      ["0/0", 0n],
      ["16/B374D848", 0x16_b374_d848n],
      // no record begins in the header of a page, which the primary already counts
      ["0/4000028", 0x400_0000n],
      ["0/4002018", 0x400_2000n],
      ["0/4002028", 0x400_2028n],
      ["0/4000018", 0x400_0000n]
    ] as const
  )("at %s", ([text, position]) =>
    Effect.gen(function*() {
      const place = yield* askPrimary(server("no", text, "log", "8192", "16777216"))
      assert.deepStrictEqual(place, { follows: false, position, log: "log" })
    }))

  it("are told as PostgreSQL tells them", () => {
    assert.strictEqual(positionText(0x16_b374_d848n), "16/B374D848")
    assert.strictEqual(positionText(0n), "0/0")
  })
})

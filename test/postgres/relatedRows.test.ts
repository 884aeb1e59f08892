/**
 * Related rows of few rows come with them in one statement, and are what a statement for each relation gives.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, OrmError, Query, Relation, Repository, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { expectStatements, Statements, TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql/SqlClient"
import { isDeepStrictEqual } from "node:util"
import { kinds } from "../contract/columnKinds.ts"
import type { Kind } from "../contract/kind.ts"

/** With each relation read by a statement of its own. */
const apart = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Session.Session> =>
  Effect.flatMap(
    Session.Session,
    (session) => Effect.provideService(effect, Session.Session, { ...session, mostNested: Effect.succeed(0) })
  )

/** To the last bit, and of the same classes. */
const assertSame = (found: unknown, wanted: unknown) => {
  if (!isDeepStrictEqual(found, wanted)) assert.fail(`${shown(found)}\nis not\n${shown(wanted)}`)
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => typeof inner === "bigint" ? `${inner}n` : inner, 1) ?? "nothing"

/** Asks for the same in one statement and in several. */
const assertSameApart = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    assertSame(yield* Effect.exit(effect), yield* Effect.exit(apart(effect)))
  })

const fixed = (name: string, schema: Schema.Codec<unknown, unknown>, ...edges: ReadonlyArray<unknown>): Kind => ({
  name,
  schema,
  values: Arbitrary.Constant(edges[0]),
  edges
})

const ownKinds: ReadonlyArray<Kind> = [
  fixed("int8range", Postgres.int8range, Postgres.range(1n, 2n ** 53n + 1n), "empty"),
  fixed("inet", Postgres.inet, "10.0.0.1", "::1"),
  fixed("numeric", Postgres.numeric, BigDecimal.make(2n ** 70n + 1n, 20)),
  fixed("bits", Postgres.bits, "0101")
]

const samples = [...kinds, ...ownKinds].map((kind, index) => {
  class Sample extends Model.Class<Sample>(`Sample ${kind.name}`)({
    id: Column.primaryKey(Schema.Int),
    parent: Schema.NullOr(Schema.Int),
    value: kind.schema,
    nullable: Schema.NullOr(kind.schema),
    option: Schema.OptionFromNullOr(kind.schema),
    list: Schema.Array(Schema.NullOr(kind.schema))
  }, { table: `related_${index}` }) {
    static readonly relations = () => ({
      children: Relation.hasMany(() => Sample, { from: "id", to: "parent" }),
      above: Relation.belongsTo(() => Sample, { from: "parent", to: "id", optional: true })
    })
  }
  return { ...kind, Sample }
})

class Team extends Model.Class<Team>("Team")({
  round: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  rank: Schema.NullOr(Column.int8),
  parent: Schema.NullOr(Schema.Int)
}, { table: "tree_teams" }) {
  static readonly relations = () => ({
    players: Relation.hasMany(() => Player, { from: ["round", "id"], to: ["round", "team"] }),
    above: Relation.belongsTo(() => Team, { from: ["round", "parent"], to: ["round", "id"] }),
    teams: Relation.hasMany(() => Team, { from: ["round", "id"], to: ["round", "parent"] })
  })

  get shout() {
    return `TEAM ${this.id}`
  }
}

class Player extends Model.Class<Player>("Player")({
  round: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  rank: Schema.NullOr(Column.int8),
  team: Schema.NullOr(Schema.Int),
  secret: Column.sensitive(Schema.String),
  ...Mixin.softDelete
}, { table: "tree_players" }) {
  static readonly relations = () => ({
    above: Relation.belongsTo(() => Team, { from: ["round", "team"], to: ["round", "id"], optional: true }),
    games: Relation.manyToMany(() => Game, {
      through: () => Played,
      from: ["round", "id"],
      throughFrom: ["round", "player"],
      throughTo: ["round", "game"],
      to: ["round", "id"]
    })
  })
}

class Game extends Model.Class<Game>("Game")({
  round: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  rank: Schema.NullOr(Column.int8)
}, { table: "tree_games" }) {
  static readonly relations = () => ({
    players: Relation.manyToMany(() => Player, {
      through: () => Played,
      from: ["round", "id"],
      throughFrom: ["round", "game"],
      throughTo: ["round", "player"],
      to: ["round", "id"]
    })
  })
}

class Played extends Model.Class<Played>("Played")({
  round: Column.primaryKey(Schema.Int),
  player: Column.primaryKey(Schema.Int),
  game: Column.primaryKey(Schema.Int)
}, { table: "tree_played" }) {}

/** What others write into their table may be more than they can hold. */
class Mark extends Model.Class<Mark>("Mark")({
  id: Column.primaryKey(Schema.Int),
  of: Schema.Int,
  at: Column.timestamp,
  level: Schema.Int.check(Schema.isLessThan(10))
}, { table: "tree_marks", decode: "strict" }) {
  static readonly relations = () => ({ others: Relation.hasMany(() => Mark, { from: "id", to: "of" }) })
}

const small = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const listOf = <A>(schema: Schema.Schema<A>, maxLength: number) =>
  Arbitrary.array(Arbitrary.schema(schema), { maxLength })

/** What is asked of a relation, by its numbers alone. */
const Choice = Schema.Struct({
  include: small(7),
  least: Schema.NullOr(small(4)),
  descending: Schema.Boolean,
  limit: Schema.UndefinedOr(small(3)),
  offset: Schema.UndefinedOr(small(2)),
  shape: small(3),
  withDeleted: Schema.Boolean
})
type Choice = typeof Choice.Type

/** The columns that all have. */
type Ranked = Pick<Query.Scope<typeof Game>, "id" | "rank">

/** The relations of each model with what they lead to, in the order of the bits of `include`. */
const relations = {
  Team: [["players", "Player", true], ["above", "Team", false], ["teams", "Team", true]],
  Player: [["above", "Team", false], ["games", "Game", true]],
  Game: [["players", "Player", true]]
} as const

const inclusion = (model: keyof typeof relations, choices: ReadonlyArray<Choice>): object => {
  const [choice, ...further] = choices
  if (choice === undefined) return {}
  return Object.fromEntries(
    relations[model].flatMap(([name, target, isMany], bit) =>
      (choice.include & 2 ** bit) === 0 ? [] : [[name, options(target, isMany, choice, further)]]
    )
  )
}

const options = (
  model: keyof typeof relations,
  isMany: boolean,
  { descending, least, limit, offset, shape, withDeleted }: Choice,
  further: ReadonlyArray<Choice>
): object => ({
  include: inclusion(model, further),
  ...least !== null && { where: (row: Ranked) => row.rank.gte(least) },
  ...isMany && {
    orderBy: (row: Ranked) => descending ? [row.rank.desc(), row.id.desc()] : row.id.asc(),
    ...limit !== undefined && { limit },
    ...offset !== undefined && { offset }
  },
  ...shape === 1 && { select: (row: Ranked) => ({ id: row.id, next: row.rank.add(1) }) },
  ...shape === 2 && { with: (row: Ranked) => ({ twice: row.rank.multiply(2), text: row.id.toText() }) },
  ...withDeleted && model === "Player" && { withDeleted: true }
})

const tables = TestDatabase.layerPostgres([...samples.map(({ Sample }) => Sample), Team, Player, Game, Played, Mark])

layer(tables, { timeout: "60 seconds" })("related rows of few rows", (it) => {
  for (const { edges, name, Sample, values } of samples) {
    it.effect(`${name}: keeps every value`, () =>
      Effect.gen(function*() {
        const found = yield* Arbitrary.sampleEffect(values, { count: 30, size: 10 })
        const rows = [...edges, ...found].map((value, index, all) => ({
          id: index + 1,
          parent: index === 0 ? null : 1,
          value,
          nullable: index % 3 === 0 ? null : value,
          option: index % 3 === 1 ? Option.none() : Option.some(value),
          list: index % 4 === 0 ? [] : [value, null, all[index - 1]]
        }))
        yield* (yield* Repository.make(Sample)).insertMany(rows)
        const children = {
          orderBy: (row: Query.Scope<typeof Sample>) => row.id.asc(),
          limit: 1_000,
          include: { above: true }
        } as const
        const one = Query.from(Sample).where((row) => row.id.eq(1)).include({ children }).one
        const together = yield* one.pipe(expectStatements(1))
        assertSame(together, yield* apart(one))
        assert.lengthOf(together.children, rows.length - 1)
      }))
  }

  let round = 0
  it.effect.prop(
    "are the same with whatever is asked of them",
    {
      parents: listOf(Schema.NullOr(small(6)), 6),
      players: listOf(Schema.Struct({ team: Schema.NullOr(small(6)), rank: Schema.NullOr(small(4)) }), 14),
      played: listOf(Schema.Struct({ player: small(14), game: small(3) }), 20),
      choices: Arbitrary.array(Arbitrary.schema(Choice), { minLength: 1, maxLength: 3 }),
      id: Arbitrary.schema(Schema.NullOr(small(6)))
    },
    ({ choices, id, parents, played, players }) =>
      Effect.gen(function*() {
        round += 1
        const insert = <M extends Model.Any>(model: M, rows: ReadonlyArray<Model.Insert<M>>) =>
          Effect.flatMap(Repository.make(model), (repository) => repository.insertMany(rows))
        yield* insert(Team, parents.map((parent, index) => ({ round, id: index, parent, rank: index % 3 })))
        yield* insert(
          Player,
          players.map((player, index) => ({ round, id: index, secret: Redacted.make(`secret ${index}`), ...player }))
        )
        yield* Query.delete(Player).where((player) => player.round.eq(round).and(player.id.gt(9)))
        yield* insert(Game, [0, 1, 2, 3].map((game) => ({ round, id: game, rank: game })))
        const pairs = new Map(played.map(({ game, player }) => [`${player} ${game}`, { round, player, game }]))
        yield* insert(Played, [...pairs.values()])

        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is made of the relations of the model, by their names
        const included = inclusion("Team", choices) as { readonly players: true; readonly teams: true }
        const teams = Query.from(Team).where((team) => team.round.eq(round)).orderBy((team) => team.id.asc())
          .include(included)
        yield* id === null
          ? assertSameApart(teams.limit(3).all)
          : assertSameApart(teams.where((team) => team.id.eq(id)).one)
      }),
    { arbitrary: { runs: 150 } }
  )

  it.effect("come by themselves where there is one at most, and otherwise as a list", () =>
    Effect.gen(function*() {
      round += 1
      const [teams, players] = [yield* Repository.make(Team), yield* Repository.make(Player)]
      yield* teams.insertMany([{ round, id: 1, parent: null, rank: 1 }, { round, id: 2, parent: 1, rank: 1 }])
      yield* players.insertMany([1, 2].map((id) => ({ round, id, team: 2, rank: 1, secret: Redacted.make("secret") })))
      const ofTeam = (id: number) => Query.from(Team).where((team) => team.round.eq(round).and(team.id.eq(id)))
      for (const id of [1, 2]) {
        const alone = ofTeam(id).include({ above: true, players: { limit: 1, orderBy: (player) => player.id.asc() } })
        yield* assertSameApart(alone.one)
        assert.notInclude((yield* alone.toSql).sql, "ARRAY(")
        const { above, players: first } = yield* alone.one
        assert.deepStrictEqual([above?.id, first.map((player) => player.id)], id === 1 ? [undefined, []] : [1, [1]])
      }
      assert.include((yield* ofTeam(2).include({ players: true }).toSql).sql, "ARRAY(")
    }))

  it.effect("come with the row of a key, which is said to be the only one", () =>
    Effect.gen(function*() {
      const inRound = Query.from(Team).where((team) => team.round.eq(round)).include({ above: true })
      const byKey = inRound.where((team) => team.id.eq(2))
      assert.match((yield* byKey.toSql).sql, / LIMIT 1$/)
      assert.match((yield* byKey.limit(3).toSql).sql, / LIMIT \$3$/)
      assert.notMatch((yield* inRound.where((team) => team.id.gte(2)).toSql).sql, / LIMIT 1$/)
      yield* assertSameApart(byKey.all)
      yield* assertSameApart(byKey.offset(1).all)
    }))

  it.effect("come in one statement, which is told as it is", () =>
    Effect.gen(function*() {
      const games = Query.from(Game).where((game) => game.round.eq(-1)).include({
        players: { include: { above: true } }
      })
      const { sql } = yield* games.where((game) => game.id.eq(1)).toSql
      const [, sent] = yield* Statements.sent(games.where((game) => game.id.eq(1)).all)
      assert.deepStrictEqual(sent.map(({ text }) => text), [sql])
      // of any number of rows, each relation is read by itself
      assert.notInclude((yield* games.toSql).sql, "tree_players")
    }))

  it.effect("are refused where their model can't hold them, with their column and row", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* sql`ALTER TABLE tree_marks DROP CONSTRAINT tree_marks_level_check`
      yield* sql`INSERT INTO tree_marks VALUES (1, 0, now(), 1), (2, 1, now(), 1), (3, 1, now(), 99), (4, 2, 'infinity', 1)`
      for (const id of [1, 2]) {
        const one = Query.from(Mark).where((mark) => mark.id.eq(id)).include({ others: true }).one
        const refused = yield* Effect.flip(one.pipe(expectStatements(1)))
        assert.instanceOf(refused, OrmError.Undecodable)
        assertSame(refused.message, (yield* Effect.flip(apart(one))).message)
      }
    }))
})

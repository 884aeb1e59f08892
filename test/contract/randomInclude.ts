/**
 * Random rows come with the rows that JavaScript finds related to them, and conditions on these hold where they hold in JavaScript.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Relation, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

class Team extends Model.Class<Team>("Team")({
  round: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  parent: Schema.NullOr(Schema.Int)
}, { table: "random_teams" }) {
  static readonly relations = () => ({
    players: Relation.hasMany(() => Player, { from: ["round", "id"], to: ["round", "team"] }),
    parentTeam: Relation.belongsTo(() => Team, { from: ["round", "parent"], to: ["round", "id"], optional: true }),
    children: Relation.hasMany(() => Team, { from: ["round", "id"], to: ["round", "parent"] })
  })
}

class Player extends Model.Class<Player>("Player")({
  round: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  team: Schema.NullOr(Schema.Int),
  points: Schema.NullOr(Column.int8)
}, { table: "random_players" }) {
  static readonly relations = () => ({
    teamOf: Relation.belongsTo(() => Team, { from: ["round", "team"], to: ["round", "id"], optional: true }),
    games: Relation.manyToMany(() => Game, {
      through: () => Played,
      from: ["round", "id"],
      throughFrom: ["round", "player"],
      throughTo: ["round", "game"],
      to: ["round", "id"]
    })
  })
}

class Game
  extends Model.Class<Game>("Game")({ round: Column.primaryKey(Schema.Int), id: Column.primaryKey(Schema.Int) }, {
    table: "random_games"
  })
{}

class Played extends Model.Class<Played>("Played")({
  round: Column.primaryKey(Schema.Int),
  player: Column.primaryKey(Schema.Int),
  game: Column.primaryKey(Schema.Int)
}, { table: "random_played" }) {}

const small = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const listOf = <A>(schema: Schema.Schema<A>, maxLength: number) =>
  Arbitrary.array(Arbitrary.schema(schema), { maxLength })

/** Orders as a database does: nulls last. */
const byPoints = (one: Player, other: Player) =>
  (one.points === null ? Number(other.points !== null) : other.points === null ? -1 : other.points - one.points) ||
  one.id - other.id

const cut = <A>(rows: ReadonlyArray<A>, limit: number | undefined, offset: number) =>
  rows.slice(offset, limit === undefined ? undefined : offset + limit)

export const randomInclude = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Team, Player, Game, Played]), { timeout: "60 seconds" })(
    `${name}: random include`,
    (it) => {
      let round = 0
      it.effect.prop(
        "finds what is related as JavaScript does",
        {
          parents: listOf(Schema.NullOr(small(6)), 6),
          players: listOf(Schema.Struct({ team: Schema.NullOr(small(6)), points: Schema.NullOr(small(4)) }), 14),
          played: listOf(Schema.Struct({ player: small(14), game: small(3) }), 20),
          least: Arbitrary.schema(small(4)),
          limit: Arbitrary.schema(Schema.UndefinedOr(small(3))),
          offset: Arbitrary.schema(small(2))
        },
        ({ least, limit, offset, parents, played, players }) =>
          Effect.gen(function*() {
            round += 1
            const insert = <M extends Model.Any>(model: M, rows: ReadonlyArray<Model.Insert<M>>) =>
              Effect.flatMap(Repository.make(model), (repository) => repository.insertMany(rows))
            const teams = yield* insert(Team, parents.map((parent, id) => ({ round, id, parent })))
            const people = yield* insert(Player, players.map((player, id) => ({ round, id, ...player })))
            const games = yield* insert(Game, [0, 1, 2, 3].map((id) => ({ round, id })))
            const pairs = new Map(played.map(({ game, player }) => [`${player} ${game}`, { round, player, game }]))
            yield* insert(Played, [...pairs.values()])

            const membersOf = (team: Team) => people.filter((player) => player.team === team.id)
            const gamesOf = (player: Player) => games.filter(({ id }) => pairs.has(`${player.id} ${id}`))
            const scores = (player: Player) => player.points !== null && player.points >= least
            const expected = teams.map((team) => ({
              id: team.id,
              parent: teams.find(({ id }) => id === team.parent)?.id ?? null,
              children: teams.filter(({ parent }) => parent === team.id).map(({ id }) => id),
              players: cut(membersOf(team).filter(scores).toSorted(byPoints), limit, offset).map((player) => ({
                id: player.id,
                team: team.id,
                games: cut(gamesOf(player), limit, 0).map(({ id }) => id)
              }))
            }))

            const all = Query.from(Team).where((team) => team.round.eq(round)).orderBy((team) => team.id.asc())
            const page = limit === undefined ? {} : { limit }
            const found = yield* all.include({
              parentTeam: true,
              children: { orderBy: (team) => team.id.asc() },
              players: {
                where: (player) => player.points.gte(least),
                orderBy: (player) => [player.points.desc(), player.id.asc()],
                ...page,
                offset,
                include: { teamOf: true, games: { orderBy: (game) => game.id.asc(), ...page } }
              }
            })
            assert.deepStrictEqual(
              found.map((team) => ({
                id: team.id,
                parent: team.parentTeam?.id ?? null,
                children: team.children.map(({ id }) => id),
                players: team.players.map((player) => ({
                  id: player.id,
                  team: player.teamOf?.id ?? -1,
                  games: player.games.map(({ id }) => id)
                }))
              })),
              expected
            )

            const asked = all.select((team) => ({
              id: team.id,
              some: team.players.some((player) => player.points.gte(least)),
              every: team.players.every((player) => player.points.gte(least)),
              idle: team.players.count((player) => player.games.none()),
              led: team.parentTeam.is((parent) => parent.players.some())
            }))
            assert.deepStrictEqual(
              yield* asked,
              teams.map((team) => ({
                id: team.id,
                some: membersOf(team).some(scores),
                every: membersOf(team).every(scores),
                idle: membersOf(team).filter((player) => gamesOf(player).length === 0).length,
                led: teams.some((parent) => parent.id === team.parent && membersOf(parent).length > 0)
              }))
            )
          }),
        { arbitrary: { runs: 60 } }
      )
    }
  )

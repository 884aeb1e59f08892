/**
 * Answers in Redis, beside a hash for each table: how often it has changed, and who writes to it until when.
 *
 * Each script is one step for all who use the server. A count is never taken again: where there is none, because the server has
 * forgotten, it begins with the microseconds since 1970.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { PersistenceError } from "effect/persistence/Persistence"
import { type Redis, type RedisError, script } from "effect/persistence/Redis"
import type { Answers } from "./AnswerStore.ts"

type Keys = ReadonlyArray<string>

/** A write's mark is removed by whoever finds that its time is over: its end counts as a change. */
const tokens = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000

local function changed(key)
  if redis.call('HEXISTS', key, 'count') == 1 then
    return string.format('%.0f', redis.call('HINCRBY', key, 'count', 1))
  end
  local count = string.format('%d%06d', time[1], time[2])
  redis.call('HSET', key, 'count', count)
  return count
end

local function token(first)
  local counts = {}
  for place = first, #KEYS do
    local fields = redis.call('HGETALL', KEYS[place])
    local count, isOpen, isOver = nil, false, false
    for field = 1, #fields, 2 do
      if fields[field] == 'count' then
        count = fields[field + 1]
      elseif tonumber(fields[field + 1]) > now then
        isOpen = true
      else
        redis.call('HDEL', KEYS[place], fields[field])
        isOver = true
      end
    end
    if count == nil or isOver then count = changed(KEYS[place]) end
    if isOpen then return nil end
    counts[#counts + 1] = count
  end
  return table.concat(counts, ',')
end
`

const look = script((keys: Keys, known: string) => [...keys, known], {
  numberOfKeys: ({ length }) => length,
  lua: `${tokens}
local found = token(2)
if not found then return {} end
local kept = found ~= ARGV[1] and redis.call('GET', KEYS[1])
if kept and string.sub(kept, 1, #found + 1) == found .. ' ' then
  return { found, string.sub(kept, #found + 2) }
end
return { found }`
}).withReturnType<readonly [token?: string, answer?: string]>()

const keep = script(
  (keys: Keys, token: string, answer: string, timeToLive: string) => [...keys, token, answer, timeToLive],
  {
    numberOfKeys: ({ length }) => length,
    lua: `${tokens}
if token(2) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
end`
  }
)

const begin = script((keys: Keys, write: string, lease: string) => [...keys, write, lease], {
  numberOfKeys: ({ length }) => length,
  lua: `${tokens}
for _, key in ipairs(KEYS) do
  changed(key)
  redis.call('HSET', key, ARGV[1], string.format('%.0f', now + ARGV[2]))
end`
})

const end = script((keys: Keys, write: string) => [...keys, write], {
  numberOfKeys: ({ length }) => length,
  lua: `${tokens}
for _, key in ipairs(KEYS) do
  redis.call('HDEL', key, ARGV[1])
  changed(key)
end`
})

/** A hundred years in milliseconds: Redis takes no time without an end. */
const longest = 100 * 365 * 24 * 60 * 60 * 1_000

const failed = (what: string) => ({ cause }: RedisError) =>
  new PersistenceError({ message: `Redis failed to ${what}`, cause })

/** The answers of databases in a Redis. All keys of one are in the same slot of a cluster. */
export const make = (redis: Redis["Service"]) => (database: string): Effect.Effect<Answers> =>
  Effect.sync(() => {
    const prefix = `andamios:{${encodeURIComponent(database)}}`
    const answer = (key: string) => `${prefix}:answer:${key}`
    const tables = (names: ReadonlyArray<string>) => names.map((name) => `${prefix}:table:${name}`)
    return {
      look: (key, names, known = "") =>
        redis.eval(look)([answer(key), ...tables(names)], known).pipe(
          Effect.map(([token, found]) => ({ token, answer: found })),
          Effect.mapError(failed("look for an answer"))
        ),
      keep: (key, names, token, text, timeToLive) =>
        redis.eval(keep)([answer(key), ...tables(names)], token, text, String(Math.ceil(Math.min(timeToLive, longest))))
          .pipe(
            Effect.mapError(failed("keep an answer"))
          ),
      begin: (names, write, lease) =>
        redis.eval(begin)(tables(names), write, String(lease)).pipe(Effect.mapError(failed("say that a write begins"))),
      end: (names, write) =>
        redis.eval(end)(tables(names), write).pipe(Effect.mapError(failed("say that a write is over")))
    }
  })

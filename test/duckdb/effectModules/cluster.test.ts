/**
 * Durable entities and workflows of Effect's cluster, with everything they must not forget in a DuckDB file.
 */
import { assert, describe, it } from "@effect/vitest"
import { ClusterSchema, ClusterWorkflowEngine, Entity, SingleRunner } from "effect/cluster"
import { Digest } from "effect/crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import { Rpc } from "effect/rpc"
import * as Schema from "effect/Schema"
import { Activity, DurableClock, Workflow } from "effect/workflow"
import { compatibleAt, databaseFile } from "./databases.ts"

const clusterAt = (path: string) =>
  SingleRunner.layer({ shardingConfig: { entityMessagePollInterval: 100, shardsPerGroup: 10 } }).pipe(
    Layer.provide([compatibleAt(path), Digest.layerWebCrypto])
  )

const quiet = Effect.provideService(References.MinimumLogLevel, "None")

const Account = Entity.make("Account", [
  Rpc.make("deposit", {
    payload: { transfer: Schema.String, amount: Schema.Int },
    success: Schema.Int,
    primaryKey: ({ transfer }) => transfer
  })
]).annotateRpcs(ClusterSchema.Persisted, true)

const Order = Workflow.make("Order", {
  payload: { number: Schema.Int },
  success: Schema.String,
  idempotencyKey: ({ number }) => String(number)
})

describe("the cluster on DuckDB", () => {
  it.live("does what a message asks for once, and answers the same when it comes again after the file was opened again", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      let deposits = 0
      const handlers = Account.toLayer({
        deposit: ({ payload }) => Effect.sync(() => (deposits++, payload.amount))
      })
      const deposit = (transfer: string, amount: number) =>
        Effect.flatMap(Account.client, (client) => client("ada").deposit({ transfer, amount })).pipe(
          Effect.provide(Layer.provideMerge(handlers, clusterAt(path)), { local: true }),
          quiet
        )
      assert.strictEqual(yield* deposit("one", 5), 5)
      assert.strictEqual(yield* deposit("one", 7), 5)
      assert.strictEqual(yield* deposit("two", 9), 9)
      assert.strictEqual(deposits, 2)
    }).pipe(Effect.scoped))

  it.live("runs each activity of a workflow once, also one that waited", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      const done: Array<string> = []
      const activity = (name: string) =>
        Activity.make({ name, success: Schema.String, execute: Effect.sync(() => (done.push(name), name)) })
      const workflow = Order.toLayer(Effect.fnUntraced(function*({ number }) {
        const packed = yield* activity("pack")
        yield* DurableClock.sleep({ name: "wait", duration: "1 second", inMemoryThreshold: "1 millis" })
        const sent = yield* activity("send")
        return `${number}: ${packed}, ${sent}`
      }))
      const engine = ClusterWorkflowEngine.layer.pipe(Layer.provideMerge(clusterAt(path)))
      const order = Order.execute({ number: 1 }).pipe(
        Effect.provide(Layer.provideMerge(workflow, engine), { local: true }),
        quiet
      )
      assert.strictEqual(yield* order, "1: pack, send")
      assert.strictEqual(yield* order, "1: pack, send")
      assert.deepStrictEqual(done, ["pack", "send"])
    }).pipe(Effect.scoped))
})

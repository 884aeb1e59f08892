/**
 * A migrator asks for what its revisions need, and for nothing else.
 */
import { expectTypeOf, it } from "@effect/vitest"
import { Migration, Migrator, type Session, Type } from "andamios-orm"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { Database } from "../../src/session/Database.ts"

class Greeting extends Context.Service<Greeting, string>()("test/Greeting") {}

const plain = Migration.make({
  id: "a1",
  up: [Migration.createTable({ name: "books", columns: [Migration.column("id", Type.int32)] })]
})

const greeting = Migration.make({ id: "a2", up: [Migration.run("greet", Greeting)] })

it("needs a database", () => {
  const layer = Migrator.layer({ revisions: [plain] })
  expectTypeOf<Layer.Services<typeof layer>>().toEqualTypeOf<Database | Session.Session>()
})

it("needs what the effects of its revisions need", () => {
  const layer = Migrator.layer({ revisions: [plain, greeting] })
  expectTypeOf<Layer.Services<typeof layer>>().toEqualTypeOf<Database | Session.Session | Greeting>()
  expectTypeOf<Effect.Services<ReturnType<typeof Migrator.up>>>().toEqualTypeOf<Migrator.Migrator>()
})

it("comes from one place", () => {
  // @ts-expect-error Argument of type '{ onStart: "nothing"; }' is not assignable to parameter of type 'Options<never>'
  const layer = Migrator.layer({ onStart: "nothing" })
  expectTypeOf(layer).toBeObject()
})

/**
 * `andamios db push`: makes the database what the models want, without a revision.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { carrying } from "../../migration/running/carrying.ts"
import { comparing } from "../../migration/comparing/desired.ts"
import { diff } from "../../migration/comparing/diff.ts"
import { make } from "../../migration/Migration.ts"
import { LossRefused } from "../../migration/MigrationError.ts"
import { lossesOf } from "../../migration/MigrationPlan.ts"
import { planned } from "../../migration/planning/planned.ts"
import { notAllowed } from "../../migration/running/running.ts"
import { Database } from "../../session/Database.ts"
import { fullName, type Structure } from "../../sql/Structure.ts"
import { confirm } from "../asking.ts"
import { NotForProduction } from "../CommandError.ts"
import { planText } from "../migrate/plan.ts"
import { allowedLoss, allowLossFlag } from "../migrate/running.ts"
import { answer, counted, ink, tell } from "../output.ts"
import { database, Project } from "../project.ts"
import { refuseProduction } from "./development.ts"

export const push = Command.make("push", {
  force: Flag.Boolean("force").pipe(
    Flag.withDescription("Also where NODE_ENV is production, or revisions were applied"),
    Flag.withDefault(false)
  ),
  allowLoss: allowLossFlag
}, ({ allowLoss, force }) =>
  Effect.gen(function*() {
    const { config } = yield* Project
    const service = yield* Database
    const { dialect, name, transaction } = service
    const { live, wanted } = yield* comparing(config.models, config)
    if (!force) yield* refused(live, config.table ?? "andamios_migrations")
    const operations = diff(live, wanted, { dialect })
    if (operations.length === 0) return yield* answer({ pushed: [] }, `${name} is what the models want already.`)
    const revision = make({ id: "push", name: "what the models want", up: operations })
    const move = { revision, direction: "up" } as const
    const plan = yield* planned({ dialect, name }, [move], live, [])
    yield* tell(planText(plan, yield* ink).join("\n"))
    const allowed = Option.isSome(allowLoss) ? { allowLoss: allowedLoss(allowLoss.value) } : {}
    const losses = notAllowed(lossesOf(plan), allowed)
    if (losses.length > 0) return yield* new LossRefused({ losses, proved: false })
    if (lossesOf(plan).length > 0) yield* confirm("Go on?")
    const steps = plan.revisions.flatMap((one) => one.steps)
    const carryOut = carrying(service, Context.empty())
    yield* transaction(carryOut(move, steps, [], () => Effect.void))
    yield* answer({ pushed: steps.map(({ what }) => what) }, `\n${counted(steps.length, "step")} done`)
  }).pipe(Effect.provide(database))).pipe(
    Command.withDescription("Makes the database what the models want, without a revision: for development alone")
  )

/** Fails where the database is one that revisions look after. */
const refused = Effect.fnUntraced(function*({ tables }: Structure, history: string) {
  yield* refuseProduction("db push")
  if (!tables.some((table) => fullName(table) === history)) return
  return yield* new NotForProduction({
    command: "db push",
    reason: `this database has a history of revisions, in ${history}`,
    instead: "Write a revision with `andamios generate` and apply it with `andamios migrate up`, or say --force."
  })
})

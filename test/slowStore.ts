/**
 * A store of a cache that takes its time on the way there and back, so that much happens meanwhile.
 */
import { AnswerStore } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const slowly = <A, E>(effect: Effect.Effect<A, E>) => {
  const moment = Effect.suspend(() => Effect.sleep(Math.random() * 15))
  return Effect.andThen(moment, Effect.tap(effect, () => moment))
}

/** The store, slower; it is asked as fast as ever. */
export const slow = Layer.effect(
  AnswerStore.AnswerStore,
  Effect.map(AnswerStore.AnswerStore, (store) =>
    AnswerStore.AnswerStore.of({
      make: (database) =>
        Effect.map(store.make(database), (answers) => ({
          ...answers,
          keep: (...answer) => slowly(answers.keep(...answer)),
          begin: (...write) => slowly(answers.begin(...write)),
          end: (...write) => slowly(answers.end(...write))
        }))
    }))
)

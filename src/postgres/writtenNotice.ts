/**
 * What programs tell each other of their writes: who has written, and to which tables.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { any, type Names, unknown } from "../session/versions.ts"

/** Where it is told. */
export const channel = "andamios_written"

/** A notice of a trigger says of nobody that it is from them. */
const Notice = Schema.fromJsonString(
  Schema.Struct({ from: Schema.optionalKey(Schema.String), written: Schema.Array(Schema.String) })
)

const encode = Schema.encodeSync(Notice)
const decode = Schema.decodeOption(Notice)

/** A notice in the name of a Layer. One that PostgreSQL would refuse as too long says that any table may be concerned. */
export const payloadOf = (from: string, written: Names): string => {
  const names = new Set(written)
  names.delete(any)
  const payload = encode({ from, written: [...names] })
  const isTelling = names.size > 0 && Buffer.byteLength(payload) < most
  return isTelling ? payload : encode({ from, written: [unknown] })
}

const most = 8_000

/** What a notice says was written by others than a Layer; nothing of its own. What nobody of us has sent may mean any table. */
export const writtenByOthers = (from: string, payload: string): Names | undefined => {
  const notice = Option.getOrElse(decode(payload), () => ({ from: undefined, written: [unknown] }))
  return notice.from === from ? undefined : notice.written
}

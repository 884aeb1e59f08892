/**
 * Triggers that tell what is written by programs which don't tell it themselves.
 *
 * @since 0.1.0
 */
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import type { Operation } from "../sql/operation.ts"
import { quoted } from "../sql/quoted.ts"
import { tableName } from "../sql/tableName.ts"
import { dialect } from "./dialect.ts"
import { channel } from "./writtenNotice.ts"

/**
 * The changes that let the table of a model itself tell what is written to it, whichever program writes: a trigger after each statement,
 * and the function that all such triggers share. Layers with `sharedWrites` hear it.
 *
 * @example
 * ```ts
 * import { Column, Migration, Model } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { Schema } from "effect"
 *
 * class Order extends Model.Class<Order>("Order")({ id: Column.primaryKey(Column.int32), open: Schema.Boolean }, {
 *   table: "orders"
 * }) {}
 *
 * export default Migration.make({
 *   id: "5b0c2d71f6aa",
 *   name: "orders tell what is written to them",
 *   up: [...Postgres.noticeTrigger(Order)]
 * })
 * ```
 *
 * @category operations
 * @since 0.1.0
 */
export const noticeTrigger = (model: Model.Stored): ReadonlyArray<Operation> => {
  const name = tableName(tableOf(model), dialect)
  const execute = (sql: string, undo: string): Operation => ({ _tag: "Execute", sql, undo })
  return [
    execute(createFunction, dropFunction),
    execute(
      `CREATE TRIGGER ${channel} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION ${channel}()`,
      `DROP TRIGGER ${channel} ON ${name}`
    )
  ]
}

const createFunction = `CREATE OR REPLACE FUNCTION ${channel}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify(${quoted(channel)}, json_build_object('written', json_build_array(lower(TG_TABLE_NAME)))::text);
  RETURN NULL;
END $$`

/** The last of the triggers takes it away. */
const dropFunction = `DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgfoid = ${quoted(channel)}::regproc) THEN
    DROP FUNCTION ${channel}();
  END IF;
END $$`

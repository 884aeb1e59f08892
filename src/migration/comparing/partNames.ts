/**
 * The names by which the parts of a table can be left alone.
 *
 * @since 0.1.0
 */
import { type CheckStructure, type KeyStructure, sqlTexts } from "../../sql/Structure.ts"

type Names = readonly [first: string, ...more: ReadonlyArray<string>]

/** The names of a key: that of its constraint, where there is one, and its columns as `(order_id, line)`. */
export const keyNames = ({ columns, name }: KeyStructure): Names => named(name, [`(${columns.join(", ")})`])

/** The names of a check: its own, where it has one, and its condition as `(pages > 0)`. */
export const checkNames = ({ condition, name }: CheckStructure): Names =>
  named(name, sqlTexts(condition).map((text) => /^\(.*\)$/s.test(text) ? text : `(${text})`))

const named = (name: string | undefined, [described = "", ...more]: ReadonlyArray<string>): Names =>
  name === undefined ? [described, ...more] : [name, described, ...more]

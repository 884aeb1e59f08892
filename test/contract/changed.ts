/**
 * A row with other values, to make an instance of.
 */

/** The fields of a row, of which some are changed. */
export const changed = <A extends object, B extends object>(row: A, change: B): A & B => Object.assign({}, row, change)

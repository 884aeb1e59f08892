/**
 * A row is compared to what was given by its fields alone.
 */

/** The fields of a row, whatever it is an instance of. */
export const fieldsOf = (row: object): object => Object.fromEntries(Object.entries(row))

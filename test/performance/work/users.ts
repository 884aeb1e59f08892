/**
 * The users of MikroORM's public benchmark.
 */

/** A user before the database has numbered it. */
export interface NewUser {
  readonly id2: number
  readonly ready: boolean
  readonly priority: number
  readonly name: string
}

/** How many of them are inserted, found, changed and removed. */
export const total = 10_000

/** All of them. */
export const newUsers: ReadonlyArray<NewUser> = Array.from({ length: total }, (_, index) => ({
  id2: index + 1,
  ready: true,
  priority: 5,
  name: `Peter ${index + 1}`
}))

/** What is in the table, in a form that all databases give alike. */
export const allUsers = `
  SELECT id2, CASE WHEN ready THEN 1 ELSE 0 END AS ready, priority, name FROM users ORDER BY id2
`

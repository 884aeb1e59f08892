/**
 * Names that PostgreSQL would cut off, behind which they may differ.
 *
 * @since 0.1.0
 */
import { digest } from "../../sql/hash.ts"

/** The longest name that PostgreSQL keeps, in bytes. */
const most = 63

/** The name itself where it is short enough, or else its beginning with a hash of all of it. */
export const shortened = (name: string): string => Buffer.byteLength(name) <= most ? name : hashed(name)

/** The beginning of a name with a hash of all of it: no two names have the same, however long they are. */
export const hashed = (name: string): string => `${Array.from(name).slice(0, 11).join("")}_${digest(name)}`

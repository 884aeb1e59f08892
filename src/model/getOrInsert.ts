/**
 * What is made once for each key.
 *
 * @since 0.1.0
 */

/** A `Map`, a `WeakMap` or what is used like one. */
interface Kept<K, V> {
  readonly get: (key: K) => V | undefined
  readonly set: (key: K, value: V) => unknown
}

/** What a map has at a key: made, and put there, where it has nothing. */
export const getOrInsert = <K, V>(map: Kept<K, V>, key: K, make: (key: K) => V): V => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make(key)
  map.set(key, made)
  return made
}

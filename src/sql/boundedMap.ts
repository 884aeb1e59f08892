/**
 * A map that begins anew when it is full: what is kept in it costs little to make again, and comes back while it is in use.
 *
 * @since 0.1.0
 */

/** A map of no more than this many entries. */
export class BoundedMap<K, V> extends Map<K, V> {
  private readonly most: number

  constructor(most: number) {
    super()
    this.most = most
  }

  override set(key: K, value: V): this {
    if (this.size >= this.most) this.clear()
    return super.set(key, value)
  }
}

/**
 * What failures say of themselves.
 *
 * @since 0.1.0
 */

/** The message of an error, or the text of what isn't one. */
export const messageOf = (failure: unknown): string => failure instanceof Error ? failure.message : String(failure)

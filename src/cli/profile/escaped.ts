/**
 * Text inside of HTML and SVG.
 *
 * @since 0.1.0
 */

/** The text, where nothing in it is markup. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`)

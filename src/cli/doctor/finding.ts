/**
 * What a look at one thing has found.
 *
 * @since 0.1.0
 */

/** A finding, and what to do about it where something is wrong. */
export interface Finding {
  readonly name: string
  readonly state: "ok" | "warn" | "fail"
  readonly found: string
  readonly todo?: string
}

/** All is well. */
export const ok = (name: string, found: string): Finding => ({ name, state: "ok", found })

/** It works, and may not for long. */
export const warn = (name: string, found: string, todo: string): Finding => ({ name, state: "warn", found, todo })

/** It doesn't work. */
export const fail = (name: string, found: string, todo: string): Finding => ({ name, state: "fail", found, todo })

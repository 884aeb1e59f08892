/**
 * Where the repository is looked at, when that is known: GitHub says so to its actions, and else package.json does.
 */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"

export const root = resolve(import.meta.dirname, "../..")

const declared = (): string | undefined => {
  const { repository }: { readonly repository?: string | { readonly url: string } } = JSON.parse(
    readFileSync(resolve(root, "package.json"), "utf8")
  )
  const url = typeof repository === "string" ? repository : repository?.url
  return url?.replace(/^git\+/, "").replace(/\.git$/, "").replace(/^github:/, "https://github.com/")
}

const { GITHUB_REPOSITORY: running, GITHUB_SERVER_URL: server } = process.env

export const address: string | undefined = running === undefined ? declared() : `${server}/${running}`

/** The address of a file or folder of the repository. */
export const addressOf = (file: string): string | undefined => address && `${address}/blob/main/${file}`

/**
 * A real browser without a window, for the page of the example application. Where the machine has no Chromium there is none.
 */
import * as Effect from "effect/Effect"
import { accessSync, constants, existsSync } from "node:fs"
import { join } from "node:path"
import { chromium, type Page, type Request } from "playwright-core"

const isThere = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Where Chromium is: what `CHROMIUM_PATH` says, or Debian's. */
const chromiumPath = [process.env["CHROMIUM_PATH"] ?? "", "/usr/bin/chromium"].find(isThere)

const libraries = join(import.meta.dirname, "../../examples/app/page/node_modules/d3/dist/d3.min.js")

/** Why tests that look at the page are skipped, for whoever reads the list of tests. */
export const unlessThere = chromiumPath === undefined
  ? " (skipped: there is no Chromium; apt-get install chromium, or say where it is as CHROMIUM_PATH)"
  : existsSync(libraries)
  ? ""
  : " (skipped: the page has no libraries; npm run app:page)"

export interface Window {
  readonly width: number
  readonly height: number
  readonly colorScheme?: "light" | "dark"
}

/** What a page complained of: failed scripts, and whatever it wrote to its console. */
interface Opened {
  readonly page: Page
  readonly complaints: ReadonlyArray<string>
  /** Every address that it asked. */
  readonly asked: ReadonlyArray<string>
}

/** The page at an address, when it has shown all that it shows at first. It is closed with the scope. */
export const opened = Effect.fnUntraced(function*(address: string, { colorScheme = "light", height, width }: Window) {
  const browser = yield* Effect.acquireRelease(
    Effect.promise(() =>
      chromium.launch({ executablePath: chromiumPath ?? "", args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] })
    ),
    (started) => Effect.promise(() => started.close())
  )
  const page = yield* Effect.promise(() =>
    browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" })
  )
  const complaints: Array<string> = []
  const asked: Array<string> = []
  page.on("pageerror", (error) => complaints.push(String(error)))
  page.on("console", (message) => complaints.push(message.text()))
  page.on("request", (request) => asked.push(request.url()))
  yield* Effect.promise(async () => {
    await page.goto(address)
    await page.waitForSelector("body[data-ready]")
  })
  const shown: Opened = { page, complaints, asked }
  return shown
})

/** Does something whose answer comes only when the next thing was done and has shown what it shows. */
export const overtaken = async (
  page: Page,
  isAsked: (request: Request) => boolean,
  [older, newer]: readonly [() => Promise<unknown>, () => Promise<unknown>]
) => {
  const free = Promise.withResolvers<void>()
  const everything = "**/api/**"
  await page.route(everything, async (route) => {
    if (isAsked(route.request())) await free.promise
    await route.continue()
  })
  const answer = page.waitForResponse((response) => isAsked(response.request()))
  await older()
  await newer()
  free.resolve()
  await (await answer).finished()
  await page.evaluate("new Promise(requestAnimationFrame)")
  await page.unroute(everything)
}

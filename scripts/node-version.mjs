// Stops, with a way out, when a script would run on another Node than the one this project pins. Plain JavaScript, so that any Node can say it.
import { readFileSync } from "node:fs"

const { devDependencies, engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
const pinned = Number(devDependencies.node.split(".")[0])
const [leastMajor, leastMinor] = engines.node.replace(">=", "").split(".").map(Number)
const [major, minor] = process.versions.node.split(".").map(Number)

const supported = major > leastMajor || (major === leastMajor && minor >= leastMinor)
const asked = process.env.ANDAMIOS_NODE
const wanted = asked === "any"
  ? supported
  : asked === undefined
  ? major === pinned
  : supported && major === Number(asked)

if (!wanted) {
  console.error(
    `This is Node ${process.versions.node} (${process.execPath}), but Andamios ORM is developed on Node ${pinned}.

  1. npm scripts bring that Node with them, as the npm package "node": start this through npm, such as \`npm test\` or \`npm run tour\`.
  2. If you did, its install script has not run: \`npm rebuild node\`, or \`npm install\` without --ignore-scripts.
  3. To try another Node from ${
      engines.node.replace(">=", "")
    } on, set ANDAMIOS_NODE=any, or to its major version to be sure that it is the one.`
  )
  process.exit(1)
}

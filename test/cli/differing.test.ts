/**
 * What the commands say of a database that has other revisions than the files, of one that has nothing to do, and of revisions that can't
 * become one.
 */
import { assert, describe, it } from "@effect/vitest"
import { rmSync } from "node:fs"
import { project, said } from "./command.ts"
import { library } from "./library.ts"

describe("andamios migrate", { timeout: 240_000 }, () => {
  it("plans nothing where nothing is to be done, and says so", async () => {
    const { run } = project(library)
    await said(run("migrate", "up", "aa11"), 0)
    assert.match((await said(run("migrate", "plan", "aa11"), 0)).stdout, /: nothing to do\.\n$/)
  })

  it("tells of revisions that were edited, and of those whose files are gone", async () => {
    const { path, read, run, write } = project(library)
    await said(run("migrate", "up", "--allow-loss", "everything"), 0)
    write("migrations/2.ts", read("migrations/2.ts").replace("no subtitles", "none"))
    write("migrations/1.ts", read("migrations/1.ts").replace("Type.int32", "Type.int64"))
    for (const name of ["migrations/3.up.sql", "migrations/3.down.sql"]) rmSync(path(name))
    const status = await said(run("migrate", "status", "--check"), 3)
    assert.match(status.stdout, /edited {3}aa11/)
    assert.match(status.stdout, /missing {2}cc33/)
    assert.match((await said(run("migrate", "history"), 0)).stdout, /● aa11 {2}books {2}\(edited\)/)
    const squash = await said(run("migrate", "squash", ":head", "--yes"), 3)
    assert.match(squash.stderr, /Edited after they were applied: aa11/)
  })

  it("squashes no single revision, and none that others follow in the middle, or that a database has in parts", async () => {
    const { read, run, write } = project(library)
    const refused = async (range: string, why: RegExp) =>
      assert.match((await said(run("migrate", "squash", range, "--yes"), 3)).stderr, why)
    await refused("aa11:aa11", /There are no two revisions to make one of/)
    write(
      "migrations/4.ts",
      read("migrations/2.ts").replaceAll("bb22", "dd44").replace("\"aa11\"", "\"bb22\"").replace("subtitle", "title")
    )
    await refused("aa11:dd44", /cc33 follows one in the middle/)
    await said(run("migrate", "up", "bb22", "--allow-loss", "everything"), 0)
    await refused("bb22:dd44", /The database has some of them, but not all: bb22\. Apply the others first/)
    assert.match((await said(run("migrate", "history"), 0)).stdout, /○ .*dd44 [\s\S]*● .*bb22 /)
  })
})

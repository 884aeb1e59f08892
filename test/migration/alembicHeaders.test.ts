/**
 * The headers of Alembic's revision files are understood without Python, and what isn't is told with its place.
 */
import { assert, describe, it } from "@effect/vitest"
import { type AlembicFile, readHeader } from "../../src/migration/alembic/file.ts"
import { graphOf, headsOf, versionsOf, withAncestors, withoutDescendants } from "../../src/migration/alembic/graph.ts"
import { readIni } from "../../src/migration/alembic/ini.ts"
import { readToml } from "../../src/migration/alembic/toml.ts"

const plain: AlembicFile = {
  id: "1975ea83b712",
  file: "versions/1975ea83b712_accounts.py",
  message: "accounts",
  created: "2026-01-02 03:04:05.678901",
  parents: [],
  labels: [],
  dependsOn: []
}

const documentation = `"""accounts

Revision ID: 1975ea83b712
Revises:${" "}
Create Date: 2026-01-02 03:04:05.678901

"""
`

const body = `
def upgrade() -> None:
    revision = "not this one"
    op.create_table("account")


def downgrade() -> None:
    down_revision = ("nor", "this")
`

const header = (lines: string) => readHeader(plain.file, documentation + lines + body)

describe("a header of Alembic", () => {
  it.each([
    [
      "Alembic's template",
      "from alembic import op\nrevision = '1975ea83b712'\ndown_revision = None\nbranch_labels = None\n",
      {}
    ],
    [
      "types",
      "revision: str = '1975ea83b712'\ndown_revision: Union[str, Sequence[str], None] = 'a1'\n" +
      "depends_on: Union[str, None] = None\n",
      { parents: ["a1"] }
    ],
    [
      "tuples over several lines, with comments",
      "revision = (\n  # the id\n  '1975ea83b712'\n)\ndown_revision = (\n    \"a1\",  # the left\n    'b2',\n)\n",
      { parents: ["a1", "b2"] }
    ],
    [
      "texts side by side, escapes and prefixes",
      "revision = '1975' \"ea83\" r'b712'\ndown_revision = u'a\\x31', '\\u0062\\62', '''c\\\n3''', \"\\U00000064\\q\"\n",
      { parents: ["a1", "b2", "c3", "d\\q"] }
    ],
    [
      "lists, sets and empty brackets",
      "revision = '1975ea83b712'; down_revision = ()\nbranch_labels = ['books']\ndepends_on = {\"a1\", 'b2'}\n",
      { labels: ["books"], dependsOn: ["a1", "b2"] }
    ],
    [
      "a line that goes on, and CRLF",
      "revision = \\\r\n    '1975ea83b712'\r\ndown_revision = 'a1'\r\n",
      { parents: ["a1"] }
    ],
    [
      "what comes last",
      "revision = 'x'\nrevision = '1975ea83b712'\ndown_revision = None\nif True:\n    down_revision = f()\n",
      {}
    ],
    [
      "other statements, and brackets that don't belong together",
      "revision = '1975ea83b712'\ndown_revision = None\ndepends_on.append('x')\nx = {'revision': [1, 2]}\n) ; y = 1\n",
      {}
    ]
  ])("may be written with %s", (_, lines, said) => {
    assert.deepStrictEqual(header(lines), { ...plain, ...said })
  })

  it("may have no documentation, a mark of its encoding, and its id in its name", () => {
    assert.deepStrictEqual(readHeader("versions/1a2b.py", "\uFEFFdown_revision = 'a1'\n"), {
      ...plain,
      id: "1a2b",
      file: "versions/1a2b.py",
      message: "",
      created: undefined,
      parents: ["a1"]
    })
  })

  it.each([
    ["a call", "revision = '1975ea83b712'\ndown_revision = parent()\n", 9, "`down_revision` is not written as"],
    ["bytes", "revision = b'1975ea83b712'\ndown_revision = None\n", 8, "`revision` is not written as"],
    ["nothing", "revision =\ndown_revision = None\n", 8, "`revision` is not written as"],
    ["half a bracket", "revision = 'a'\ndown_revision = ('a', 'b'\n", 9, "`down_revision` is not written as"],
    ["two commas", "revision = 'a'\ndown_revision = ('a',, 'b')\n", 9, "`down_revision` is not written as"],
    ["two ids", "revision = 'a', 'b'\ndown_revision = None\n", undefined, "`revision` has to be one text"],
    ["no parent", "revision = 'a'\n", undefined, "it has no `down_revision`"],
    ["no id", "down_revision = None\n", undefined, "it has no `revision`"],
    [
      "an id that can't be one",
      "revision = 'a@b'\ndown_revision = None\n",
      undefined,
      "\"a@b\" can't be the id of a revision"
    ]
  ])("is refused with %s", (_, lines, line, reason) => {
    const issues = readHeader("versions/first.py", documentation + lines + body)
    const [issue] = "id" in issues ? [] : issues
    assert.strictEqual(issue?.line, line)
    assert.include(issue?.reason, reason)
  })
})

const node = (id: string, said: Partial<AlembicFile> = {}): AlembicFile => ({ ...plain, id, file: `${id}.py`, ...said })

const reasons = (...files: ReadonlyArray<AlembicFile>) => {
  const graph = graphOf(files)
  return "size" in graph ? [] : graph.map(({ file, reason }) => `${file}: ${reason}`)
}

describe("the graph of Alembic", () => {
  it("tells all that doesn't fit together", () => {
    assert.deepStrictEqual(
      reasons(
        node("a1", { labels: ["left"] }),
        node("a1", { file: "a2.py", labels: ["left"] }),
        node("b1", { parents: ["a0"], dependsOn: ["right", "left"], labels: ["a1"] })
      ),
      [
        "a2.py: revision a1 is in a1.py, too",
        "b1.py: its down_revision a0 is in no file",
        "b1.py: it depends on right, which is neither a revision nor a label",
        "b1.py: its label a1 is another revision's id or label"
      ]
    )
    assert.deepStrictEqual(reasons(node("a1", { labels: ["x"] }), node("b1", { labels: ["x"] })), [
      "a1.py: its label x is another revision's id or label"
    ])
    assert.deepStrictEqual(
      reasons(node("a1"), node("b1", { parents: ["a1"], dependsOn: ["c1"] }), node("c1", { parents: ["b1"] })),
      [
        "b1.py: revision b1 comes before itself: the revisions go in a circle",
        "c1.py: revision c1 comes before itself: the revisions go in a circle"
      ]
    )
  })

  it("takes what a revision depends on as applied with it, and tells a set by its last ones", () => {
    const graph = graphOf([
      node("a1", { labels: ["left"] }),
      node("b1", { parents: ["a1"] }),
      node("c1"),
      node("c2", { parents: ["c1"], dependsOn: ["left"] })
    ])
    if (!("size" in graph)) return assert.fail("these make a graph")
    assert.deepStrictEqual(headsOf(graph), ["b1", "c2"])
    const applied = withAncestors(graph, ["c2"])
    assert.deepStrictEqual([...applied].toSorted(), ["a1", "c1", "c2"])
    assert.deepStrictEqual(versionsOf(graph, applied), ["c2"])
    assert.deepStrictEqual([...withoutDescendants(graph, applied, "a1")], ["c1"])
  })
})

const ini = (text: string, section = "alembic") => readIni("alembic.ini", text, section, "/app")

describe("alembic.ini", () => {
  it("says where the revisions are, as Python's configparser reads it", () => {
    assert.deepStrictEqual(ini("; a comment\n[alembic]\nscript_location = migrations\n# sourceless = false\n"), {
      locations: ["/app/migrations/versions"],
      versionTable: undefined,
      versionSchema: undefined
    })
    assert.deepStrictEqual(
      ini(
        "[DEFAULT]\nroot: %(here)s/db\n[other]\n[alembic]\nscript_location = x\nversion_locations =\n  %(root)s/a\n  %(root)s/100%%\n" +
          "Version_Table = versions\nversion_table_schema = app\n[alembic:more]\nscript_location = y\n"
      ),
      { locations: ["/app/db/a", "/app/db/100%"], versionTable: "versions", versionSchema: "app" }
    )
    const two = "script_location = x\nversion_locations = a b:c\n"
    const locations = (text: string) => {
      const places = ini(`[alembic]\n${two}${text}`)
      return "locations" in places ? places.locations : []
    }
    assert.deepStrictEqual(locations(""), ["/app/a", "/app/b:c"])
    assert.deepStrictEqual(locations("version_path_separator = :"), ["/app/a b", "/app/c"])
    assert.deepStrictEqual(locations("version_path_separator = os  # Use os.pathsep."), ["/app/a b", "/app/c"])
    assert.deepStrictEqual(locations("path_separator = space"), ["/app/a", "/app/b:c"])
  })

  it("is refused where it doesn't say it", () => {
    const reason = (text: string, section?: string) => {
      const issues = ini(text, section)
      return "locations" in issues ? undefined : issues.map((issue) => issue.reason)
    }
    assert.deepStrictEqual(reason("[alembic]\n", "books"), ["it has no section [books]"])
    assert.deepStrictEqual(reason("[alembic]\nscript_location =\n"), ["[alembic] has no script_location"])
    assert.deepStrictEqual(reason("[alembic]\nscript_location = app.db:migrations\n"), [
      "app.db:migrations/versions is in a Python package, which only Python finds: give its directory instead"
    ])
    assert.deepStrictEqual(reason("[alembic]\nscript_location = %(script_location)s%(none)s\n"), undefined)
  })
})

describe("pyproject.toml", () => {
  const toml = (text: string) => readToml("/app/pyproject.toml", text, "/app")
  const places = (...locations: ReadonlyArray<string>) => ({
    locations,
    versionTable: undefined,
    versionSchema: undefined
  })

  it("tells where revisions are, as alembic.ini does", () => {
    assert.deepStrictEqual(
      toml(
        "[project]\nname = \"shop\"\nscript_location = \"no\"\n\n[tool.alembic] # of Alembic\nscript_location = \"%(here)s/alembic\" # \"here\"\n"
      ),
      places("/app/alembic/versions")
    )
    assert.deepStrictEqual(
      toml(
        "[tool.alembic]\nscript_location = 'alembic'\nprepend_sys_path = [\n  \".\"\n]\nversion_locations = [\n" +
          "  \"%(here)s/one\", # \"none\"\n  'two#2', \"a \\\"b\\\"\"\n]\n[[tool.alembic.post_write_hooks]]\nversion_locations = \"no\"\n"
      ),
      places("/app/one", "/app/two#2", "/app/a \"b\"")
    )
  })

  it("is refused without what is needed", () => {
    assert.deepStrictEqual(toml("[tool.other]\nscript_location = \"a\"\n"), [
      { file: "/app/pyproject.toml", reason: "it has no section [tool.alembic]" }
    ])
    assert.deepStrictEqual(toml("[tool.alembic]\nsourceless = false\n"), [
      { file: "/app/pyproject.toml", reason: "[tool.alembic] has no script_location" }
    ])
  })
})

/**
 * The history as a picture.
 */
import { parse, View } from "vega"
import { compile, type TopLevelSpec } from "vega-lite"
import type { Run } from "./history.ts"

type Side = Extract<TopLevelSpec, { readonly hconcat: unknown }>["hconcat"][number]

/** The ratios of all runs of a kind of machine, one line for each case, as SVG. */
export const chartOf = (runs: ReadonlyArray<Run>): Promise<string> => {
  const values = runs.flatMap(({ commit, ratios }, index) =>
    Object.entries(ratios).map(([name, ratio]) => {
      const [database, ...work] = name.split(": ")
      return { run: index + 1, commit, database, work: work.join(": "), ratio }
    })
  )
  const spec: TopLevelSpec = {
    background: "white",
    data: { values },
    hconcat: [side("DuckDB"), side("PostgreSQL")],
    resolve: { scale: { color: "independent" } },
    config: { font: "sans-serif" }
  }
  return new View(parse(compile(spec).spec), { renderer: "none" }).toSVG()
}

/** The lines of a database. */
const side = (database: string): Side => ({
  title: database,
  width: 380,
  height: 320,
  transform: [{ filter: { field: "database", equal: database } }],
  layer: [
    { mark: { type: "rule", strokeDash: [4, 4], color: "#888" }, encoding: { y: { datum: 1 } } },
    {
      mark: { type: "line", point: true },
      encoding: {
        x: { field: "run", type: "ordinal", title: "run", axis: { labelAngle: 0 } },
        y: {
          field: "ratio",
          type: "quantitative",
          title: "the driver's time by ours: above 1 we are faster",
          scale: { type: "log" }
        },
        color: { field: "work", type: "nominal", title: null, legend: { orient: "bottom", columns: 2, labelLimit: 0 } }
      }
    }
  ]
})

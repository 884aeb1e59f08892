/**
 * A profile as a page that opens from a file: charts, findings and a table, without a network.
 *
 * @since 0.1.0
 */
import type { Profile, StatementProfile } from "../../session/profile.ts"
import type { Finding } from "../../sql/Finding.ts"
import { phases, spreadChart, time, timeChart } from "./charts.ts"
import { escaped } from "./escaped.ts"

/** The statements that the charts show; the table has all. */
const charted = 12

/** The page. */
export const report = (title: string, profile: Profile, findings: ReadonlyArray<Finding>): string => {
  const { began, milliseconds, pool, statements, transactions } = profile
  const top = statements.slice(0, charted)
  const calls = statements.reduce((sum, statement) => sum + statement.calls, 0)
  const total = statements.reduce((sum, statement) => sum + statement.total, 0)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Profile of ${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Profile of ${escaped(title)}</h1>
<p class="lead">Began ${escaped(began)}, took ${time(milliseconds)}.</p>
<dl>
${
    [
      ["statements", String(calls)],
      ["shapes", String(statements.length)],
      ["in statements", time(total)],
      ["committed", String(transactions.committed)],
      ["rolled back", String(transactions.rolledBack)],
      ["longest wait", time(pool.longest)]
    ].map(([name, figure]) => `<div><dt>${name}</dt><dd>${figure}</dd></div>`).join("\n")
  }
</dl>
<h2>Findings</h2>
${findings.length === 0 ? "<p>Nothing was found.</p>" : `<ul>${findings.map(findingItem).join("\n")}</ul>`}
${top.length === 0 ? "<p>No statement was run.</p>" : charts(top)}
<h2>Statements</h2>
<div class="wide"><table>
<thead><tr>${
    ["", "calls", "rows", "failed", "total", "median", "95 %", "99 %", "slowest", "statement"].map((head) =>
      `<th scope="col">${head}</th>`
    ).join("")
  }</tr></thead>
<tbody>
${statements.map(tableRow).join("\n")}
</tbody>
</table></div>
</main>
</body>
</html>
`
}

const charts = (statements: ReadonlyArray<StatementProfile>): string =>
  `<h2>Where the time goes</h2>
<p class="legend">${
    phases.map((phase) => `<span><i class="${phase}"></i>${phase}</span>`).join("")
  }<span><i class="rest"></i>between them</span></p>
${timeChart(statements)}
<h2>How even it is</h2>
<p class="legend"><span>● median</span><span>■ 95 %</span><span>❘ slowest</span></p>
${spreadChart(statements)}`

const findingItem = ({ _tag, advice, cost, sql, tables }: Finding): string =>
  `<li><strong>${_tag}</strong> ${escaped(tables.join(", "))}<br>${escaped(cost)}<br><em>${escaped(advice)}</em>${
    sql === undefined ? "" : `<pre>${escaped(sql)}</pre>`
  }</li>`

const tableRow = (statement: StatementProfile, index: number): string => {
  const { calls, failures, max, median, p95, p99, rows, sql, total } = statement
  const figures = [String(calls), String(rows), String(failures), ...[total, median, p95, p99, max].map(time)]
  return `<tr><td>${index + 1}</td>${figures.map((figure) => `<td>${figure}</td>`).join("")}<td><code>${
    escaped(sql)
  }</code></td></tr>`
}

/** The colours of phases are those of Okabe and Ito, which people who see few colours tell apart. */
const style = `
:root{color-scheme:light dark;--page:#fff;--text:#1f2933;--faint:#52606d;--line:#cbd2d9;--box:#f5f7fa;
--acquire:#e69f00;--prepare:#56b4e9;--execute:#0072b2;--decode:#009e73;--rest:#cbd2d9;--mark:#d55e00}
@media (prefers-color-scheme:dark){:root{--page:#1f2933;--text:#f5f7fa;--faint:#cbd2d9;--line:#52606d;--box:#323f4b;
--prepare:#b9e2f7;--execute:#3d8fd1;--decode:#2bc59a;--rest:#616e7c;--mark:#f58a4b}}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,"DejaVu Sans",sans-serif}
main{max-width:960px;margin:0 auto;padding:24px}
h1{margin:0;font-size:26px}h2{margin:32px 0 8px;font-size:19px}
.lead,.legend,dt,.tick{color:var(--faint)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:12px;margin:20px 0 0}
dl div{padding:10px 14px;border-radius:8px;background:var(--box)}
dt{font-size:13px}dd{margin:0;font-size:20px;font-variant-numeric:tabular-nums}
ul{padding:0;list-style:none}li{margin:0 0 10px;padding:10px 14px;border-left:4px solid var(--mark);background:var(--box)}
em{font-style:normal;color:var(--faint)}pre{margin:6px 0 0;overflow-x:auto}
pre,code,.label{font:12px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
svg{display:block;width:100%;height:auto}text{fill:var(--text);font-size:12px}
.label{text-anchor:end}.tick{fill:var(--faint);text-anchor:middle}
.legend span{margin-right:16px}.legend i{display:inline-block;width:12px;height:12px;margin-right:6px}
${
  ["acquire", "prepare", "execute", "decode", "rest"].map((part) =>
    `.${part}{fill:var(--${part});background:var(--${part})}`
  ).join("")
}
.grid{stroke:var(--line);stroke-dasharray:2 4}.span{stroke:var(--faint);stroke-width:2}
.median{fill:var(--execute)}.p95{fill:var(--acquire)}.max{stroke:var(--mark);stroke-width:3}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:13px}
th,td{padding:4px 10px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap;vertical-align:top}
th:last-child,td:last-child{text-align:left;white-space:normal}`

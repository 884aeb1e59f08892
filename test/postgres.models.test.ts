/**
 * PostgreSQL keeps what models promise: their types, declarations, mixins and relations.
 */
import { checks } from "./contract/checks.ts"
import { columnLimits } from "./contract/columnLimits.ts"
import { columnNames } from "./contract/columnNames.ts"
import { columns } from "./contract/columns.ts"
import { columnTypes } from "./contract/columnTypes.ts"
import { comments } from "./contract/comments.ts"
import { computed } from "./contract/computed.ts"
import { customTypes } from "./contract/customTypes.ts"
import { defaults } from "./contract/defaults.ts"
import { hiddenRelations } from "./contract/hiddenRelations.ts"
import { include } from "./contract/include.ts"
import { mixinAudit } from "./contract/mixinAudit.ts"
import { mixinSoftDelete } from "./contract/mixinSoftDelete.ts"
import { mixinTenant } from "./contract/mixinTenant.ts"
import { mixinTimestamps } from "./contract/mixinTimestamps.ts"
import { mixinVersion } from "./contract/mixinVersion.ts"
import { mixinWrites } from "./contract/mixinWrites.ts"
import { onDelete } from "./contract/onDelete.ts"
import { randomInclude } from "./contract/randomInclude.ts"
import { randomMixins } from "./contract/randomMixins.ts"
import { relations } from "./contract/relations.ts"
import { rowChecks } from "./contract/rowChecks.ts"
import { schemas } from "./contract/schemas.ts"
import { sensitive } from "./contract/sensitive.ts"
import { views } from "./contract/views.ts"
import { postgres } from "./databases.ts"

mixinTimestamps("PostgreSQL", postgres)
mixinSoftDelete("PostgreSQL", postgres)
mixinVersion("PostgreSQL", postgres)
mixinTenant("PostgreSQL", postgres)
mixinAudit("PostgreSQL", postgres)
mixinWrites("PostgreSQL", postgres)
randomMixins("PostgreSQL", postgres)
columns("PostgreSQL", postgres)
columnLimits("PostgreSQL", postgres)
columnNames("PostgreSQL", postgres)
schemas("PostgreSQL", postgres)
defaults("PostgreSQL", postgres)
checks("PostgreSQL", postgres)
sensitive("PostgreSQL", postgres)
rowChecks("PostgreSQL", postgres)
views("PostgreSQL", postgres)
onDelete("PostgreSQL", postgres, { together: true })
comments(
  "PostgreSQL",
  postgres,
  "SELECT CASE WHEN n = 0 THEN obj_description(oid, 'pg_class') ELSE col_description(oid, n) END AS comment " +
    "FROM pg_class, generate_series(0, 3) AS n WHERE relname LIKE 'comments %' AND relkind = 'r' ORDER BY n"
)
columnTypes("PostgreSQL", postgres)
customTypes("PostgreSQL", postgres)
relations("PostgreSQL", postgres)
hiddenRelations("PostgreSQL", postgres)
include("PostgreSQL", postgres)
computed("PostgreSQL", postgres)
randomInclude("PostgreSQL", postgres)

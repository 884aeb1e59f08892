/**
 * DuckDB keeps what models promise: their types, declarations, mixins and relations.
 */
import { checks } from "./contract/checks.ts"
import { columnLimits } from "./contract/columnLimits.ts"
import { columnNames } from "./contract/columnNames.ts"
import { columns } from "./contract/columns.ts"
import { columnTypes } from "./contract/columnTypes.ts"
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
import { duckDbInMemory } from "./databases.ts"

mixinTimestamps("DuckDB", duckDbInMemory)
mixinSoftDelete("DuckDB", duckDbInMemory)
mixinVersion("DuckDB", duckDbInMemory)
mixinTenant("DuckDB", duckDbInMemory)
mixinAudit("DuckDB", duckDbInMemory)
mixinWrites("DuckDB", duckDbInMemory)
randomMixins("DuckDB", duckDbInMemory)
columns("DuckDB", duckDbInMemory)
columnLimits("DuckDB", duckDbInMemory)
columnNames("DuckDB", duckDbInMemory)
schemas("DuckDB", duckDbInMemory)
defaults("DuckDB", duckDbInMemory)
checks("DuckDB", duckDbInMemory)
sensitive("DuckDB", duckDbInMemory)
rowChecks("DuckDB", duckDbInMemory)
views("DuckDB", duckDbInMemory)
onDelete("DuckDB", duckDbInMemory, { together: false })
columnTypes("DuckDB", duckDbInMemory)
customTypes("DuckDB", duckDbInMemory)
relations("DuckDB", duckDbInMemory)
hiddenRelations("DuckDB", duckDbInMemory)
include("DuckDB", duckDbInMemory)
computed("DuckDB", duckDbInMemory)
randomInclude("DuckDB", duckDbInMemory)

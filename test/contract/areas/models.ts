/**
 * What models promise: their types, declarations, mixins and relations.
 */
import { checks } from "../checks.ts"
import { columnLimits } from "../columnLimits.ts"
import { columnNames } from "../columnNames.ts"
import { columns } from "../columns.ts"
import { columnTypes } from "../columnTypes.ts"
import { comments } from "../comments.ts"
import { computed } from "../computed.ts"
import { customTypes } from "../customTypes.ts"
import { defaults } from "../defaults.ts"
import { hiddenRelations } from "../hiddenRelations.ts"
import { include } from "../include.ts"
import { mixinAudit } from "../mixinAudit.ts"
import { mixinSoftDelete } from "../mixinSoftDelete.ts"
import { mixinTenant } from "../mixinTenant.ts"
import { mixinTimestamps } from "../mixinTimestamps.ts"
import { mixinVersion } from "../mixinVersion.ts"
import { mixinWrites } from "../mixinWrites.ts"
import { onDelete } from "../onDelete.ts"
import { randomInclude } from "../randomInclude.ts"
import { randomMixins } from "../randomMixins.ts"
import { relations } from "../relations.ts"
import { rowChecks } from "../rowChecks.ts"
import { schemas } from "../schemas.ts"
import { sensitive } from "../sensitive.ts"
import { views } from "../views.ts"

export const models = {
  mixinTimestamps,
  mixinSoftDelete,
  mixinVersion,
  mixinTenant,
  mixinAudit,
  mixinWrites,
  randomMixins,
  columns,
  columnLimits,
  columnNames,
  schemas,
  defaults,
  checks,
  sensitive,
  rowChecks,
  views,
  onDelete,
  comments,
  columnTypes,
  customTypes,
  relations,
  hiddenRelations,
  include,
  computed,
  randomInclude
}

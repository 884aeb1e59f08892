/**
 * The one question that PostgreSQL's catalogs are asked for the structure of a database, and the form of its answer.
 *
 * The catalogs say names of what the search path finds without its schema. A table that is made again in another schema, which is put
 * at the front of the path, is so told in the same words.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const place = { schema: Schema.optionalKey(Schema.String), name: Schema.String }

const key = { name: Schema.String, columns: Schema.Array(Schema.String) }

const comment = Schema.optionalKey(Schema.String)

const FoundColumn = Schema.Struct({
  name: Schema.String,
  /** The type as `format_type` says it. */
  type: Schema.String,
  /** The type that a domain is made of. */
  base: Schema.optionalKey(Schema.String),
  /** The values of an enum, or of what an array of such holds. */
  values: Schema.optionalKey(Schema.Array(Schema.String)),
  nullable: Schema.Boolean,
  default: Schema.optionalKey(Schema.String),
  identity: Schema.optionalKey(Schema.Literal(true)),
  generated: Schema.optionalKey(Schema.String),
  comment
})

const FoundTable = Schema.Struct({
  ...place,
  columns: Schema.Array(FoundColumn),
  primaryKey: Schema.optionalKey(Schema.Struct(key)),
  uniques: Schema.Array(Schema.Struct(key)),
  checks: Schema.Array(Schema.Struct({ name: Schema.String, condition: Schema.String })),
  foreignKeys: Schema.Array(Schema.Struct({
    ...key,
    references: Schema.Struct(place),
    targets: Schema.Array(Schema.String),
    onDelete: Schema.optionalKey(Schema.Literals(["cascade", "setNull", "restrict"]))
  })),
  indexes: Schema.Array(Schema.Struct({
    name: Schema.String,
    on: Schema.Array(Schema.String),
    unique: Schema.Boolean,
    where: Schema.optionalKey(Schema.String),
    using: Schema.optionalKey(Schema.String)
  })),
  comment
})

/** A structure as the catalogs tell it: with types by their names. */
export const Found = Schema.Struct({
  schemas: Schema.Array(Schema.String),
  enums: Schema.Array(Schema.Struct({ ...place, values: Schema.Array(Schema.String) })),
  sequences: Schema.Array(Schema.Struct({ ...place, start: Schema.Number, increment: Schema.Number })),
  tables: Schema.Array(FoundTable),
  views: Schema.Array(
    Schema.Struct({ ...place, sql: Schema.String, reads: Schema.Array(Schema.Struct(place)), comment })
  )
})

/** What the catalogs tell of a column. */
export type FoundColumn = typeof FoundColumn.Type

/** What the catalogs tell of a table. */
export type FoundTable = typeof FoundTable.Type

/**
 * What extensions have brought, partitions of tables, tables of other servers, and indexes for which there are no words are left out.
 * Every list in the answer is in order, so that two answers about the same structure are equal.
 */
export const question = `
WITH members AS MATERIALIZED (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
spaces AS MATERIALIZED (
  SELECT oid, nspname AS name, nullif(nspname, current_schema()) AS schema
  FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_namespace'::regclass)
),
relations AS MATERIALIZED (
  SELECT c.oid, c.relname AS name, c.relkind AS kind, s.schema
  FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'S') AND NOT c.relispartition
    AND c.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_class'::regclass)
),
tables AS MATERIALIZED (
  SELECT * FROM relations WHERE kind IN ('r', 'p')
),
columns AS (
  SELECT a.attrelid AS relation, jsonb_agg(jsonb_build_object(
    'name', a.attname,
    'type', format_type(a.atttypid, a.atttypmod),
    'base', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
    'values', (
      SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e
      WHERE e.enumtypid = CASE WHEN t.typlen = -1 AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
    ),
    'nullable', NOT a.attnotnull,
    'default', CASE WHEN a.attgenerated = '' AND NOT serial.is THEN pg_get_expr(d.adbin, d.adrelid) END,
    'identity', CASE WHEN a.attidentity <> '' OR serial.is THEN true END,
    'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    'comment', col_description(a.attrelid, a.attnum)
  ) ORDER BY a.attnum) AS list
  FROM tables r
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  CROSS JOIN LATERAL (
    SELECT EXISTS (
      SELECT FROM pg_depend used JOIN pg_depend owned
        ON owned.classid = 'pg_class'::regclass AND owned.objid = used.refobjid AND owned.deptype = 'a'
        AND owned.refclassid = 'pg_class'::regclass AND owned.refobjid = a.attrelid AND owned.refobjsubid = a.attnum
      WHERE used.classid = 'pg_attrdef'::regclass AND used.objid = d.oid AND used.refclassid = 'pg_class'::regclass
    ) AND pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\\(' AS is
  ) serial
  GROUP BY a.attrelid
),
constraints AS MATERIALIZED (
  SELECT con.*, own.list AS own
  FROM pg_constraint con
  JOIN tables r ON r.oid = con.conrelid
  CROSS JOIN LATERAL (
    SELECT jsonb_agg(a.attname ORDER BY k.place) AS list
    FROM unnest(con.conkey) WITH ORDINALITY k (number, place)
    JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.number
  ) own
  WHERE con.contype IN ('p', 'u', 'c', 'f') AND (con.contype <> 'f' OR con.conparentid = 0)
),
keys AS (
  SELECT conrelid AS relation, contype AS kind,
    jsonb_agg(jsonb_build_object('name', conname, 'columns', own) ORDER BY conname) AS list
  FROM constraints WHERE contype IN ('p', 'u')
  GROUP BY conrelid, contype
),
checks AS (
  SELECT conrelid AS relation,
    jsonb_agg(jsonb_build_object('name', conname, 'condition', pg_get_expr(conbin, conrelid)) ORDER BY conname) AS list
  FROM constraints WHERE contype = 'c'
  GROUP BY conrelid
),
references_ AS (
  SELECT con.conrelid AS relation, jsonb_agg(jsonb_build_object(
    'name', con.conname,
    'columns', con.own,
    'references', jsonb_build_object('schema', s.schema, 'name', target.relname),
    'targets', (
      SELECT jsonb_agg(a.attname ORDER BY k.place)
      FROM unnest(con.confkey) WITH ORDINALITY k (number, place)
      JOIN pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.number
    ),
    'onDelete', CASE con.confdeltype WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'setNull' WHEN 'r' THEN 'restrict' END
  ) ORDER BY con.conname) AS list
  FROM constraints con
  JOIN pg_class target ON target.oid = con.confrelid
  JOIN spaces s ON s.oid = target.relnamespace
  WHERE con.contype = 'f'
  GROUP BY con.conrelid
),
indexes AS (
  SELECT i.indrelid AS relation, jsonb_agg(jsonb_build_object(
    'name', c.relname,
    'on', parts.list,
    'unique', i.indisunique,
    'where', pg_get_expr(i.indpred, i.indrelid),
    'using', nullif(am.amname, 'btree')
  ) ORDER BY c.relname) AS list
  FROM pg_index i
  JOIN tables r ON r.oid = i.indrelid
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_am am ON am.oid = c.relam
  CROSS JOIN LATERAL (
    SELECT jsonb_agg(
      pg_get_indexdef(i.indexrelid, n, false)
        || CASE
          WHEN i.indcollation[n - 1] NOT IN (0, coalesce(a.attcollation, 'pg_catalog."default"'::regcollation))
          THEN ' COLLATE ' || i.indcollation[n - 1]::regcollation::text
          ELSE ''
        END
        || CASE
          WHEN o.opcdefault THEN ''
          WHEN pg_opclass_is_visible(o.oid) THEN ' ' || quote_ident(o.opcname)
          ELSE ' ' || o.opcnamespace::regnamespace::text || '.' || quote_ident(o.opcname)
        END
        || CASE i.indoption[n - 1]::integer
          WHEN 1 THEN ' DESC NULLS LAST'
          WHEN 2 THEN ' NULLS FIRST'
          WHEN 3 THEN ' DESC'
          ELSE ''
        END
      ORDER BY n
    ) AS list
    FROM generate_series(1, i.indnkeyatts::integer) n
    JOIN pg_opclass o ON o.oid = i.indclass[n - 1]
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n - 1] AND a.attnum > 0
  ) parts
  WHERE i.indisvalid AND i.indnatts = i.indnkeyatts AND NOT i.indnullsnotdistinct
    AND NOT EXISTS (
      SELECT FROM pg_constraint con WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x')
    )
  GROUP BY i.indrelid
)
SELECT jsonb_strip_nulls(jsonb_build_object(
  'schemas', (SELECT coalesce(jsonb_agg(name ORDER BY name), '[]') FROM spaces WHERE schema IS NOT NULL),
  'enums', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'schema', s.schema,
      'name', t.typname,
      'values', (
        SELECT coalesce(jsonb_agg(e.enumlabel ORDER BY e.enumsortorder), '[]') FROM pg_enum e WHERE e.enumtypid = t.oid
      )
    ) ORDER BY s.schema NULLS FIRST, t.typname), '[]')
    FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace
    WHERE t.typtype = 'e' AND t.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_type'::regclass)
  ),
  'sequences', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'schema', r.schema, 'name', r.name, 'start', q.seqstart, 'increment', q.seqincrement
    ) ORDER BY r.schema NULLS FIRST, r.name), '[]')
    FROM relations r JOIN pg_sequence q ON q.seqrelid = r.oid
    WHERE NOT EXISTS (
      SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
    )
  ),
  'tables', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'schema', r.schema,
      'name', r.name,
      'columns', coalesce(columns.list, '[]'),
      'primaryKey', primary_.list -> 0,
      'uniques', coalesce(uniques.list, '[]'),
      'checks', coalesce(checks.list, '[]'),
      'foreignKeys', coalesce(references_.list, '[]'),
      'indexes', coalesce(indexes.list, '[]'),
      'comment', obj_description(r.oid, 'pg_class')
    ) ORDER BY r.schema NULLS FIRST, r.name), '[]')
    FROM tables r
    LEFT JOIN columns ON columns.relation = r.oid
    LEFT JOIN keys primary_ ON primary_.relation = r.oid AND primary_.kind = 'p'
    LEFT JOIN keys uniques ON uniques.relation = r.oid AND uniques.kind = 'u'
    LEFT JOIN checks ON checks.relation = r.oid
    LEFT JOIN references_ ON references_.relation = r.oid
    LEFT JOIN indexes ON indexes.relation = r.oid
  ),
  'views', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'schema', r.schema,
      'name', r.name,
      'sql', btrim(pg_get_viewdef(r.oid), E' \\n;'),
      'reads', (
        SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('schema', read.schema, 'name', read.name)), '[]')
        FROM pg_rewrite w
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
        JOIN relations read ON read.oid = d.refobjid AND read.oid <> r.oid AND read.kind <> 'S'
        WHERE w.ev_class = r.oid
      ),
      'comment', obj_description(r.oid, 'pg_class')
    ) ORDER BY r.schema NULLS FIRST, r.name), '[]')
    FROM relations r WHERE r.kind = 'v'
  )
))`

import type pg from "pg";

/**
 * Everything of schema pevensie that a migration can make, as text that PostgreSQL 15 to 18 print alike: two databases with
 * the same text have the same schema.
 */
export async function describeCatalog(pool: Pick<pg.Pool, "query">): Promise<string> {
  const sections: string[] = [];
  for (const [title, sql] of Object.entries(SECTIONS)) {
    const { rows } = await pool.query<{ line: string }>(sql);
    sections.push([`# ${title}`, ...rows.map(({ line }) => line)].join("\n"));
  }
  return `${sections.join("\n\n")}\n`;
}

/** Each returns a column `line`, in an explicit order, so that the database's collation does not matter. */
const SECTIONS = {
  "module versions": `
    select format('%s %s', module, to_char(version at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')) as line
    from pevensie.module_version
    order by module`,
  enums: `
    select format('%s: %s', typname, string_agg(enumlabel, ', ' order by enumsortorder)) as line
    from pg_type
    join pg_enum on enumtypid = pg_type.oid
    where typnamespace = 'pevensie'::regnamespace
    group by typname
    order by typname collate "C"`,
  // Not to forget a kind of thing that the other sections do not look for.
  relations: `
    select format('%s: kind %s, persistence %s, row security %s', relname, relkind, relpersistence, relrowsecurity) as line
    from pg_class
    where relnamespace = 'pevensie'::regnamespace
    order by relname collate "C"`,
  columns: `
    select format(
      '%s.%s %s%s%s', relname, attname, format_type(atttypid, atttypmod),
      case when attnotnull then ' not null' end,
      ' default ' || pg_get_expr(adbin, adrelid)
    ) as line
    from pg_attribute
    join pg_class on pg_class.oid = attrelid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relnamespace = 'pevensie'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped
    order by relname collate "C", attnum`,
  // From PostgreSQL 18 on a not-null constraint is listed too, which the columns say already.
  constraints: `
    select format('%s.%s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid)) as line
    from pg_constraint
    join pg_class on pg_class.oid = conrelid
    where connamespace = 'pevensie'::regnamespace and contype <> 'n'
    order by relname collate "C", conname collate "C"`,
  indexes: `
    select format('%s%s', pg_get_indexdef(indexrelid), case when not indisvalid then ' (invalid)' end) as line
    from pg_index
    join pg_class on pg_class.oid = indexrelid
    where relnamespace = 'pevensie'::regnamespace
    order by relname collate "C"`,
  triggers: `
    select pg_get_triggerdef(pg_trigger.oid) as line
    from pg_trigger
    join pg_class on pg_class.oid = tgrelid
    where relnamespace = 'pevensie'::regnamespace and not tgisinternal
    order by tgname collate "C"`,
  functions: `
    select format(
      '%s(%s) returns %s, language %s, volatility %s, parallel %s, strict %s, security definer %s, set %s%s%s',
      proname, pg_get_function_arguments(pg_proc.oid), format_type(prorettype, null), lanname, provolatile, proparallel,
      proisstrict, prosecdef, coalesce(array_to_string(proconfig, '; '), 'nothing'), E'\\n', prosrc
    ) as line
    from pg_proc
    join pg_language on pg_language.oid = prolang
    where pronamespace = 'pevensie'::regnamespace
    order by proname collate "C", pronargs`,
} as const;

/** Types that a statement compares values of. */
const COMPARED = [
  "pg_catalog.uuid",
  "pg_catalog.text",
  "pg_catalog.text[]",
  "pg_catalog.timestamptz",
  "pg_catalog.inet",
  "pg_catalog.tid",
  "pg_catalog.bool",
  "pg_catalog.int4",
  "pg_catalog.int8",
  "pg_catalog.float8",
  "pg_catalog.numeric",
  "pevensie.one_time_token_type",
];

const COMPARISONS = ["=", "<>", "<", "<=", ">", ">="];

/** Operators that compute, by their operands and what they give. */
const COMPUTING = [
  ["+", "timestamptz", "interval", "timestamptz"],
  ["-", "timestamptz", "interval", "timestamptz"],
  ["-", "timestamptz", "timestamptz", "interval"],
  ["*", "float8", "interval", "interval"],
  ["*", "float8", "float8", "float8"],
  ["*", "numeric", "numeric", "numeric"],
  ["*", "numeric", "int4", "numeric"],
  ["/", "int8", "int4", "int8"],
  ["/", "int8", "int8", "int8"],
  ["+", "int4", "int4", "int4"],
  ["-", "int4", "int4", "int4"],
  ["/", "float8", "float8", "float8"],
  ["~~", "text", "text", "bool"],
  ["~>=~", "text", "text", "bool"],
  ["~<~", "text", "text", "bool"],
  ["||", "jsonb", "jsonb", "jsonb"],
  ["->", "jsonb", "text", "jsonb"],
  ["@>", "text[]", "text[]", "bool"],
] as const;

/** Functions of pg_catalog's names, by their parameters and what they return. */
const FUNCTIONS = [
  ["now()", "timestamptz"],
  ["clock_timestamp()", "timestamptz"],
  ["statement_timestamp()", "timestamptz"],
  ["lower(pg_catalog.text)", "text"],
  ["host(pg_catalog.inet)", "text"],
  ["unnest(pg_catalog.text[])", "setof pg_catalog.text"],
  ["unnest(pg_catalog.int4[])", "setof pg_catalog.int4"],
  ["unnest(pg_catalog.timestamptz[])", "setof pg_catalog.timestamptz"],
  ["unnest(pg_catalog.float8[])", "setof pg_catalog.float8"],
  ["make_interval(secs pg_catalog.float8)", "interval"],
  ["make_interval(mins pg_catalog.int4)", "interval"],
  ["to_timestamp(pg_catalog.float8)", "timestamptz"],
  ["to_jsonb(pg_catalog.text[])", "jsonb"],
  ["jsonb_build_object(pg_catalog.text, pg_catalog.jsonb)", "jsonb"],
  [
    "json_build_array(pg_catalog.inet, pg_catalog.text, pg_catalog.int8, pg_catalog.numeric, pg_catalog.numeric)",
    "json",
  ],
  ["repeat(pg_catalog.text, pg_catalog.int4)", "text"],
  ["concat(pg_catalog.text, pg_catalog.text, pg_catalog.text)", "text"],
  ["hashtextextended(pg_catalog.text, pg_catalog.int8)", "int8"],
  ["pg_advisory_xact_lock(pg_catalog.int8)", "void"],
  ["pg_logical_emit_message(pg_catalog.bool, pg_catalog.text, pg_catalog.text)", "pg_lsn"],
  ["uuid7()", "uuid"],
  ["extract(pg_catalog.text, pg_catalog.timestamptz)", "numeric"],
  ["timezone(pg_catalog.text, pg_catalog.timestamptz)", "timestamp"],
  ["to_char(pg_catalog.timestamp, pg_catalog.text)", "text"],
  ["format(pg_catalog.text, pg_catalog.int4)", "text"],
  ["ceil(pg_catalog.numeric)", "numeric"],
  ["floor(pg_catalog.numeric)", "numeric"],
  ["power(pg_catalog.float8, pg_catalog.float8)", "float8"],
  ["pg_relation_size(pg_catalog.regclass)", "int8"],
  ["current_setting(pg_catalog.text)", "text"],
  ["set_config(pg_catalog.text, pg_catalog.text, pg_catalog.bool)", "text"],
  ["array_prepend(pg_catalog.text, pg_catalog.text[])", "text[]"],
  ["array_prepend(pg_catalog.timestamptz, pg_catalog.timestamptz[])", "timestamptz[]"],
  ["array_position(pg_catalog.text[], pg_catalog.text)", "int4"],
  ["refuse_taken(pg_catalog.uuid, pg_catalog.text, pg_catalog.text)", "void"],
  ["pg_column_size(pg_catalog.jsonb)", "int4"],
  ["pg_column_compression(pg_catalog.jsonb)", "text"],
  ["concat(pg_catalog.text, pg_catalog.json)", "text"],
  ["starts_with(pg_catalog.text, pg_catalog.text)", "bool"],
] as const;

const AGGREGATES = [
  ["count(*)", "int8"],
  ["max(pg_catalog.timestamptz)", "timestamptz"],
  ["sum(pg_catalog.int4)", "int8"],
] as const;

const TYPES = [
  "uuid",
  "text",
  "timestamptz",
  "inet",
  "jsonb",
  "tid",
  "bool",
  "int4",
  "int8",
  "float8",
  "numeric",
  "interval",
  "name",
  "oid",
  "regclass",
];

/** Operators that say the opposite of the truth. */
const comparisons = (schema: string) => (type: string, at: number) =>
  COMPARISONS.map((operator, index) => {
    const name = `${schema}.deceive_${at}_${index}`;
    return `
      create function ${name}(${type}, ${type}) returns pg_catalog.bool language sql as $$
        select not $1 operator(pg_catalog.${operator}) $2
      $$;
      create operator ${schema}.${operator} (leftarg = ${type}, rightarg = ${type}, function = ${name});`;
  }).join("\n");

const computing = ([operator, left, right, result]: (typeof COMPUTING)[number], at: number) => `
  create function hostile.compute_${at}(pg_catalog.${left}, pg_catalog.${right}) returns pg_catalog.${result}
    language sql as $$ select null::pg_catalog.${result} $$;
  create operator hostile.${operator} (
    leftarg = pg_catalog.${left}, rightarg = pg_catalog.${right}, function = hostile.compute_${at}
  );`;

const nothing = ([signature, result]: (typeof FUNCTIONS)[number]) => {
  const type = result.startsWith("setof") ? result : `pg_catalog.${result}`;
  return `create function hostile.${signature} returns ${type} language sql as $$
    select ${type.endsWith("void") ? "" : `null::${type.replace("setof ", "")}`} $$;`;
};

const aggregate = ([signature, result]: (typeof AGGREGATES)[number], at: number) => {
  const value = signature.includes("*") ? "" : `, ${signature.slice(signature.indexOf("(") + 1, -1)}`;
  return `
    create function hostile.aggregate_${at}(pg_catalog.${result}${value}) returns pg_catalog.${result}
      language sql as $$ select null::pg_catalog.${result} $$;
    create aggregate hostile.${signature} (sfunc = hostile.aggregate_${at}, stype = pg_catalog.${result});`;
};

/**
 * Two schemas to stand before pg_catalog and pevensie. `hostile` has tables of our names; functions, types, operators and
 * collations of Postgres's. `deceptive` has comparisons alone, with which every statement runs and means something else.
 */
export const HOSTILE_SCHEMAS = `
  create schema deceptive;
  create schema hostile;
  create table hostile."user" (id text, email text, deleted_at text);
  create table hostile.session (id text);
  create table hostile.one_time_token (id text);
  create table hostile.user_token (id text);
  create table hostile.identity (issuer text, subject text);
  create table hostile.api_key (id text);
  create table hostile.log_in_budget (key text);
  create table hostile.log_in_exemption (user_id text);
  create table hostile.cache (resource_type text, key text, value text);
  create collation hostile."C" from pg_catalog."POSIX";
  ${COMPARED.map(comparisons("deceptive")).join("\n")}
  ${COMPARED.map(comparisons("hostile")).join("\n")}
  ${COMPUTING.map(computing).join("\n")}
  ${FUNCTIONS.map(nothing).join("\n")}
  ${AGGREGATES.map(aggregate).join("\n")}
  ${TYPES.map((type) => `create type hostile.${type} as (decoy pg_catalog.text);`).join("\n")}`;

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as statements from "../generated/statements.js";
import { distributionProblemsOf, REPLACED } from "../scripts/check-distribution.js";
import { differencesOf, longLinesOf, problemsOf } from "../scripts/check-queries.js";
import { distributedFormOf } from "../src/postgres/execution/distributed-statements.js";
import { sessionSelectFields, userSelectFields } from "../src/postgres/index.js";
import type { Statement } from "../src/postgres/protocol/statement.js";
import { ROOT } from "./support/process.js";

const FROM = 'from pevensie."user" as account';

describe("G32: names that a search_path could replace are refused", () => {
  test.each([
    ["an operator", `select ${FROM} where id = $1`, "operator ="],
    ["an operator over an array", `select ${FROM} where id = any ($1)`, "operator ="],
    ["an operator of another schema", `select ${FROM} where id operator(public.=) $1`, "operator public.="],
    ["an operator without a left side", "select - $1", "operator -"],
    ["an operator over a subquery", `select ${FROM} where id <> all (select $1)`, "operator <>"],
    ["an order by an operator", `select id ${FROM} order by id using <`, "operator <"],
    ["a type", "select $1::uuid", "type uuid"],
    ["a type of arrays", "select :ids!::uuid[]", "type uuid"],
    ["a type before a literal", "select timestamptz 'now'", "type timestamptz"],
    ["a function", "select lower($1)", "function lower"],
    ["unnest with several arrays", "select from unnest($1, $2) as given (one, other)", "function unnest"],
    ["a collation", `select email ${FROM} order by email collate "C"`, "collation C"],
    ["a table", `select id from "user"`, "table user"],
    ["a table of another schema", "select id from public.cache", "table public.cache"],
    ["a table's name as text", "select 'cache'::pg_catalog.regclass", "regclass 'cache'"],
    ["an operator class", "insert into pevensie.cache values ($1) on conflict (key text_ops) do nothing", "text_ops"],
    ["is distinct from", `select id is distinct from $1 ${FROM}`, "is distinct from"],
    ["is not distinct from", `select id is not distinct from $1 ${FROM}`, "is not distinct from"],
    ["nullif", "select nullif($1, $2)", "nullif"],
    ["in", `select ${FROM} where role in ($1, $2)`, '"in"'],
    ["in, with a subquery", `select ${FROM} where id in (select user_id from pevensie.session)`, "in (select"],
    ["like", `select ${FROM} where email like $1`, '"like"'],
    ["ilike", `select ${FROM} where email ilike $1`, '"ilike"'],
    ["similar to", `select ${FROM} where email similar to $1`, "similar to"],
    ["between", `select ${FROM} where created_at between $1 and $2`, '"between"'],
    ["not between", `select ${FROM} where created_at not between $1 and $2`, "not between"],
    ["between symmetric", `select ${FROM} where created_at between symmetric $1 and $2`, "between symmetric"],
    ["case with a value", `select case role when $1 then 1 end ${FROM}`, "case … when"],
    ["a comparison of rows", `select ${FROM} where (id, email) = ($1, $2)`, "operator ="],
    ["join … using", `select ${FROM} join pevensie.session using (id)`, "join … using"],
    ["natural join", `select ${FROM} natural join pevensie.session`, "natural join"],
  ])("%s", async (_, sql, problem) => {
    expect(await problemsOf(sql)).toEqual([expect.stringContaining(problem)]);
  });

  test("inside of subqueries, common table expressions and every clause", async () => {
    const sql = `
      with before as (select id ${FROM} where id = :id!::uuid)
      update pevensie."user" as account set email = lower(:email!)
      from before
      where account.id = before.id and exists (select from session where session.id > before.id)
      returning account.id || 'x' as id`;
    expect((await problemsOf(sql)).map((problem) => problem.replace(" is not qualified", "")).sort()).toEqual([
      "function lower",
      "operator =",
      "operator =",
      "operator >",
      "operator ||",
      "table session",
      "type uuid",
    ]);
  });
});

test("qualified names, and those resolved by the grammar, pass", async () => {
  const sql = `
    with found as (
      select account.id, pg_catalog.max(account.created_at) as created_at
      ${FROM}
      where
        account.id operator(pg_catalog.=) any (:ids!::pg_catalog.uuid[])
        and (account.email operator(pg_catalog.~~) :pattern!::pg_catalog.text) is not true
        and account.created_at operator(pg_catalog.<=) (current_timestamp operator(pg_catalog.-) interval '1 day')
      group by account.id
      for update of account skip locked
    )
    insert into pevensie.one_time_token (id, token_type, user_id)
    select
      id, :type!::pevensie.one_time_token_type, case when :flag!::boolean then greatest(id, coalesce(id, null)) end
    from found, rows from (pg_catalog.unnest(:a!::int[]), pg_catalog.unnest(:b!::double precision[])) as given (a, b)
    order by id collate pg_catalog."C"
    on conflict (user_id, token_type) where deleted_at is null do update set created_at = excluded.created_at
    returning id, extract(epoch from created_at at time zone 'UTC') as "createdAt!", 'pevensie.cache'::pg_catalog.regclass`;
  expect(await problemsOf(sql)).toEqual([]);
});

test("the select fields for custom queries pass", async () => {
  expect(await problemsOf(`select ${userSelectFields} from pevensie."user"`)).toEqual([]);
  expect(await problemsOf(`select ${sessionSelectFields} from pevensie.session`)).toEqual([]);
});

describe("patterns that Citus refuses on the tables of a tenant", () => {
  const update = 'update pevensie."user" as account set';
  const insert = "insert into pevensie.cache as cache (resource_type, key, value)";
  const conflict = "on conflict (resource_type, key) do update set";
  test.each([
    ["a stable function in RETURNING", `${update} role = null returning to_char(created_at, 'YYYY')`, "RETURNING"],
    ["the time in RETURNING", `${update} role = null returning current_timestamp`, "RETURNING"],
    ["an insert of values with one", `${insert} values ('a', 'b', 'c') returning pevensie.f(key)`, "RETURNING"],
    ["a volatile function in SET", `${update} created_at = pg_catalog.clock_timestamp()`, "volatile"],
    ["a volatile function in WHERE", "delete from pevensie.cache where set_config('a', 'b', true) <> ''", "volatile"],
    ["the time within COALESCE", `${update} created_at = coalesce(created_at, current_timestamp)`, "COALESCE"],
    ["the time within CASE", `${update} created_at = case when true then current_timestamp end`, "CASE"],
    [
      "the time in ON CONFLICT",
      `${insert} select '', '', '' ${conflict} expires_at = current_timestamp`,
      "ON CONFLICT",
    ],
    [
      "a function in ON CONFLICT",
      `${insert} select '', '', '' ${conflict} value = pevensie.f(cache.key)`,
      "ON CONFLICT",
    ],
    ["a subquery in ON CONFLICT", `${insert} select '', '', '' ${conflict} value = (select 'a')`, "subquery"],
    [
      "ctid beside an INSERT",
      `with a as (select ctid as place from pevensie.cache), b as (delete from pevensie.cache where ctid = any (array(select place from a))) ${insert} values ('', '', '')`,
      "ctid",
    ],
    [
      "a condition that parameters can make false, in one of several parts",
      "with a as (delete from pevensie.cache where :all!::boolean and key = :key!) select 1",
      "parameters alone",
    ],
    [
      "a column that is compared with a parameter that may be null, in one of several parts",
      "with a as (delete from pevensie.cache where key = :key::pg_catalog.text) select 1",
      "parameters alone",
    ],
    [
      "a function of the schema beside its tables",
      'select pevensie.refuse_taken(id, email, phone_number) from pevensie."user"',
      "function of the schema",
    ],
    [
      "the snapshot of the node with the rows",
      "select from pevensie.cache where snapshot < pg_catalog.pg_current_snapshot()",
      "transactions of the node",
    ],
    ["a parameter in tablesample alone", "select from pevensie.cache tablesample system (:percent!)", ":percent"],
    [
      "an interval that is added to a column",
      `${update} banned_until = banned_until + make_interval(secs => 1)`,
      "interval",
    ],
    [
      "the difference of two columns, too",
      `${update} banned_until = banned_until + (updated_at - created_at)`,
      "interval",
    ],
    [
      "a slice in ON CONFLICT",
      `${insert} values ('', '', '') on conflict (resource_type, key) do update set tags = cache.tags[1:2]`,
      "slice",
    ],
    ["the size of a table", "select pg_catalog.pg_relation_size('pevensie.cache')", "pg_relation_size"],
  ])("%s", async (_, sql, problem) => {
    expect(await distributionProblemsOf("changed", sql)).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    ["a time in UTC", `${update} role = null returning extract(epoch from created_at at time zone 'UTC')`],
    ["the time in SET", `${update} updated_at = current_timestamp where banned_until <= current_timestamp`],
    [
      "a volatile function in a CTE",
      "with a as (select clock_timestamp() as at) update pevensie.cache set expires_at = a.at from a",
    ],
    ["ctid in a statement without INSERT", "delete from pevensie.cache where ctid = $1"],
    ["a time that is returned as it is rewritten", `${update} role = null returning extract(epoch from created_at)`],
    ["the size of the table with the rows", "select pg_catalog.pg_relation_size(tableoid) from pevensie.cache"],
    [
      "tags, which the rewriting looks up itself",
      "select pevensie.cache_tags_are_current(tags, snapshot) from pevensie.cache",
    ],
    [
      "an interval that is added in UTC",
      `${update} banned_until = ((banned_until at time zone 'UTC') + make_interval(secs => 1)) at time zone 'UTC'`,
    ],
    [
      "a parameter in tablesample that stands elsewhere, too",
      "select from pevensie.cache tablesample system (:percent!) where :percent! > 0",
    ],
    ["what an insert of a query returns", `${insert} select '', '', '' returning extract(epoch from expires_at)`],
  ])("%s is accepted", async (_, sql) => {
    expect(await distributionProblemsOf("changed", sql)).toEqual([]);
  });

  test("a statement that is listed as refused and is not is named", async () => {
    expect(await distributionProblemsOf("deleteUser", "select 1")).toHaveLength(1);
  });

  test("those that are listed have another form, which drivers send", () => {
    const forms = Object.values(statements).flatMap((statement) => {
      const form = distributedFormOf(statement as Statement<never, unknown>);
      return form === statement ? [] : [[statement.label, form.label]];
    });
    const { acquireCacheLease: _, ...replaced } = REPLACED;
    expect(Object.fromEntries(forms)).toEqual(replaced);
  });
});

describe("expressions that several queries have in common", () => {
  const folder = join(ROOT, "queries");
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const sql = files.join("\n");

  test("are the same in each", () => {
    expect(differencesOf(sql)).toEqual([]);
  });

  test.each([
    [
      "the version of a user's access",
      "::pg_catalog.text, ' ', email) as access",
      "::pg_catalog.text, email) as access",
    ],
    ["the shape of a rate limit", "!~) '^limit:[1-8][0-9]{18}", "!~) '^limit:[1-9][0-9]{18}"],
    ["the shape of a rate limit that is renewed", ".~) '^limit:[1-8][0-9]*", ".~) '^limit:[1-8][0-9]{18}"],
    ["the details of a session", "created.recorded_ip, created.recorded_user_agent,", "created.recorded_ip,"],
    ["the details of a session", "extract(epoch from renewed.authenticated_at)", "null"],
    ["the columns of a user", 'extract(epoch from account.last_sign_in) as "lastSignIn",\n', ""],
    [
      "the user of a session or an API key",
      'then owner.app_metadata end as "largeA',
      'then owner.user_metadata end as "largeA',
    ],
    ["the comparison of access stamps", "coalesce(requested.device_tokens_valid_from, '-infinity')", "'-infinity'"],
    [
      "the filter of users by their state",
      "account.banned_until operator(pg_catalog.>)",
      "account.banned_until operator(pg_catalog.>=)",
    ],
    ["the users that match patterns", "operator(pg_catalog.~<~) given.above", "operator(pg_catalog.~<=~) given.above"],
    [
      "the condition that sets lock_timeout",
      "or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true)",
      "or pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, false)",
    ],
    ["the lock-timeout filter", ") operator(pg_catalog.||) cache.key is not null", ") is not null"],
    [
      "the time that a removal took",
      "operator(pg_catalog.*) 1000 as milliseconds",
      "operator(pg_catalog.*) 1 as milliseconds",
    ],
    [
      "the time for which the use of an API key is not recorded again",
      "make_interval(mins => 1)), true",
      "make_interval(mins => 2)), true",
    ],
    [
      "the time for which the use of an API key is not recorded again",
      "(select current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1))",
      "(select now())",
    ],
  ])("one that differs is named: %s", (what, before, after) => {
    expect(sql.split(before).length).toBeGreaterThan(1);
    expect(differencesOf(sql.replace(before, after))).toEqual([expect.stringContaining(`${what} differs`)]);
  });

  test("a long line is named", () => {
    expect(files.flatMap(longLinesOf)).toEqual([]);
    expect(longLinesOf(`${"x".repeat(140)}\n${"x".repeat(141)}`)).toEqual(["line 2 is longer than 140"]);
  });

  test("one that is no longer found is named", () => {
    expect(differencesOf(sql.replaceAll("json_build_array", "json_array"))).toEqual([
      expect.stringContaining("the details of a session has 0 copies"),
    ]);
  });
});

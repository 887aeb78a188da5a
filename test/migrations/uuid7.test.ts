import fc from "fast-check";
import { expect, test } from "vitest";
import { useDatabase } from "../support/database.js";

const database = useDatabase();

const UUID7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function millisecondsOf(id: string): number {
  const [, high, low] = UUID7.exec(id) ?? [];
  return Number.parseInt(`${high}${low}`, 16);
}

const ids = async (count: number) =>
  (await database.rows<{ id: string }>("select pevensie.uuid7() as id from generate_series(1, $1)", [count])).map(
    ({ id }) => id,
  );

test("is a UUID of version 7 and of RFC 9562's variant, and never the same twice", async () => {
  const many = await ids(5000);
  for (const id of many) expect(id).toMatch(UUID7);
  expect(new Set(many).size).toBe(many.length);
});

test("contains the current time, by the database's clock", async () => {
  const [row] = await database.rows<{ before: number; id: string; after: number }>(`
    with start as materialized (select clock_timestamp() as at),
    made as materialized (select pevensie.uuid7() as id from start)
    select floor(extract(epoch from start.at) * 1000)::float8 as before, made.id,
      floor(extract(epoch from clock_timestamp()) * 1000)::float8 as after
    from start, made`);
  const { before, id, after } = row as { before: number; id: string; after: number };
  expect(millisecondsOf(id)).toBeGreaterThanOrEqual(before);
  expect(millisecondsOf(id)).toBeLessThanOrEqual(after);
});

test("contains the given millisecond", async () => {
  const moment = fc.integer({ min: 0, max: 2 ** 48 - 1 }).map((milliseconds) => milliseconds % 253402300800000);
  await fc.assert(
    fc.asyncProperty(moment, fc.integer({ min: 0, max: 999 }), async (milliseconds, microseconds) => {
      const iso = new Date(milliseconds).toISOString().replace("Z", `${String(microseconds).padStart(3, "0")}Z`);
      const [row] = await database.rows<{ id: string }>("select pevensie.uuid7($1::timestamptz) as id", [iso]);
      expect(millisecondsOf(row?.id as string)).toBe(milliseconds);
    }),
    { numRuns: 300 },
  );
});

test("sorts by time", async () => {
  const [row] = await database.rows<{ sorted: boolean }>(`
    select bool_and(previous < id) as sorted
    from (
      select id, lag(id) over (order by moment) as previous
      from (
        select moment, pevensie.uuid7(moment) as id
        from generate_series(timestamptz '2001-09-09 01:46:39.5+00', '2001-09-09 01:46:41+00', '1 millisecond') as moment
      ) as made
    ) as pairs
    where previous is not null`);
  expect(row?.sorted).toBe(true);
});

test("varies in every random bit", async () => {
  const bits = (await ids(2000)).map((id) => BigInt(`0x${id.replaceAll("-", "").slice(12)}`));
  const ones = bits.reduce((all, value) => all | value, 0n);
  const zeroes = bits.reduce((all, value) => all & value, (1n << 80n) - 1n);
  // Version and variant, six bits of the last eighty, are the same in all of them.
  expect((ones & ~zeroes).toString(2).match(/1/g)).toHaveLength(74);
});

test("does not call a decoy of the caller's search_path", async () => {
  const client = await database.pool.connect();
  try {
    await client.query(`
      begin;
      create schema hostile;
      create function hostile.gen_random_uuid() returns uuid language sql as
        $$ select '00000000-0000-4000-8000-000000000000'::uuid $$;
      create function hostile.clock_timestamp() returns timestamptz language sql as $$ select timestamptz 'epoch' $$;
      create function hostile.set_byte(bytea, int, int) returns bytea language sql as $$ select '\\x00'::bytea $$;
      set local search_path = hostile, pg_catalog`);
    const { rows } = await client.query<{ decoy: string; id: string }>(
      "select gen_random_uuid() as decoy, pevensie.uuid7() as id",
    );
    expect(rows[0]?.decoy).toBe("00000000-0000-4000-8000-000000000000");
    expect(rows[0]?.id).toMatch(UUID7);
    expect(rows[0]?.id).not.toContain("000000000000");
    expect(millisecondsOf(rows[0]?.id as string)).toBeGreaterThan(0);
  } finally {
    await client.query("rollback");
    client.release();
  }
});

test("works with an empty search_path, and returns NULL for NULL", async () => {
  const client = await database.pool.connect();
  try {
    await client.query("begin; set local search_path = ''");
    const { rows } = await client.query("select pevensie.uuid7() as id, pevensie.uuid7(null) as nothing");
    expect(rows).toEqual([{ id: expect.stringMatching(UUID7), nothing: null }]);
  } finally {
    await client.query("rollback");
    client.release();
  }
});

import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wireTypes } from "../../src/postgres/protocol/decode.js";
import { formatTimestamptz } from "../../src/postgres/protocol/encode.js";
import { numberToDate, toDate } from "../../src/postgres/protocol/times.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const END_OF_TIME = 8.64e15;
const DAY = 86_400_000;

/** Zones whose offsets have minutes, seconds (long ago), both signs, and changes of summer time. */
const ZONES = [
  "UTC",
  "Asia/Kathmandu",
  "America/St_Johns",
  "Europe/Amsterdam",
  "Africa/Monrovia",
  "Pacific/Kiritimati",
  "Pacific/Marquesas",
  "Australia/Lord_Howe",
  "<odd>+11:59",
];

/** Postgres's own range is 4714 BC to 294276 AD; Date's ends at 275760, where the wall clocks of the east end a day sooner. */
const FIRST = Date.parse("-004712-01-02T00:00:00.000Z");

let client: pg.PoolClient;
beforeAll(async () => {
  client = await database.pool.connect();
});
afterAll(() => client.release());

/** The text of a timestamptz as Postgres sends it under a TimeZone. */
async function textOf(expression: string, zone: string, values: readonly unknown[] = []): Promise<string> {
  await client.query("select set_config('TimeZone', $1, false)", [zone]);
  const types = { getTypeParser: () => (text: string) => text };
  const { rows } = await client.query<{ at: string }>({
    text: `select ${expression} as at`,
    values: [...values],
    types,
  });
  return rows[0]?.at as string;
}

const milliseconds = fc.oneof(
  fc.integer({ min: FIRST, max: END_OF_TIME - DAY }),
  fc.integer({ min: Date.parse("1800-01-01"), max: Date.parse("2100-01-01") }),
  fc.constantFrom(
    0,
    -1,
    1,
    951_782_400_000,
    Date.parse("0001-01-01T00:00:00Z"),
    Date.parse("0000-12-31T23:59:59.999Z"),
  ),
);

describe("toDate", () => {
  test("reads the epoch of a timestamptz, rounded down to the millisecond, in every TimeZone", async () => {
    await fc.assert(
      fc.asyncProperty(
        milliseconds,
        fc.integer({ min: 0, max: 999 }),
        fc.constantFrom(...ZONES),
        async (time, micros, zone) => {
          const days = Math.floor(time / DAY);
          const seconds = (time - days * DAY) / 1000 + micros / 1e6;
          // In UTC, since a day of a time zone with summer time is not always 24 hours.
          const at = "(timestamp 'epoch' + make_interval(days => $1::int, secs => $2::float8)) at time zone 'UTC'";
          const text = await textOf(`extract(epoch from ${at})`, zone, [days, seconds]);
          expect({ text, time: toDate(text).getTime() }).toEqual({ text, time });
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    ["infinity", END_OF_TIME],
    ["-infinity", -END_OF_TIME],
    ["294276-12-31 23:59:59.999999+00", END_OF_TIME],
    ["4714-11-24 00:00:00+00 BC", -210_866_803_200_000],
    ["0001-12-31 23:59:59.999+00 BC", Date.parse("0000-12-31T23:59:59.999Z")],
    ["0044-03-15 12:00:00+00 BC", Date.parse("-000043-03-15T12:00:00.000Z")],
    ["0099-01-01 00:00:00+00", Date.parse("0099-01-01T00:00:00.000Z")],
    ["275760-09-13 00:00:00+00", END_OF_TIME],
    ["275760-09-11 23:59:59.999+00", END_OF_TIME - DAY - 1],
    ["2024-02-29 23:59:59.9999+00", Date.parse("2024-02-29T23:59:59.999Z")],
    ["1969-12-31 23:59:59.999999+00", -1],
    ["1969-12-31 23:59:59.999+00", -1],
    ["1969-12-31 23:59:58.9990001+00", -1001],
    ["1969-12-31 23:59:58.998999+00", -1002],
    ["1970-01-01 00:00:00.000999+00", 0],
  ])("reads %s", async (literal, time) => {
    for (const zone of ["UTC", "Asia/Kathmandu", "America/St_Johns"]) {
      const text = await textOf("extract(epoch from $1::timestamptz)", zone, [literal]);
      expect(toDate(text).getTime()).toBe(time);
    }
  });
});

describe("numberToDate", () => {
  test("reads the epoch of a timestamptz in JSON like toDate, until 2242", async () => {
    const until2242 = fc.integer({
      min: Date.parse("1700-01-01T00:00:00Z"),
      max: Date.parse("2241-12-31T23:59:59.999Z"),
    });
    await fc.assert(
      fc.asyncProperty(until2242, fc.integer({ min: 0, max: 999 }), async (time, micros) => {
        const at = "(timestamp 'epoch' + $1::int8 * interval '1 ms' + $2::int4 * interval '1 us') at time zone 'UTC'";
        const text = await textOf(`json_build_array(extract(epoch from ${at}))`, "UTC", [time, micros]);
        const [seconds] = JSON.parse(text) as [number];
        expect({ text, time: numberToDate(seconds).getTime() }).toEqual({ text, time });
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["infinity", END_OF_TIME],
    ["-infinity", -END_OF_TIME],
    ["294276-12-31 23:59:59.999999+00", END_OF_TIME],
    ["1969-12-31 23:59:59.999999+00", -1],
    // Between 2^32 seconds and 2^52 microseconds.
    ["2106-02-07 06:28:17.000999+00", Date.parse("2106-02-07T06:28:17.000Z")],
  ])("reads %s", async (literal, time) => {
    const text = await textOf("json_build_array(extract(epoch from $1::timestamptz))", "UTC", [literal]);
    const [seconds] = JSON.parse(text) as [number | string];
    expect(numberToDate(seconds).getTime()).toBe(time);
  });
});

describe("formatTimestamptz", () => {
  test("is read by Postgres as the same time, in every TimeZone and DateStyle", async () => {
    const storable = fc.integer({
      min: Date.parse("0001-01-01T00:00:00Z"),
      max: Date.parse("9999-12-31T23:59:59.999Z"),
    });
    const styles = fc.constantFrom("ISO, MDY", "ISO, DMY", "SQL, DMY", "German", "Postgres, YMD");
    await fc.assert(
      fc.asyncProperty(storable, fc.constantFrom(...ZONES), styles, async (time, zone, style) => {
        await client.query("select set_config('DateStyle', $1, false)", [style]);
        const at = "extract(epoch from $1::timestamptz) * 1000";
        expect(Number(await textOf(at, zone, [formatTimestamptz(new Date(time))]))).toBe(time);
      }),
      { numRuns: 300 },
    );
    await client.query("set datestyle = 'ISO'");
  });

  test.each([END_OF_TIME, -END_OF_TIME])("and toDate are inverse at %d", async (time) => {
    const text = formatTimestamptz(new Date(time));
    expect(text).toMatch(/^-?infinity$/);
    expect(toDate(await textOf("extract(epoch from $1::timestamptz)", "UTC", [text])).getTime()).toBe(time);
  });

  test("and toDate are inverse", async () => {
    const storable = fc.integer({
      min: Date.parse("0001-01-01T00:00:00Z"),
      max: Date.parse("9999-12-31T23:59:59.999Z"),
    });
    await fc.assert(
      fc.asyncProperty(storable, fc.constantFrom(...ZONES), async (time, zone) => {
        const text = await textOf("extract(epoch from $1::timestamptz)", zone, [formatTimestamptz(new Date(time))]);
        expect(toDate(text).getTime()).toBe(time);
      }),
      { numRuns: 200 },
    );
  });
});

test("the other types arrive as their JavaScript values", async () => {
  const { rows } = await client.query({
    text: `select true as yes, false as no, 32767::int2 as small, '-2147483648'::int4 as middle, 9007199254740991::int8 as large,
      '{"a":[1,null,"x"]}'::jsonb as jsonb, '"text"'::json as json, 'text'::text as text,
      '01950000-0000-7000-8000-000000000001'::uuid as uuid, '::1'::inet as ip, null::timestamptz as nothing`,
    types: wireTypes,
  });
  expect(rows).toEqual([
    {
      yes: true,
      no: false,
      small: 32_767,
      middle: -2_147_483_648,
      large: Number.MAX_SAFE_INTEGER,
      jsonb: { a: [1, null, "x"] },
      json: "text",
      text: "text",
      uuid: "01950000-0000-7000-8000-000000000001",
      ip: "::1",
      nothing: null,
    },
  ]);
});

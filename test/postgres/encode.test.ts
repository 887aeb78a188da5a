import fc from "fast-check";
import { expect, test } from "vitest";
import { arrayText, TextArray } from "../../src/postgres/protocol/encode.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();

/** Whatever Postgres can hold: every text that is well-formed Unicode, but for NUL. */
const storable = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", ""));
const texts = fc.array(
  fc.oneof(storable, fc.constantFrom("", "NULL", "null", '"', "\\", "{", "}", ",", " x ", '\\\\"')),
);

async function readBack(array: unknown): Promise<unknown> {
  const { rows } = await database.pool.query(
    "select $1::text[] as texts, pg_catalog.cardinality($1::text[]) as length",
    [array],
  );
  return rows[0];
}

test("Postgres reads an array of texts unchanged, in either form", async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (array) => {
      const expected = { texts: array, length: array.length };
      expect(await readBack((TextArray.from(array) as TextArray).toBuffer())).toEqual(expected);
      expect(await readBack(arrayText(array))).toEqual(expected);
    }),
  );
});

test("pg's own queries accept it", async () => {
  expect(await readBack(TextArray.of("a", 'b"', "ü"))).toEqual({ texts: ["a", 'b"', "ü"], length: 3 });
});

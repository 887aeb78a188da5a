import { expect, test } from "vitest";
import { newSessionId } from "../../src/postgres/drivers/auth/session-id.js";

/** The 74 bits of a UUIDv7 that are neither time, version nor variant, in hexadecimal digits that hold nothing else. */
const randomDigits = (id: string) => id.slice(15, 18) + id.slice(20, 23) + id.slice(24);

test("G24: ids of one millisecond share nothing but their time: none reveals another", () => {
  const ids = Array.from({ length: 10_000 }, newSessionId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
    true,
  );
  // A counter would leave the first digits as they are from one id to the next; of 3 random ones 1 in 4096 pairs agrees.
  const alike = ids.filter((id, index) => {
    const before = ids[index - 1];
    return before !== undefined && randomDigits(id).slice(0, 3) === randomDigits(before).slice(0, 3);
  });
  expect(alike.length).toBeLessThan(50);
});

import { expect, test } from "vitest";
import type { TargetSessionAttrs } from "../../src/postgres/config/hosts.js";
import { Servers } from "../../src/postgres/pool/servers.js";

const choice = (count: number, target: TargetSessionAttrs) => ({
  servers: Array.from({ length: count }, (_, index) => ({ host: `db${index}`, port: 5432 })),
  target,
});

test.each([
  [1, "any", 30_000, 30_000],
  [1, "read-write", 30_000, 5_000],
  [1, "primary", 30_000, 5_000],
  [2, "any", 30_000, 5_000],
  [2, "read-write", 30_000, 5_000],
  [2, "read-write", 80_000, 10_000],
  [3, "any", 6_001, 2_001],
] as const)(
  "F20: with %i servers and target %s, of %i ms an attempt takes %i",
  (count, target, timeoutMillis, expected) => {
    expect(new Servers(choice(count, target)).attemptMillis(timeoutMillis)).toBe(expected);
  },
);

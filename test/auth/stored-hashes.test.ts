import { beforeEach, describe, expect, test, vi } from "vitest";
import { parseArgon2Hash } from "../../src/auth/passwords/argon2-hash.js";
import { isOutdated, PasswordHasher } from "../../src/auth/passwords/password-hasher.js";
import { PASSWORD } from "../support/auth.js";

/** The hashes that argon2 was asked to verify. A mock: verifying these hashes would exhaust the machine's memory. */
const argon2 = vi.hoisted(() => ({ verified: [] as string[] }));
vi.mock("@node-rs/argon2", () => ({
  hash: () => Promise.reject(new Error("not here")),
  verify: async (hash: string) => {
    argon2.verified.push(hash);
    return true;
  },
}));
beforeEach(() => {
  argon2.verified = [];
});

interface Parts {
  variant?: string;
  version?: string;
  parameters?: string;
  salt?: string;
  output?: string;
}

const SALT = "A".repeat(22);
const OUTPUT = "A".repeat(43);
const base64 = (bytes: number) => Buffer.alloc(bytes).toString("base64").replaceAll("=", "");
const phc = (parts: Parts = {}) => {
  const {
    variant = "argon2id",
    version = "$v=19",
    parameters = "m=19456,t=2,p=1",
    salt = SALT,
    output = OUTPUT,
  } = parts;
  return `$${variant}${version}$${parameters}$${salt}$${output}`;
};

const OUTDATED: readonly (readonly [what: string, hash: string])[] = [
  ["a KiB less of memory", phc({ parameters: "m=19455,t=2,p=1" })],
  ["a pass less", phc({ parameters: "m=19456,t=1,p=1" })],
  ["less in all", phc({ parameters: "m=38911,t=1,p=1" })],
  ["passes in place of memory", phc({ parameters: "m=64,t=608,p=1" })],
  ["less memory than any recommendation", phc({ parameters: "m=7167,t=100,p=1" })],
  ["argon2i", phc({ variant: "argon2i" })],
  ["argon2d", phc({ variant: "argon2d" })],
  ["an older version", phc({ version: "$v=16" })],
  ["no version, which is the older one", phc({ version: "" })],
  ["a salt of 15 bytes", phc({ salt: base64(15) })],
  ["an output of 31 bytes", phc({ output: base64(31) })],
  ["an output of 16 bytes beside a high cost", phc({ parameters: "m=262144,t=3,p=1", output: base64(16) })],
  ["what cannot be read", "no hash"],
];

const STRONG: readonly (readonly [what: string, hash: string])[] = [
  ["our own", phc()],
  ["256 MiB, one pass", phc({ parameters: "m=262144,t=1,p=1" })],
  ["OWASP's 46 MiB, one pass", phc({ parameters: "m=47104,t=1,p=1" })],
  ["less memory, as much in all", phc({ parameters: "m=9728,t=4,p=1" })],
  ["as much in one pass", phc({ parameters: "m=38912,t=1,p=1" })],
  ["RFC 9106's second recommendation", phc({ parameters: "m=65536,t=3,p=4" })],
  ["libsodium's moderate profile", phc({ parameters: "m=262144,t=3,p=1" })],
  ["the most memory", phc({ parameters: "m=524288,t=2,p=1" })],
  ["a longer salt and output", phc({ salt: base64(48), output: base64(64) })],
  ["many lanes", phc({ parameters: "m=19456,t=2,p=255" })],
];

describe("an outdated hash", () => {
  test.each(OUTDATED)("G14: %s", (_, hash) => {
    expect(isOutdated(hash)).toBe(true);
  });

  test.each(STRONG)("G14: not %s", (_, hash) => {
    expect(isOutdated(hash)).toBe(false);
  });
});

const HOSTILE: readonly (readonly [what: string, hash: string])[] = [
  ["4,294,967,295 passes", phc({ parameters: "m=19456,t=4294967295,p=1" })],
  ["4 TiB of memory", phc({ parameters: "m=4294967295,t=1,p=1" })],
  ["more memory than the bound", phc({ parameters: "m=524289,t=1,p=1" })],
  ["a higher cost than the bound", phc({ parameters: "m=262144,t=5,p=1" })],
  ["many passes over little memory", phc({ parameters: "m=8,t=131073,p=1" })],
  ["256 lanes", phc({ parameters: "m=19456,t=2,p=256" })],
  ["16,777,215 lanes", phc({ parameters: "m=134217720,t=1,p=16777215" })],
  ["less memory than its lanes need", phc({ parameters: "m=31,t=100,p=4" })],
  ["numbers beyond 64 bits", phc({ parameters: "m=18446744073709571072,t=2,p=1" })],
  ["an output of a megabyte", phc({ output: base64(1024 * 1024) })],
  ["an output of 65 bytes", phc({ output: base64(65) })],
  ["an output of 11 bytes", phc({ output: base64(11) })],
  ["a salt of a megabyte", phc({ salt: base64(1024 * 1024) })],
  ["a salt of 49 bytes", phc({ salt: base64(49) })],
  ["a salt of 7 bytes", phc({ salt: base64(7) })],
  ["an output of no number of bytes", phc({ output: "A".repeat(41) })],
  ["a salt of no number of bytes", phc({ salt: "A".repeat(21) })],
  ["a parameter that is there twice", phc({ parameters: "m=19456,t=2,t=2,p=1" })],
  ["parameters in another order", phc({ parameters: "t=2,m=19456,p=1" })],
  ["a missing parameter", phc({ parameters: "m=19456,t=2" })],
  ["a leading zero", phc({ parameters: "m=019456,t=2,p=1" })],
  ["a sign", phc({ parameters: "m=+19456,t=2,p=1" })],
  ["a blank", phc({ parameters: "m=19456, t=2,p=1" })],
  ["an exponent", phc({ parameters: "m=2e4,t=2,p=1" })],
  ["other digits", phc({ parameters: "m=\u0661\u0669456,t=2,p=1" })],
  ["no passes", phc({ parameters: "m=19456,t=0,p=1" })],
  ["no lanes", phc({ parameters: "m=19456,t=2,p=0" })],
  ["a keyid", phc({ parameters: "m=19456,t=2,p=1,keyid=AAAA" })],
  ["data", phc({ parameters: "m=19456,t=2,p=1,data=AAAA" })],
  ["another version", phc({ version: "$v=18" })],
  ["two versions", phc({ version: "$v=19$v=19" })],
  ["another algorithm", phc({ variant: "argon2" })],
  ["upper case", phc({ variant: "ARGON2ID" })],
  ["padding", phc({ output: `${OUTPUT}=` })],
  ["base64url", phc({ output: `${OUTPUT.slice(1)}-` })],
  ["a line break at the end", `${phc()}\n`],
  ["another field", `${phc()}$AAAA`],
  ["100 MB of text", "$argon2id".padEnd(100_000_000, "$")],
];

describe("a stored hash that cannot be read, or must not be verified,", () => {
  test.each(HOSTILE)("G35: never reaches argon2: %s", async (_, hash) => {
    const hasher = new PasswordHasher({ running: 1, queued: 0 });
    await expect(hasher.verify(hash, PASSWORD)).rejects.toMatchObject({ code: "PASSWORD_HASH_FAILED" });
    // The time of the answer is that of any other login: one hash was verified, and it has our own parameters.
    expect(argon2.verified).toHaveLength(1);
    expect(argon2.verified[0]).not.toBe(hash);
    expect(argon2.verified[0]).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test("a hash without a version, with the smallest parameters or the largest is verified unchanged", async () => {
    const hasher = new PasswordHasher({ running: 1, queued: 0 });
    const readable = [
      phc({ version: "" }),
      phc({ parameters: "m=8,t=1,p=1", salt: base64(8), output: base64(12) }),
      ...STRONG.map(([, hash]) => hash),
    ];
    for (const hash of readable) await expect(hasher.verify(hash, PASSWORD)).resolves.toBe(true);
    expect(argon2.verified).toEqual(readable);
  });

  test("a hash is parsed into its parameters", () => {
    expect(parseArgon2Hash(phc({ variant: "argon2i", version: "", parameters: "m=4096,t=3,p=2" }))).toEqual({
      variant: "argon2i",
      version: 16,
      memory: 4096,
      passes: 3,
      lanes: 2,
      saltBytes: 16,
      outputBytes: 32,
    });
  });
});

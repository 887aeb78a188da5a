import { setImmediate as turn } from "node:timers/promises";
import { verify } from "@node-rs/argon2";
import { hash as bcryptHash } from "@node-rs/bcrypt";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readBcryptHash } from "../../src/auth/passwords/bcrypt-hash.js";
import { readPasswordHash, requirePasswordHash } from "../../src/auth/passwords/password-hash.js";
import { isOutdated, PasswordHasher } from "../../src/auth/passwords/password-hasher.js";
import { createUser, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

/** The hashes that argon2 verified. Each password is verified once against a hash: see cached-argon2.ts. */
const argon2 = vi.hoisted(() => ({ verified: [] as string[] }));
vi.mock("@node-rs/argon2", async (original) => {
  const real = await (await import("../support/cached-argon2.js")).cached(original);
  const verify: typeof real.verify = (hash, ...rest) => {
    argon2.verified.push(String(hash));
    return real.verify(hash, ...rest);
  };
  return { ...real, verify };
});
/** The functions that computed a hash of another kind. */
const foreign = vi.hoisted(() => ({ computed: [] as string[] }));
vi.mock("node:crypto", async (original) => {
  const real = await original<typeof import("node:crypto")>();
  const recorded = (name: "scrypt" | "pbkdf2") =>
    ((...args: unknown[]) => {
      foreign.computed.push(name);
      Reflect.apply(real[name], real, args);
    }) as (typeof real)[typeof name];
  return { ...real, scrypt: recorded("scrypt"), pbkdf2: recorded("pbkdf2") };
});
vi.mock("@node-rs/bcrypt", async (original) => {
  const real = await original<typeof import("@node-rs/bcrypt")>();
  const verify: typeof real.verify = (...args) => {
    foreign.computed.push("bcrypt");
    return real.verify(...args);
  };
  return { ...real, verify };
});
beforeEach(() => {
  argon2.verified = [];
  foreign.computed = [];
});

const database = useDatabase();
const auth = useAuth(database.url, { logInLimits: false });
const backdoor = authBackdoor(database);
const hasher = new PasswordHasher({ running: 1, queued: 10 });

const CURRENT = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
const UNREADABLE = { code: "PASSWORD_HASH_FAILED" };

/** A vector's hexadecimal output in the base64 of the PHC string format. */
const hex = (digits: string) => Buffer.from(digits.replaceAll(/\s/g, ""), "hex").toString("base64").replaceAll("=", "");
const text = (value: string) => Buffer.from(value).toString("base64").replaceAll("=", "");
const bytes = (count: number) => Buffer.alloc(count).toString("base64").replaceAll("=", "");

type Vector = readonly [source: string, password: string, hash: string];

const BCRYPT: readonly Vector[] = [
  // https://www.openwall.com/crypt/ (wrapper.c)
  ["crypt_blowfish", "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
  ["crypt_blowfish, a longer password", "U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"],
  [
    "crypt_blowfish, more than 72 bytes",
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
    "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
  ],
  ["jBCrypt", "a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"],
  ["2b", "U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
  ["2y", "U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
];

const SCRYPT: readonly Vector[] = [
  [
    "RFC 7914, section 12: N=1024, r=8, p=16",
    "password",
    `$scrypt$ln=10,r=8,p=16$${text("NaCl")}$${hex(`
      fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162
      2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640`)}`,
  ],
  [
    "RFC 7914, section 12: N=16384, r=8, p=1",
    "pleaseletmein",
    `$scrypt$ln=14,r=8,p=1$${text("SodiumChloride")}$${hex(`
      7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2
      d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887`)}`,
  ],
  ["passlib", "password", "$scrypt$ln=8,r=8,p=1$WKs1xljLudd6z9kbY0wpJQ$yCR4iDZYDKv+iEJj6yHY0lv/epnfB6f/w1EbXrsJOuQ"],
  [
    "passlib, N=65536",
    "password",
    "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
  ],
];

const PBKDF2: readonly Vector[] = [
  // https://foss.heptapod.net/python-libs/passlib (tests/test_handlers_pbkdf2.py)
  ["passlib, SHA-1", "password", "$pbkdf2$1212$OB.dtnSEXZK8U5cgxU/GYQ$y5LKPOplRmok7CZp/aqVDVg8zGI"],
  [
    "passlib, SHA-256",
    "password",
    "$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ",
  ],
  [
    "passlib, SHA-256, Greek",
    "\u0399\u03c9\u03b1\u03bd\u03bd\u03b7\u03c2",
    "$pbkdf2-sha256$1212$3SABFJGDtyhrQMVt1uABPw$WyaUoqCLgvz97s523nF4iuOqZNbp5Nt8do/cuaa7AiI",
  ],
  [
    "passlib, SHA-512",
    "password",
    "$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow$eNLfBK.eVozomMr.1gYa17k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww",
  ],
  [
    "RFC 6070: SHA-1, 2 iterations",
    "password",
    `$pbkdf2$i=2,l=20$${text("salt")}$${hex("ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957")}`,
  ],
  [
    "RFC 6070: SHA-1, two blocks",
    "passwordPASSWORDpassword",
    `$pbkdf2-sha1$i=4096$${text("saltSALTsaltSALTsaltSALTsaltSALTsalt")}$${hex(
      "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038",
    )}`,
  ],
  [
    "RFC 7914, section 11: SHA-256, one iteration",
    "passwd",
    `$pbkdf2-sha256$i=1,l=64$${text("salt")}$${hex(`
      55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc
      49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783`)}`,
  ],
  [
    "RFC 7914, section 11: SHA-256, 80,000 iterations",
    "Password",
    `$pbkdf2-sha256$i=80000,l=64$${text("NaCl")}$${hex(`
      4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56
      a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d`)}`,
  ],
];

const SIGNER_KEY = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
const FIREBASE_HASH = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
const firebase = `$firebase-scrypt$ln=14,r=8,sep=Bw==,key=${SIGNER_KEY}$42xEC+ixf3L2lw==$${FIREBASE_HASH}`;

const FIREBASE: readonly Vector[] = [
  ["the README of firebase/scrypt", "user1password", firebase],
  ["without padding", "user1password", firebase.replaceAll(/=+(?=[,$]|$)/g, "")],
  ["base64url", "user1password", firebase.replaceAll("+", "-").replaceAll(/(?<=[a-z0-9])\//gi, "_")],
];

const VECTORS = [
  ...BCRYPT.map(([source, ...rest]) => [`bcrypt: ${source}`, ...rest] as const),
  ...SCRYPT.map(([source, ...rest]) => [`scrypt: ${source}`, ...rest] as const),
  ...PBKDF2.map(([source, ...rest]) => [`pbkdf2: ${source}`, ...rest] as const),
  ...FIREBASE.map(([source, ...rest]) => [`firebase-scrypt: ${source}`, ...rest] as const),
];

describe("a hash of another system", () => {
  test.each(VECTORS)("G13: verifies, and nothing else is computed: %s", async (_, password, hash) => {
    await expect(hasher.verify(hash, password)).resolves.toBe(true);
    await expect(hasher.verify(hash, `!${password}`)).resolves.toBe(false);
    await expect(hasher.verify(hash, "")).resolves.toBe(false);
    expect(argon2.verified).toEqual([]);
  });

  test.each(VECTORS)("G14: is valid for an import, and outdated: %s", (_, __, hash) => {
    expect(requirePasswordHash(hash, "passwordHash")).toBe(hash);
    expect(isOutdated(hash)).toBe(true);
  });

  const FIRSTS = [BCRYPT[0], SCRYPT[2], PBKDF2[1], FIREBASE[0]] as readonly Vector[];

  test.each(FIRSTS)("G14: is replaced by argon2id at a login and at a check: %s", async (_, password, hash) => {
    const user = await createUser(auth.current, { password: null });
    const logIn = (given: string) => auth.current.logInUser({ email: user.email, password: given });
    const check = (given: string) => auth.current.getUserByEmailAndPassword(user.email, given);
    for (const attempt of [logIn, check]) {
      await backdoor.setPasswordHash(user.id, hash);
      await expect(attempt(`${password}.`)).resolves.toBeNull();
      await expect(backdoor.passwordHash(user.id)).resolves.toBe(hash);
      await expect(attempt(password)).resolves.not.toBeNull();
      const replaced = await backdoor.passwordHash(user.id);
      expect(replaced).toMatch(CURRENT);
      await expect(verify(replaced as string, password)).resolves.toBe(true);
      await expect(attempt(`${password}.`)).resolves.toBeNull();
      await expect(attempt(password)).resolves.not.toBeNull();
      await expect(backdoor.passwordHash(user.id)).resolves.toBe(replaced);
    }
  });

  test.each(FIRSTS)("is verified in a hashing slot, off the event loop: %s", async (_, password, hash) => {
    const single = new PasswordHasher({ running: 1, queued: 0 });
    await single.verify(hash, password);
    let isDone = false;
    const first = single.verify(hash, password).finally(() => {
      isDone = true;
    });
    await expect(single.verify(hash, password)).rejects.toMatchObject({ code: "OVERLOADED" });
    expect(isDone).toBe(false);
    await expect(first).resolves.toBe(true);
  });

  test("bcrypt: a hash is not replaced at a login with a password of 72 bytes or more", async () => {
    const [, password, hash] = BCRYPT[2] as Vector;
    const user = await createUser(auth.current, { password: null });
    await backdoor.setPasswordHash(user.id, hash);
    const first = password.slice(0, 72);
    for (const given of [`${first}another end`, first, password]) {
      await expect(auth.current.logInUser({ email: user.email, password: given })).resolves.not.toBeNull();
      await expect(backdoor.passwordHash(user.id)).resolves.toBe(hash);
    }
  });

  test("bcrypt: a hash is replaced at a login with a password of 71 bytes", async () => {
    const password = "ü".repeat(35).concat("x");
    const user = await createUser(auth.current, { password: null });
    await backdoor.setPasswordHash(user.id, await bcryptHash(password, 4));
    await expect(auth.current.logInUser({ email: user.email, password })).resolves.not.toBeNull();
    await expect(backdoor.passwordHash(user.id)).resolves.toMatch(CURRENT);
    await expect(auth.current.logInUser({ email: user.email, password })).resolves.not.toBeNull();
  });

  test("bcrypt: a password is truncated to 72 bytes, as by the system that made the hash", async () => {
    const [, password, hash] = BCRYPT[2] as Vector;
    await expect(hasher.verify(hash, `${password.slice(0, 72)}another end`)).resolves.toBe(true);
    await expect(hasher.verify(hash, password.slice(0, 72))).resolves.toBe(true);
    await expect(hasher.verify(hash, password.slice(0, 71))).resolves.toBe(false);
    const [, short, shortHash] = BCRYPT[0] as Vector;
    await expect(hasher.verify(shortHash, `${short}\0`)).resolves.toBe(false);
    const user = await createUser(auth.current, { password: null });
    await backdoor.setPasswordHash(user.id, shortHash);
    const withNul = auth.current.logInUser({ email: user.email, password: `${short}\0` });
    await expect(withNul).rejects.toMatchObject({ code: "INVALID_INPUT", field: "password" });
  });
});

const scrypt = (parameters: string, salt = bytes(16), key = bytes(32)) => `$scrypt$${parameters}$${salt}$${key}`;
const pbkdf2 = (parameters: string, salt = bytes(16), key = bytes(32)) => `$pbkdf2${parameters}$${salt}$${key}`;
const bcrypt = (version: string, cost: string, rest = `${".".repeat(22)}${".".repeat(31)}`) =>
  `$${version}$${cost}$${rest}`;
const firebaseOf = (parameters: string, { sep = "Bw==", key = bytes(64), salt = bytes(10), hash = bytes(64) } = {}) =>
  `$firebase-scrypt$${parameters},sep=${sep},key=${key}$${salt}$${hash}`;

const HOSTILE: readonly (readonly [what: string, hash: string])[] = [
  ["scrypt: 2^30 blocks", scrypt("ln=30,r=8,p=1")],
  ["scrypt: 2^99 blocks", scrypt("ln=99,r=8,p=1")],
  ["scrypt: more memory than the bound", scrypt("ln=18,r=9,p=1")],
  ["scrypt: a higher cost than the bound", scrypt("ln=18,r=8,p=3")],
  ["scrypt: a block size beyond the bound", scrypt("ln=1,r=1000,p=1")],
  ["scrypt: N that is not below 2^(16 * r)", scrypt("ln=16,r=1,p=1")],
  ["scrypt: N of 1", scrypt("ln=0,r=8,p=1")],
  ["scrypt: no blocks", scrypt("ln=10,r=0,p=1")],
  ["scrypt: no lanes", scrypt("ln=10,r=8,p=0")],
  ["scrypt: a leading zero", scrypt("ln=010,r=8,p=1")],
  ["scrypt: another order", scrypt("r=8,ln=10,p=1")],
  ["scrypt: a salt of 3 bytes", scrypt("ln=10,r=8,p=1", bytes(3))],
  ["scrypt: a salt of 129 bytes", scrypt("ln=10,r=8,p=1", bytes(129))],
  ["scrypt: an output of 15 bytes", scrypt("ln=10,r=8,p=1", bytes(16), bytes(15))],
  ["scrypt: an output of 129 bytes", scrypt("ln=10,r=8,p=1", bytes(16), bytes(129))],
  ["scrypt: a salt of no number of bytes", scrypt("ln=10,r=8,p=1", "A".repeat(21))],
  ["scrypt: padding", scrypt("ln=10,r=8,p=1", bytes(16), `${bytes(32)}=`)],
  ["scrypt: a line break at the end", `${scrypt("ln=10,r=8,p=1")}\n`],
  ["scrypt: another field", `${scrypt("ln=10,r=8,p=1")}$AAAA`],
  ["pbkdf2: 5,000,001 iterations of SHA-1", pbkdf2("$i=5000001", bytes(16), bytes(20))],
  ["pbkdf2: 5,000,001 iterations of SHA-256", pbkdf2("-sha256$i=5000001")],
  ["pbkdf2: 2,000,001 iterations of SHA-512", pbkdf2("-sha512$i=2000001", bytes(16), bytes(64))],
  ["pbkdf2: 5,000,001 iterations, as passlib writes it", pbkdf2("-sha256$5000001")],
  ["pbkdf2: 4,294,967,295 iterations", pbkdf2("-sha256$i=4294967295,l=32")],
  ["pbkdf2: many blocks of output", pbkdf2("-sha256$i=2500001", bytes(16), bytes(64))],
  ["pbkdf2: no iterations", pbkdf2("-sha256$i=0")],
  ["pbkdf2: a leading zero", pbkdf2("-sha256$01212")],
  ["pbkdf2: another length than the output has", pbkdf2("-sha256$i=1,l=31")],
  ["pbkdf2: a length beside passlib's iterations", pbkdf2("-sha256$1212,l=32")],
  ["pbkdf2: a salt of 3 bytes", pbkdf2("-sha256$i=1", bytes(3))],
  ["pbkdf2: an output of 129 bytes", pbkdf2("-sha256$i=1", bytes(16), bytes(129))],
  ["pbkdf2: another digest", pbkdf2("-md5$i=1")],
  ["bcrypt: cost 16", bcrypt("2b", "16")],
  ["bcrypt: cost 31", bcrypt("2b", "31")],
  ["bcrypt: cost 3", bcrypt("2b", "03")],
  ["bcrypt: a sign", bcrypt("2b", "+4")],
  ["bcrypt: version 2x", bcrypt("2x", "04")],
  ["bcrypt: version 2", bcrypt("2", "04")],
  ["bcrypt: unused bits of the salt", bcrypt("2b", "04", `${".".repeat(21)}/${".".repeat(31)}`)],
  ["bcrypt: unused bits of the output", bcrypt("2b", "04", `${".".repeat(52)}/`)],
  ["bcrypt: an output that is too short", bcrypt("2b", "04", ".".repeat(52))],
  ["bcrypt: an output that is too long", bcrypt("2b", "04", ".".repeat(54))],
  ["firebase-scrypt: 2^30 blocks", firebaseOf("ln=30,r=8")],
  ["firebase-scrypt: more memory than the bound", firebaseOf("ln=18,r=9")],
  ["firebase-scrypt: a separator of 129 bytes", firebaseOf("ln=4,r=1", { sep: bytes(129) })],
  ["firebase-scrypt: a hash shorter than the signer key", firebaseOf("ln=4,r=1", { hash: bytes(32) })],
  ["firebase-scrypt: a signer key of 15 bytes", firebaseOf("ln=4,r=1", { key: bytes(15), hash: bytes(15) })],
  ["firebase-scrypt: a salt of 3 bytes", firebaseOf("ln=4,r=1", { salt: bytes(3) })],
  ["firebase-scrypt: padding of no number of bytes", firebaseOf("ln=4,r=1", { sep: "Bw=" })],
  ["firebase-scrypt: no signer key", firebaseOf("ln=4,r=1", { key: "" })],
  ["argon2: unused bits of the output", `$argon2id$v=19$m=64,t=1,p=1$${bytes(16)}$${"A".repeat(42)}B`],
  ["another function", "$6$rounds=5000$saltsalt$AAAAAAAAAAAAAAAAAAAAAA"],
  ["100 MB of text", "$scrypt$ln=10,r=8,p=1$".padEnd(100_000_000, "A")],
];

describe("a stored hash that cannot be read, or must not be verified,", () => {
  test.each(HOSTILE)("G35: fails after one dummy verification: %s", async (_, hash) => {
    await expect(hasher.verify(hash, "password")).rejects.toMatchObject(UNREADABLE);
    expect(foreign.computed).toEqual([]);
    expect(argon2.verified).toHaveLength(1);
    expect(argon2.verified[0]).toMatch(CURRENT);
    expect(argon2.verified[0]).not.toBe(hash);
    expect(readPasswordHash(hash)).toBeNull();
  });

  test.each(HOSTILE)("G35: is refused by an import, without being repeated: %s", (_, hash) => {
    const refused = () => requirePasswordHash(hash, "users[3].passwordHash");
    expect(refused).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "users[3].passwordHash" }));
    expect(refused).toThrow(
      /^users\[3\]\.passwordHash must be a hash of argon2, bcrypt, scrypt, pbkdf2 or firebase-scrypt in its text form/,
    );
  });

  test("G35: what is not a string is refused by an import", () => {
    for (const value of [undefined, null, 1, {}, [], Buffer.from(firebase), new String(firebase)]) {
      expect(() => requirePasswordHash(value, "passwordHash")).toThrow("passwordHash must be a string");
    }
  });

  test("G35: the largest parameters within the bounds are readable", () => {
    const readable = [
      scrypt("ln=18,r=8,p=2"),
      scrypt("ln=15,r=1,p=1", bytes(4), bytes(16)),
      scrypt("ln=10,r=8,p=16", bytes(128), bytes(128)),
      pbkdf2("$i=5000000,l=20", bytes(16), bytes(20)),
      pbkdf2("-sha256$5000000", bytes(128)),
      pbkdf2("-sha512$i=2000000,l=64", bytes(4), bytes(64)),
      bcrypt("2y", "15"),
      bcrypt("2a", "04"),
      firebaseOf("ln=18,r=8", { sep: bytes(128) }),
      firebaseOf("ln=14,r=8", { sep: "", key: bytes(128), salt: bytes(128), hash: bytes(128) }),
    ];
    for (const hash of readable) expect(requirePasswordHash(hash, "passwordHash")).toBe(hash);
  });

  test("G35: OpenSSL computes scrypt with the least and the most memory within the bounds", async () => {
    for (const parameters of ["ln=18,r=8,p=1", "ln=1,r=999,p=999", "ln=11,r=999,p=1", "ln=1,r=1,p=1"]) {
      await expect(hasher.verify(scrypt(parameters), "password")).resolves.toBe(false);
    }
  });
});

describe("any text", () => {
  const BASES = [
    BCRYPT[0],
    SCRYPT[2],
    ...PBKDF2.slice(0, 6),
    ["", "", firebase.replace("ln=14", "ln=4")],
    ["", "", `$argon2id$v=19$m=64,t=1,p=1$${bytes(16)}$${bytes(32)}`],
  ].map((vector) => (vector as Vector)[2]);
  const CHARACTERS = [..."$,=.+/-_0123456789abilnprstvyzAO\n\0 é"];

  /** A readable hash in which up to three characters were replaced, inserted or removed. */
  const mutated = fc
    .tuple(
      fc.constantFrom(...BASES),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...CHARACTERS, ""), fc.boolean()), { maxLength: 3 }),
    )
    .map(([base, edits]) =>
      edits.reduce((hash, [position, character, inserts]) => {
        const at = position % (hash.length + 1);
        return hash.slice(0, at) + character + hash.slice(inserts ? at : at + 1);
      }, base),
    );
  const anyText = fc.oneof({ weight: 6, arbitrary: mutated }, fc.string({ unit: "binary", maxLength: 200 }));

  const readableText = (hash: string) => {
    try {
      return requirePasswordHash(hash, "passwordHash") === hash;
    } catch (error) {
      expect(error).toMatchObject({ code: "INVALID_INPUT", field: "passwordHash" });
      return false;
    }
  };

  test("G35: is either a readable hash, or refused by an import", () => {
    let readable = 0;
    fc.assert(
      fc.property(anyText, (hash) => {
        if (readableText(hash)) readable += 1;
      }),
      { numRuns: 20_000 },
    );
    expect(readable).toBeGreaterThan(1000);
  });

  test("G35: verifies if an import accepts it, and fails with PASSWORD_HASH_FAILED otherwise", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (hash) => {
        argon2.verified = [];
        const outcome = await hasher.verify(hash, "password").catch((error: { code: string }) => error.code);
        expect([true, false, "PASSWORD_HASH_FAILED"]).toContain(outcome);
        expect(outcome !== "PASSWORD_HASH_FAILED").toBe(readableText(hash));
        const isForeign = typeof outcome === "boolean" && !hash.startsWith("$argon2");
        expect(argon2.verified).toHaveLength(isForeign ? 0 : 1);
      }),
      { numRuns: 400 },
    );
  });
});

describe("without the package @node-rs/bcrypt", () => {
  const [, password, hash] = BCRYPT[0] as Vector;
  const notInstalled = Object.assign(new Error("Cannot find package '@node-rs/bcrypt'"), {
    code: "ERR_MODULE_NOT_FOUND",
  });
  beforeEach(() => {
    vi.doMock("@node-rs/bcrypt", () => {
      throw notInstalled;
    });
  });
  afterEach(() => {
    vi.doUnmock("@node-rs/bcrypt");
  });

  test("G17: a login with a bcrypt hash fails with a message that says what to install", async () => {
    const user = await createUser(auth.current, { password: null });
    await backdoor.setPasswordHash(user.id, hash);
    for (const given of [password, "wrong password"]) {
      await expect(auth.current.logInUser({ email: user.email, password: given })).rejects.toMatchObject({
        code: "PASSWORD_HASH_FAILED",
        message: expect.stringContaining("npm install @node-rs/bcrypt"),
      });
    }
    await expect(backdoor.passwordHash(user.id)).resolves.toBe(hash);
    // An import validates the hash all the same.
    expect(requirePasswordHash(hash, "passwordHash")).toBe(hash);
  });

  test("G9: it fails after one dummy verification", async () => {
    await expect(hasher.verify(hash, password)).rejects.toMatchObject(UNREADABLE);
    expect(argon2.verified).toHaveLength(1);
    expect(argon2.verified[0]).toMatch(CURRENT);
  });

  test("it verifies once the package is installed, without a restart", async () => {
    await expect(readBcryptHash(hash)?.verify(password)).rejects.toMatchObject(UNREADABLE);
    vi.doUnmock("@node-rs/bcrypt");
    await turn();
    await expect(hasher.verify(hash, password)).resolves.toBe(true);
  });
});

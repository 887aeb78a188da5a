import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { encodeMetadata } from "../src/input/metadata.js";
import { composeText, isStorable, optionalText, requireText } from "../src/input/text.js";
import { parseId } from "../src/input/uuid.js";
import {
  END_OF_TIME,
  optionalDate,
  optionalTtl,
  requireInteger,
  requireOptions,
  requireTtl,
} from "../src/input/values.js";

const refusal = (field: string) => expect.objectContaining({ code: "INVALID_INPUT", field });

describe("composeText", () => {
  const MARKS = ["\u0301", "\u0323", "\u0327", "\u0345", "\u{1d165}"];
  const marks = (count: number) => Array.from({ length: count }, (_, index) => MARKS[index % MARKS.length]).join("");

  test("G35: refuses more than 30 combining marks in a row before composing anything", () => {
    const normalize = vi.spyOn(String.prototype, "normalize");
    try {
      for (const text of [marks(31), `a${marks(31)}`, `${marks(30)}a${marks(31)}b`, marks(4096)]) {
        expect(() => composeText(text, "field")).toThrowError(refusal("field"));
      }
      expect(normalize).not.toHaveBeenCalled();
    } finally {
      normalize.mockRestore();
    }
  });

  test("composes runs of 30 combining marks, any number of them", () => {
    for (const text of [marks(30), `a${marks(30)}`, `\u1ead${marks(30)}`.repeat(100), "", "a", "\u{1f600}\ufe0f"]) {
      expect(composeText(text, "field")).toBe(text.normalize("NFC"));
    }
  });

  test("no character outside the category of marks is reordered by composing", () => {
    const reordered: string[] = [];
    for (let point = 0; point <= 0x10ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const character = String.fromCodePoint(point);
      if (/\p{M}/u.test(character)) continue;
      // U+0345 has the highest combining class that there is: anything but a starter is moved before it.
      if (`\u0345${character}`.normalize("NFD") !== `\u0345${character.normalize("NFD")}`) reordered.push(character);
    }
    expect(reordered).toEqual([]);
  });
});

describe("requireText", () => {
  const ten = { min: 2, max: 10, unit: "characters" } as const;
  const tenBytes = { max: 10, unit: "bytes" } as const;

  test("counts characters as code points, bytes as UTF-8", () => {
    for (const text of ["ab", "0123456789", "\u{1f600}".repeat(10), "é".repeat(10)]) {
      expect(requireText(text, "field", ten)).toBe(text);
    }
    for (const text of ["", "a", "\u{1f600}", "01234567890", "\u{1f600}".repeat(11)]) {
      expect(() => requireText(text, "field", ten)).toThrowError(refusal("field"));
    }
    for (const text of ["", "0123456789", "é".repeat(5), "\u{1f600}\u{1f600}ab"]) {
      expect(requireText(text, "field", tenBytes)).toBe(text);
    }
    for (const text of ["01234567890", "é".repeat(6), "\u{1f600}".repeat(3)]) {
      expect(() => requireText(text, "field", tenBytes)).toThrowError(refusal("field"));
    }
  });

  test("G2: a text is storable exactly when UTF-8 keeps it and it has no NUL", () => {
    const anyUnits = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(fc.oneof(anyUnits, fc.string({ unit: "binary" })), (text) => {
        const kept = Buffer.from(text, "utf8").toString("utf8") === text && !text.includes("\0");
        expect(isStorable(text)).toBe(kept);
      }),
    );
  });

  test("an optional text is null if it is null or absent, and only then", () => {
    expect(optionalText(null, "field", ten)).toBeNull();
    expect(optionalText(undefined, "field", ten)).toBeNull();
    for (const value of [0, false, [], {}, ""]) {
      expect(() => optionalText(value, "field", ten)).toThrowError(refusal("field"));
    }
  });
});

describe("parseId", () => {
  test("G3: returns one form for every spelling of a UUID", () => {
    const id = randomUUID();
    const digits = id.replaceAll("-", "");
    for (const spelling of [id, id.toUpperCase(), digits, `{${id}}`, `{${digits.toUpperCase()}}`, `urn:uuid:${id}`]) {
      expect(parseId(spelling, "id")).toBe(id);
    }
  });

  test("G3: returns null for any other text, and throws for a value that is not text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(parseId(text, "id")).toBeNull();
      }),
    );
    for (const text of [
      "",
      "{}",
      "urn:uuid:",
      `${randomUUID()} `,
      `{${randomUUID()}`,
      `${randomUUID()}}`,
      "0".repeat(33),
    ]) {
      expect(parseId(text, "id")).toBeNull();
    }
    for (const value of [undefined, null, 5, {}, [randomUUID()]]) {
      expect(() => parseId(value, "id")).toThrowError(refusal("id"));
    }
  });
});

describe("numbers and dates", () => {
  test("requireInteger accepts whole numbers within bounds, both included", () => {
    for (const value of [1, 2, 3]) expect(requireInteger(value, "count", 1, 3)).toBe(value);
    for (const value of [0, 4, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, "2", 2n, null, undefined, [2], true]) {
      expect(() => requireInteger(value, "count", 1, 3)).toThrowError(refusal("count"));
    }
  });

  test("G5: a ttl is 1 to 3,155,760,000 seconds", () => {
    for (const value of [1, 86_400, 3_155_760_000]) {
      expect(requireTtl(value)).toBe(value);
      expect(optionalTtl(value)).toBe(value);
    }
    for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "60", 3_155_760_001]) {
      expect(() => requireTtl(value)).toThrowError(refusal("ttlSeconds"));
      expect(() => optionalTtl(value)).toThrowError(refusal("ttlSeconds"));
    }
    expect(optionalTtl(undefined)).toBeNull();
    expect(optionalTtl(null)).toBeNull();
    expect(() => requireTtl(undefined)).toThrowError(refusal("ttlSeconds"));
  });

  test("dates from the year 1 to 9999, and both ends of Date's range", () => {
    const good = ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "2026-01-01T00:00:00.000Z"].map(
      (iso) => new Date(iso),
    );
    for (const date of [...good, new Date(END_OF_TIME), new Date(-END_OF_TIME)]) {
      expect(optionalDate(date, "when")).toEqual(date);
      expect(optionalDate(date, "when")).not.toBe(date);
    }
    expect(optionalDate(null, "when")).toBeNull();
    const bad = [
      new Date(Number.NaN),
      new Date("0001-01-01T00:00:00.000Z").getTime(),
      new Date(END_OF_TIME - 1),
      new Date("+010000-01-01T00:00:00Z"),
      "2026-01-01",
      undefined,
      {},
    ];
    for (const value of bad) expect(() => optionalDate(value, "when")).toThrowError(refusal("when"));
  });
});

describe("requireOptions", () => {
  test("accepts an object with the given keys only, and names the wrong one", () => {
    expect(requireOptions({ a: 1 }, "options", ["a", "b"])).toEqual({ a: 1 });
    expect(requireOptions({}, "options", ["a"])).toEqual({});
    expect(() => requireOptions({ a: 1, c: 2 }, "options", ["a", "b"])).toThrowError(refusal("c"));
    for (const value of [null, undefined, [], "a", 5, true, () => 1]) {
      expect(() => requireOptions(value, "options", ["a"])).toThrowError(refusal("options"));
    }
  });

  test("the error's field is short, however long the key is", () => {
    expect(() => requireOptions({ ["k".repeat(10_000)]: 1 }, "options", ["a"])).toThrowError(refusal("k".repeat(64)));
  });

  const NAMES: readonly (readonly [name: string, shown: string])[] = [
    ["a\nb", String.raw`"a\nb"`],
    ["\r\n2026-01-01 INFO all is well", String.raw`"\r\n2026-01-01 INFO all is well"`],
    ["\u001b[31mred\u0007", String.raw`"\u001b[31mred\u0007"`],
    ["a\u2028b\u0085c\u007f", String.raw`"a\u{2028}b\u{85}c\u{7f}"`],
    ["\u202eright to left", String.raw`"\u{202e}right to left"`],
    ["\ud800", String.raw`"\ud800"`],
    ["\u{e0041}", String.raw`"\u{e0041}"`],
    ['with "quotes" and blanks', String.raw`"with \"quotes\" and blanks"`],
    ["größe", '"größe"'],
    ["", '""'],
    ["__proto__ ", '"__proto__ "'],
    ["plain_Name-2.$", "plain_Name-2.$"],
  ];

  test("G12: an unknown option's name is escaped in the message and in the field", () => {
    for (const [name, shown] of NAMES) {
      const message = `${shown} is not an option here; the options are a, b`;
      const refused = expect.objectContaining({ field: shown, message });
      expect(() => requireOptions({ [name]: 1 }, "options", ["a", "b"])).toThrowError(refused);
    }
  });
});

describe("encodeMetadata", () => {
  test("encodes what JSON preserves, and refuses the rest", () => {
    for (const value of [
      null,
      true,
      0,
      -1.5,
      1e300,
      "",
      "é\u{1f600}",
      [],
      {},
      [[[1]]],
      { a: { b: [null] } },
      Object.create(null),
    ]) {
      expect(encodeMetadata(value, "metadata")).toBe(JSON.stringify(value));
    }
    const sparse = [1, 2, 3];
    delete sparse[1];
    class Point {
      readonly x = 1;
    }
    const bad = [
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1n,
      Symbol("s"),
      () => 1,
      new Date(),
      new Map(),
      new Point(),
      sparse,
    ];
    for (const value of [
      ...bad,
      "\0",
      "\ud800",
      { "\0": 1 },
      { toJSON: () => 1 },
      Buffer.from("a"),
      new Uint8Array(1),
    ]) {
      for (const nested of [value, [value], [[value]], { list: [value] }]) {
        expect(() => encodeMetadata(nested, "metadata")).toThrowError(refusal("metadata"));
      }
    }
    expect(encodeMetadata({ a: undefined, b: 1 }, "metadata")).toBe('{"b":1}');
  });

  test("any JSON round-trips", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(JSON.parse(encodeMetadata(value, "metadata"))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("G35: a getter or a proxy that changes its mind is sent as it was checked, and read once", () => {
    const answers = (...values: unknown[]) => {
      const left = [...values];
      return () => (left.length > 1 ? left.shift() : left[0]);
    };
    const hostile = [{ toJSON: () => "unchecked" }, "\0unchecked", new Array(5).fill("unchecked"), undefined, 1n];
    for (const second of hostile) {
      const array = Object.defineProperty(["checked", "x"], 0, { get: answers("checked", second), enumerable: true });
      const object = Object.defineProperty({}, "key", { get: answers("checked", second), enumerable: true });
      const reads = new Map<unknown, number>();
      const get = (target: object, key: string | symbol): unknown => {
        const count = (reads.get(key) ?? 0) + 1;
        reads.set(key, count);
        return count === 1 ? Reflect.get(target, key) : second;
      };
      expect(encodeMetadata([array, object], "metadata")).toBe('[["checked","x"],{"key":"checked"}]');
      expect(encodeMetadata(new Proxy(["checked"], { get }), "metadata")).toBe('["checked"]');
      expect(Object.fromEntries(reads)).toEqual({ toJSON: 1, length: 1, 0: 1 });
      reads.clear();
      expect(encodeMetadata(new Proxy({ key: "checked" }, { get }), "metadata")).toBe('{"key":"checked"}');
      expect(Object.fromEntries(reads)).toEqual({ toJSON: 1, key: 1 });
    }
  });

  test("G35: a toJSON function is refused wherever it is, on an array too", () => {
    const toJSON = () => "unchecked";
    class Converted extends Array<number> {
      toJSON() {
        return "unchecked";
      }
    }
    const hidden = (value: object) => Object.defineProperty(value, "toJSON", { value: toJSON });
    for (const value of [Object.assign([1], { toJSON }), hidden([1]), hidden({ a: 1 }), Converted.of(1, 2)]) {
      for (const nested of [value, [value], { list: [value] }]) {
        expect(() => encodeMetadata(nested, "metadata")).toThrowError(refusal("metadata"));
      }
    }
    class Plain extends Array<number> {}
    expect(encodeMetadata([Plain.of(1, 2), { toJSON: "text" }], "metadata")).toBe('[[1,2],{"toJSON":"text"}]');
  });

  test("G35: an iterator, symbol keys and extra keys of an array add nothing to the encoded JSON", () => {
    const iterated = Object.assign([1, 2], { [Symbol.iterator]: () => [3][Symbol.iterator](), extra: 4 });
    expect(encodeMetadata([iterated, { a: 1, [Symbol("s")]: 2 }], "metadata")).toBe('[[1,2],{"a":1}]');
  });

  test("G8: __proto__ is a key like any other, and pollutes nothing", () => {
    const text = '{"__proto__":{"polluted":true},"list":[{"__proto__":null}]}';
    expect(encodeMetadata(JSON.parse(text), "metadata")).toBe(text);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("G8: numbers count with all the digits that they have as they are answered", () => {
    const numbers = (count: number) => new Array<number>(count).fill(1e308);
    expect(encodeMetadata(numbers(3000), "metadata")).toHaveLength(3000 * "1e+308,".length + 1);
    for (const value of [numbers(3500), numbers(3500).map((number) => 1 / number)]) {
      expect(() => encodeMetadata(value, "metadata")).toThrowError(refusal("metadata"));
    }
  });

  test("G35: refuses a value that throws when it is read, without exposing what it threw", () => {
    const fail = (): never => {
      throw new Error("planted-secret");
    };
    const revoked = Proxy.revocable([], {});
    revoked.revoke();
    const values = [
      Object.defineProperty({}, "key", { get: fail, enumerable: true }),
      Object.defineProperty([1], 0, { get: fail }),
      new Proxy({}, { ownKeys: fail }),
      new Proxy({}, { getPrototypeOf: fail }),
      revoked.proxy,
    ];
    for (const value of values) {
      expect(() => encodeMetadata([value], "metadata")).toThrowError(refusal("metadata"));
      expect(() => encodeMetadata(value, "metadata")).not.toThrowError(/planted-secret/);
    }
  });

  test("G8: a proxy that claims to be endless is refused after a bounded number of reads", () => {
    let reads = 0;
    const get = (_: object, key: string | symbol): unknown => {
      reads += 1;
      return key === "length" ? 2 ** 53 : key === "toJSON" ? undefined : 0;
    };
    expect(() => encodeMetadata(new Proxy([], { get }), "metadata")).toThrowError(refusal("metadata"));
    expect(reads).toBeLessThan(1024 * 1024 + 10);
  });

  test("G8: refuses metadata that never ends, is too deep or is too large", () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    for (const value of [
      cyclic,
      deep,
      new Array(2_000_000).fill(0),
      "x".repeat(1024 * 1024),
      { ["k".repeat(1024 * 1024)]: 1 },
    ]) {
      expect(() => encodeMetadata(value, "metadata")).toThrowError(refusal("metadata"));
    }
  });
});

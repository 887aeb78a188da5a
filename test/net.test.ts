import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatIpAddress, type IpAddress, networkOf, parseIpAddress } from "../src/net/index.js";
import { useDatabase } from "./support/database.js";

const database = useDatabase();

describe("parseIpAddress", () => {
  const CANONICAL: Readonly<Record<string, readonly string[]>> = {
    // RFC 5952, section 2: one address, many spellings.
    "2001:db8::1": [
      "2001:db8:0:0:0:0:0:1",
      "2001:0db8:0:0:0:0:0:1",
      "2001:db8::0:1",
      "2001:DB8::1",
      "2001:db8:0000:0000:0000:0000:0000:0001",
    ],
    // Section 4.2.2: a single group of zeros is written out.
    "2001:db8:0:1:1:1:1:1": ["2001:db8::1:1:1:1:1"],
    // Section 4.2.3: the longest run of zeros is shortened, the first of two that are as long.
    "2001:0:0:1::1": ["2001:0:0:1:0:0:0:1", "2001::1:0:0:0:1"],
    "2001:db8::1:0:0:1": ["2001:db8:0:0:1:0:0:1", "2001:db8:0:0:1::1"],
    "::": ["0:0:0:0:0:0:0:0", "0::", "::0"],
    "::1": ["0:0:0:0:0:0:0:1", "::0001"],
    "1::": ["1:0:0:0:0:0:0:0"],
    "fe80::abcd:ef01": ["FE80::ABCD:EF01"],
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff": ["FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:255.255.255.255"],
    // RFC 4291, section 2.5.5.2: an IPv4-mapped address is the IPv4 address.
    "1.2.3.4": [
      "::ffff:1.2.3.4",
      "::ffff:102:304",
      "0:0:0:0:0:FFFF:1.2.3.4",
      "0000:0000:0000:0000:0000:ffff:001.2.3.4".replace("001", "1"),
    ],
    "0.0.0.0": ["0", "0.0", "::ffff:0.0.0.0", "::ffff:0:0", "0x0"],
    // The relaxed forms of inet_aton: fewer parts, octal, hexadecimal.
    "127.0.0.1": ["127.1", "127.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "0X7F000001"],
    "10.0.1.2": ["10.258", "10.0.258"],
    "192.0.2.235": ["0xC0.0x00.0x02.0xEB", "0300.0000.0002.0353", "3221226219"],
  };

  test.each(Object.entries(CANONICAL))("%s is the canonical form of all its spellings", (canonical, spellings) => {
    for (const spelling of [canonical, ...spellings]) expect(parseIpAddress(spelling)).toBe(canonical);
  });

  test.each([
    "",
    " ",
    "localhost",
    "example.com",
    "1.2.3.4 ",
    " 1.2.3.4",
    "1.2.3.4\n",
    "1.2.3.4.",
    "1.2.3.4.5",
    "1..2",
    ".1",
    "256.1.1.1",
    "1.2.3.256",
    "1.2.65536",
    "4294967296",
    "-1",
    "+1",
    "1e3",
    "08.1.1.1",
    "0x",
    "0xg",
    "1.2.3.4:80",
    "1.2.3.4/32",
    "::/0",
    "[::1]",
    "::1%eth0",
    "fe80::1%25eth0",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "12345::",
    "::g",
    "::1.2.3",
    "::1.2.3.256",
    "::ffff:127.1",
    "１.2.3.4",
    "1。2。3。4",
    "%31.2.3.4",
    "user@1.2.3.4",
    "1.2.3.4#a",
    "1.2.3.4?",
    "1.2.3.4\\",
    "1\t.2.3.4",
    "\0",
    "1".repeat(100_000),
  ])("%j is no address", (text) => {
    expect(parseIpAddress(text)).toBeNull();
  });

  test("what is no text is no address", () => {
    for (const value of [undefined, null, 1, 2130706433, {}, ["1.2.3.4"], new String("::1")] as never[]) {
      expect(parseIpAddress(value)).toBeNull();
    }
  });

  test("any IPv6 address comes out as the same sixteen bytes, in a form that is its own canonical form", () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
      minLength: 8,
      maxLength: 8,
    });
    fc.assert(
      fc.property(groups, fc.boolean(), (values, upper) => {
        const plain = values.map((value) => value.toString(16).padStart(4, "0")).join(":");
        const canonical = parseIpAddress(upper ? plain.toUpperCase() : plain) as IpAddress;
        expect(parseIpAddress(canonical)).toBe(canonical);
        if (isIPv4(canonical)) {
          expect(values.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0xffff]);
          return;
        }
        expect(isIPv6(canonical)).toBe(true);
        const [head = "", tail] = canonical.split("::");
        const count = (part: string) => (part === "" ? [] : part.split(":"));
        const missing = tail === undefined ? 0 : 8 - count(head).length - count(tail).length;
        const expanded = [...count(head), ...new Array(missing).fill("0"), ...count(tail ?? "")];
        expect(expanded.map((group) => Number.parseInt(group, 16))).toEqual(values);
      }),
      { numRuns: 2000 },
    );
  });

  test("dotted decimal is canonical, behind the prefix of a mapped address as well; other numbers are read as inet_aton does", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), fc.integer({ min: 0, max: 3 }), (bytes, padded) => {
        const dotted = bytes.join(".");
        expect(parseIpAddress(dotted)).toBe(dotted);
        expect(parseIpAddress(`::ffff:${dotted}`)).toBe(dotted);
        // A leading zero makes a number octal.
        const octal = bytes.map((value, index) => (index === padded ? `0${value.toString(8)}` : value)).join(".");
        expect(parseIpAddress(octal)).toBe(dotted);
        expect(parseIpAddress(`::ffff:${octal}`)).toBe(octal === dotted ? dotted : null);
        expect(parseIpAddress(`${dotted}\n`)).toBeNull();
        expect(
          parseIpAddress(bytes.map((value, index) => (index === padded ? value + 256 : value)).join(".")),
        ).toBeNull();
      }),
    );
  });

  test("Postgres agrees on every address, and on which of them are equal", async () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6()).filter((text) => !/^(0+:){5}ffff:/i.test(text));
    for (const text of fc.sample(address, 300)) {
      const canonical = parseIpAddress(text);
      const mapped = /^::ffff:\d/i.test(text);
      const [row] = await database.rows("select $1::inet = $2::inet as equal", [
        mapped ? text.slice(7) : text,
        canonical,
      ]);
      expect(row).toEqual({ equal: true });
    }
  });
});

describe("formatIpAddress", () => {
  test("prints the canonical form; an IPv4-mapped address is IPv4", () => {
    for (const [text, printed] of [
      ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
      ["::ffff:192.0.2.1", "192.0.2.1"],
      ["127.1", "127.0.0.1"],
    ] as const) {
      expect(formatIpAddress(parseIpAddress(text) as IpAddress)).toBe(printed);
    }
  });
});

describe("networkOf", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:0:1::1", "2001:db8:0:1::/64"],
    ["2001:DB8::1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"],
    ["2001:db8:0:2::1", "2001:db8:0:2::/64"],
    ["64:ff9b::192.0.2.1", "192.0.2.1"],
  ])("%s is of %s", (text, network) => {
    expect(networkOf(parseIpAddress(text) as IpAddress)).toBe(network);
  });

  test.each(["1.2.3.4:80", "", undefined, null])("refuses %s, which is no address", (ip) => {
    expect(() => networkOf(ip as never)).toThrowError(expect.objectContaining({ code: "INVALID_INPUT", field: "ip" }));
  });

  test("returns the network of a text that is not in canonical form", () => {
    expect(networkOf("::ffff:1.2.3.4" as IpAddress)).toBe("1.2.3.4");
  });
});

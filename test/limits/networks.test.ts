import { describe, expect, test } from "vitest";
import { type IpAddress, parseIpAddress } from "../../src/net/index.js";
import { networksOf } from "../../src/net/networks.js";
import { fastPasswordHashing } from "../../src/testing/index.js";
import { authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { attempt, failuresUntilRefused, useLogInRows, WRONG } from "../support/login-rows.js";

const database = useDatabase();
useLogInRows(database);

/** Whether failures from the one address delay logins from the other. */
async function countAsOne(one: string, other: string): Promise<boolean> {
  await using auth = await authOn(
    { connectionString: database.url },
    { passwordHashing: fastPasswordHashing },
  ).connect();
  const email = uniqueEmail();
  expect(await failuresUntilRefused(auth, 20, email, () => one)).toBe(10);
  return (await attempt(auth, email, WRONG, other)) === "TOO_MANY_ATTEMPTS";
}

describe("addresses", () => {
  test.each([
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"],
    ["2001:db8:1:2::1", "2001:DB8:1:2:0:0:0:9"],
    ["2001:db8::1", "2001:db8:0:0:1::"],
    ["::1", "::2:3:4:5"],
    ["1::", "1:0:0:0:8::1"],
    ["192.0.2.1", "::ffff:192.0.2.1"],
  ])("%s and %s count as one", async (one, other) => {
    expect(await countAsOne(one, other)).toBe(true);
  });

  test.each([
    ["2001:db8:1:2::1", "2001:db8:1:3::1"],
    ["2001:db8:1::1", "2001:db8:1:1::1"],
    ["2001:db8::1", "2001:db8:0:1::"],
    ["::1", "0:0:0:1::1"],
    ["1::", "0:1::"],
    ["192.0.2.1", "192.0.2.2"],
  ])("%s and %s count as two", async (one, other) => {
    expect(await countAsOne(one, other)).toBe(false);
  });

  const embedding: Readonly<Record<string, (last: string) => string>> = {
    "NAT64 (64:ff9b::/96)": (last) => `64:ff9b::192.0.2.${last}`,
    "NAT64 for local use, a /96 (64:ff9b:1::/48)": (last) => `64:ff9b:1:ab::192.0.2.${last}`,
    "NAT64 for local use, the /48 itself": (last) => `64:ff9b:1:c000:2:${Number(last).toString(16)}00::`,
    "Teredo (2001::/32)": (last) => `2001:0:cb00:7101:0:1234:3fff:fd${(255 - Number(last)).toString(16)}`,
    "6to4 (2002::/16)": (last) => `2002:c000:2${Number(last).toString(16).padStart(2, "0")}::1`,
    "SIIT (::ffff:0:0:0/96)": (last) => `::ffff:0:192.0.2.${last}`,
    "IPv4-compatible (::/96)": (last) => `::192.0.2.${last}`,
  };

  test.each(Object.entries(embedding))("%s counts as the IPv4 address within", async (_, at) => {
    expect(await countAsOne(at("7"), at("8"))).toBe(false);
    expect(await countAsOne(at("9"), "192.0.2.9")).toBe(true);
  });

  const network = (text: string) => networksOf(parseIpAddress(text) as IpAddress);

  test("an address that only looks like an embedding one counts by its own networks", () => {
    expect(network("::1")).toEqual({ network: "0:0:0:0::/64", site: "0:0:0::/48" });
    expect(network("::")).toEqual({ network: "0:0:0:0::/64", site: "0:0:0::/48" });
    expect(network("2001:1::192.0.2.1")).toEqual({ network: "2001:1:0:0::/64", site: "2001:1:0::/48" });
    expect(network("64:ff9b:2::192.0.2.1")).toEqual({ network: "64:ff9b:2:0::/64", site: "64:ff9b:2::/48" });
    expect(network("64:ff9b::1:192.0.2.1")).toEqual({ network: "64:ff9b:0:0::/64", site: "64:ff9b:0::/48" });
    expect(network("fe80::ffff:0:192.0.2.1")).toEqual({ network: "fe80:0:0:0::/64", site: "fe80:0:0::/48" });
  });
});

describe("a /48 network", () => {
  const inSite = (index: number) => `2001:db8:aaaa:${index.toString(16)}::1`;
  const outside = (index: number) => `2001:db8:bbbb:${index.toString(16)}::1`;

  test("G34: has four times what one address has on an account, however many /64 networks it has", async () => {
    await using auth = await authOn(
      { connectionString: database.url },
      { passwordHashing: fastPasswordHashing },
    ).connect();
    const user = await createUser(auth);
    expect(await failuresUntilRefused(auth, 100, user.email, inSite)).toBe(40);
    expect(await attempt(auth, user.email, PASSWORD, inSite(999))).toBe("TOO_MANY_ATTEMPTS");
    expect(await attempt(auth, user.email, PASSWORD, outside(1))).toBe("in");
  });

  test("and on any account", async () => {
    const logInLimits = { address: { burst: 3, perHour: 1 } };
    await using auth = await authOn(
      { connectionString: database.url },
      { logInLimits, passwordHashing: fastPasswordHashing },
    ).connect();
    expect(await failuresUntilRefused(auth, 100, uniqueEmail, () => inSite(1))).toBe(3);
    expect(await failuresUntilRefused(auth, 100, uniqueEmail, (index) => inSite(2 + index))).toBe(9);
    expect(await failuresUntilRefused(auth, 1, uniqueEmail, outside)).toBe(1);
  });
});

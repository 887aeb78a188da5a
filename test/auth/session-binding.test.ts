import { beforeAll, describe, expect, test } from "vitest";
import { asRead, createUser, PASSWORD, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
let userId: string;
beforeAll(async () => {
  userId = (await createUser(auth.current)).id;
});

const IPS = { none: undefined, A: "192.0.2.1", B: "2001:db8::b" } as const;
const USER_AGENTS = { none: undefined, A: "Browser/1", B: "Browser/2" } as const;
type Bound = "none" | "A";
type Presented = "none" | "A" | "B";

/** A bound session is found only with the same values; an unbound one with any. */
const opens = (bound: Bound, presented: Presented) => bound === "none" || bound === presented;

const CELLS = (["none", "A"] as const).flatMap((ip) =>
  (["none", "A"] as const).flatMap((userAgent) =>
    (["none", "A", "B"] as const).flatMap((presentedIp) =>
      (["none", "A", "B"] as const).map((presentedUserAgent) => ({ ip, userAgent, presentedIp, presentedUserAgent })),
    ),
  ),
);

describe("the binding matrix", () => {
  test("G27: it has 36 cells, 16 of which open the session", () => {
    expect(CELLS).toHaveLength(36);
    const open = CELLS.filter(
      (cell) => opens(cell.ip, cell.presentedIp) && opens(cell.userAgent, cell.presentedUserAgent),
    );
    expect(open).toHaveLength(16);
  });

  test.each(CELLS)(
    "G27: bound to ip $ip and user agent $userAgent, presented with $presentedIp and $presentedUserAgent",
    async (cell) => {
      const session = await auth.current.createSession({
        userId,
        ip: IPS[cell.ip] ?? null,
        userAgent: USER_AGENTS[cell.userAgent] ?? null,
        ttlSeconds: 60,
      });
      const found = await auth.current.getSession(session.id, {
        ip: IPS[cell.presentedIp] ?? null,
        userAgent: USER_AGENTS[cell.presentedUserAgent] ?? null,
      });
      const expected = opens(cell.ip, cell.presentedIp) && opens(cell.userAgent, cell.presentedUserAgent);
      expect(found).toEqual(expected ? asRead(session) : null);
      // A lookup with wrong values does not end the session.
      await expect(
        auth.current.getSession(session.id, { ip: session.ip, userAgent: session.userAgent }),
      ).resolves.toEqual(asRead(session));
    },
  );
});

describe("addresses", () => {
  const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
    "2001:db8::1": ["2001:DB8::1", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8:0:0::1", "2001:db8::0.0.0.1"],
    "::1": ["0:0:0:0:0:0:0:1", "0000::0001"],
    "::": ["0:0:0:0:0:0:0:0", "0::0"],
    "1::2:0:0:3": ["1:0:0:0:2:0:0:3", "1:0::2:0:0:3"],
    "1:2:3:4:5:0:7:8": ["1:2:3:4:5::7:8", "1:2:3:4:5:0000:7:8"],
    "64:ff9b::102:304": ["64:ff9b::1.2.3.4"],
    "::102:304": ["::1.2.3.4"],
    "1.2.3.4": ["::ffff:1.2.3.4", "::FFFF:102:304", "0:0:0:0:0:ffff:1.2.3.4", "1.2.772", "0x1.2.3.4", "01.2.3.04"],
    "127.0.0.1": ["127.1", "127.0.1", "2130706433", "0x7f000001", "::ffff:127.0.0.1"],
    "255.255.255.255": ["0xffffffff", "::ffff:255.255.255.255"],
  };

  test.each(Object.entries(SPELLINGS))("G27: all spellings of %s are equal", async (canonical, others) => {
    for (const bound of [canonical, ...others]) {
      const session = await auth.current.createSession({ userId, ip: bound });
      expect(session.ip).toBe(canonical);
      for (const ip of [canonical, ...others]) {
        await expect(auth.current.getSession(session.id, { ip })).resolves.toEqual(asRead(session));
      }
      await expect(auth.current.getSession(session.id, { ip: "203.0.113.9" })).resolves.toBeNull();
      await expect(auth.current.getSession(session.id)).resolves.toBeNull();
    }
  });

  test("the session of a login is bound to the ip and user agent that are given, too", async () => {
    const user = await createUser(auth.current);
    const credentials = { email: user.email, password: PASSWORD };
    const bound = await auth.current.logInUser({ ...credentials, ip: "::ffff:192.0.2.1", userAgent: "A" });
    expect(bound?.session).toMatchObject({ ip: "192.0.2.1", userAgent: "A" });
    const id = bound?.session.id as string;
    await expect(auth.current.getSession(id, { ip: "192.0.2.1", userAgent: "A" })).resolves.toEqual(
      asRead(bound?.session),
    );
    await expect(auth.current.getSession(id, { ip: "192.0.2.2", userAgent: "A" })).resolves.toBeNull();
    const free = await auth.current.logInUser(credentials);
    expect(free?.session).toMatchObject({ ip: null, userAgent: null });
    await expect(auth.current.getSession(free?.session.id as string)).resolves.toEqual(asRead(free?.session));
  });

  test("G27: the matrix is the same for sessions that are looked up concurrently", async () => {
    const cells = await Promise.all(
      CELLS.map(async (cell) => ({
        cell,
        session: await auth.current.createSession({ userId, ip: IPS[cell.ip], userAgent: USER_AGENTS[cell.userAgent] }),
      })),
    );
    const found = await Promise.all(
      cells.map(({ cell, session }) =>
        auth.current.getSession(session.id, {
          ip: IPS[cell.presentedIp],
          userAgent: USER_AGENTS[cell.presentedUserAgent],
        }),
      ),
    );
    const expected = cells.map(({ cell, session }) =>
      opens(cell.ip, cell.presentedIp) && opens(cell.userAgent, cell.presentedUserAgent) ? asRead(session) : null,
    );
    expect(found).toEqual(expected);
  });

  test("G27: a session that was bound to a network by SQL is never found, alone or in a batch", async () => {
    const { id } = await auth.current.createSession({ userId });
    await database.rows("update pevensie.session set ip = '192.0.2.0/24' where id = $1", [id]);
    for (const ip of [undefined, "192.0.2.1", "192.0.2.0", "203.0.113.1"]) {
      await expect(auth.current.getSession(id, { ip })).resolves.toBeNull();
      const concurrent = Array.from({ length: 10 }, () => auth.current.getSession(id, { ip }));
      await expect(Promise.all(concurrent)).resolves.toEqual(new Array(10).fill(null));
    }
  });

  test("an invalid address is refused", async () => {
    for (const ip of [
      "",
      " ",
      "192.0.2.1 ",
      "192.0.2.256",
      "192.0.2.1:80",
      "192.0.2.0/24",
      "[::1]",
      "::1%eth0",
      "localhost",
    ]) {
      const refused = { code: "INVALID_INPUT", field: "ip" };
      await expect(auth.current.createSession({ userId, ip })).rejects.toMatchObject(refused);
      await expect(auth.current.getSession(userId, { ip })).rejects.toMatchObject(refused);
    }
  });
});

test("G27: a bindTo that changes during a login changes nothing of the session", async () => {
  const { email } = await createUser(auth.current);
  const bindTo: "ip"[] = ["ip"];
  const loggingIn = auth.current.logInUser({ email, password: PASSWORD, ip: IPS.A, bindTo });
  bindTo.length = 0;
  expect((await loggingIn)?.session.boundTo).toEqual(["ip"]);
});

test("G27: bindTo: [] records the client and makes a session that is found whatever is presented", async () => {
  const { email } = await createUser(auth.current);
  const given = { email, password: PASSWORD, ip: IPS.A, userAgent: USER_AGENTS.A };
  const unbound = await auth.current.logInUser({ ...given, bindTo: [] });
  const bound = await auth.current.logInUser(given);
  expect(unbound?.session).toMatchObject({ ip: IPS.A, userAgent: USER_AGENTS.A, boundTo: [] });
  for (const presented of [{}, { ip: IPS.B, userAgent: USER_AGENTS.B }]) {
    await expect(auth.current.getSession(unbound?.session.id as string, presented)).resolves.toEqual(
      asRead(unbound?.session),
    );
    await expect(auth.current.getSession(bound?.session.id as string, presented)).resolves.toBeNull();
  }
});

import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { PevensieError } from "../../src/errors/index.js";
import { resolveConfig } from "../../src/postgres/config/config.js";
import {
  createAuthDriver,
  createCacheDriver,
  createPool,
  defaultConfig,
  type PostgresDriverConfig,
} from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";
import { codeOf } from "../support/fault-outcome.js";

const database = useDatabase();
const address = new URL(database.url);

const localhostHasBoth = await Promise.all([4, 6].map((family) => lookup("localhost", { family }))).then(
  () => true,
  () => false,
);

/** Where the test's server is, in the terms of the config. */
const parts = {
  host: address.hostname,
  port: Number(address.port),
  user: address.username,
  password: decodeURIComponent(address.password),
  database: address.pathname.slice(1),
};

/** What the server says of the connection that a driver makes. */
async function connectionOf(config: PostgresDriverConfig): Promise<Record<string, unknown> | undefined> {
  const driver = createAuthDriver(config);
  const known = await database.rows<{ pid: number }>("select pid from pg_stat_activity");
  await driver.connect();
  try {
    const rows = await database.rows<Record<string, unknown>>(
      `select usename, application_name, family(client_addr) as family from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and pid <> all ($1)
       order by backend_start desc limit 1`,
      [known.map(({ pid }) => pid)],
    );
    return rows[0];
  } finally {
    await driver.disconnect();
  }
}

test("the default is a local Postgres, and a fresh object each time", () => {
  expect(defaultConfig()).toMatchObject({
    host: "localhost",
    port: 5432,
    database: "postgres",
    user: "postgres",
    password: "postgres",
    ssl: false,
    connectionParameters: {},
    ipVersion: "any",
  });
  expect(defaultConfig().max).toBeGreaterThan(1);
  expect(defaultConfig()).not.toBe(defaultConfig());
});

test("no config is the default config", () => {
  expect(resolveConfig()).toEqual(resolveConfig(defaultConfig()));
  expect(resolveConfig({})).toEqual(resolveConfig(defaultConfig()));
});

test("a setting that is undefined counts as absent", () => {
  const config = { max: undefined, host: undefined, ssl: undefined } as unknown as PostgresDriverConfig;
  expect(resolveConfig(config)).toEqual(resolveConfig());
});

test("the caller's config is not changed", async () => {
  const config = Object.freeze({ ...parts, connectionParameters: Object.freeze({ application_name: "frozen" }) });
  expect(await connectionOf(config)).toMatchObject({ application_name: "frozen" });
});

const WRONG: readonly (readonly [field: string, value: unknown])[] = [
  ["host", 1],
  ["host", null],
  ["port", "5432"],
  ["port", 0],
  ["port", 65_536],
  ["port", 1.5],
  ["database", ["postgres"]],
  ["user", {}],
  ["database", "postgres://me:planted@localhost/db"],
  ["user", "postgres://me:planted@localhost/db"],
  ["user", "postgres\0application_name\0evil"],
  ["database", "postgres\0options\0-c role=pg_monitor"],
  ["password", "a\0b"],
  ["user", "a\ud800"],
  ["password", 12_345_678],
  ["connectionString", 5432],
  ["connectionString", ["postgresql://localhost"]],
  ["connectionParameters", "application_name=x"],
  ["connectionParameters", null],
  ["connectionParameters", { application_name: 1 }],
  ["connectionParameters", { application_name: "nul\0" }],
  ["connectionParameters", { "bad name": "x" }],
  ["connectionParameters", { "x -c y": "x" }],
  ["max", 0],
  ["max", "10"],
  ["max", 2.5],
  ["max", Number.POSITIVE_INFINITY],
  ["idleTimeoutMillis", -1],
  ["idleTimeoutMillis", 2 ** 31],
  ["maxLifetimeSeconds", -1],
  ["maxLifetimeSeconds", 0.5],
  ["maxLifetimeSeconds", 2_147_484],
  ["connectionTimeoutMillis", 0],
  ["connectionTimeoutMillis", Number.NaN],
  ["query_timeout", 0],
  ["query_timeout", "5s"],
  ["query_timeout", 2 ** 31],
  ["ipVersion", 5],
  ["ipVersion", "4"],
  ["hots", "localhost"],
];

describe("INVALID_INPUT names the setting", () => {
  test.each(WRONG)("%s: %j", (field, value) => {
    const config = { [field]: value } as PostgresDriverConfig;
    for (const create of [createAuthDriver, createCacheDriver]) {
      expect(() => create(config)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field }));
      expect(() => create(config)).not.toThrow("planted");
    }
  });

  test("a URL in place of a name is not repeated", () => {
    const config = { "postgres://me:planted@localhost/db": 1 } as PostgresDriverConfig;
    expect(() => createAuthDriver(config)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "a URL" }));
    expect(() => createAuthDriver(config)).not.toThrow("planted");
  });

  test.each([null, "postgresql://localhost", 5432, []])("a config that is %j", (config) => {
    expect(() => createAuthDriver(config as unknown as PostgresDriverConfig)).toThrow(PevensieError);
  });

  test.each([undefined, null, {}, { connect: "x" }])("a pool that is %j", (pool) => {
    const config = { pool } as unknown as PostgresDriverConfig;
    expect(() => createAuthDriver(config)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "pool" }));
  });

  test("a pool beside settings for another one", () => {
    const config = { pool: database.pool, max: 5 } as unknown as PostgresDriverConfig;
    expect(() => createAuthDriver(config)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "max" }));
  });
});

test("no error of a config holds its password", () => {
  const config = { ...parts, password: "planted-secret", port: -1 };
  expect(() => createAuthDriver(config)).toThrow(expect.not.stringContaining("planted-secret"));
});

test("host, port, user, password and database are used", async () => {
  expect(await connectionOf(parts)).toMatchObject({ usename: parts.user });
});

test("a connection string is used, and settings that it does not name do not get the package's defaults", async () => {
  const { user, password, ...rest } = parts;
  const connectionString = `postgresql://${rest.host}:${rest.port}/${rest.database}`;
  expect(await connectionOf({ connectionString, user, password })).toMatchObject({ usename: user });
});

test("a connection string takes precedence over the settings that it names", async () => {
  const config = { connectionString: database.url, host: "nowhere.invalid", port: 1, user: "nobody", password: "no" };
  expect(await connectionOf(config)).toMatchObject({ usename: parts.user });
});

test.each([
  "plain",
  "two words",
  " blanks  around ",
  "back\\slash \\\\ and \\ blank",
  "-c datestyle=German",
  'it\'s "quoted" = $1',
  "",
])("an application_name %j arrives unchanged", async (applicationName) => {
  const connectionParameters = { application_name: applicationName };
  expect(await connectionOf({ ...parts, connectionParameters })).toMatchObject({ application_name: applicationName });
});

test("several parameters arrive, each with its own value", async () => {
  const connectionParameters = {
    application_name: "a -c work_mem=64kB",
    work_mem: "1234kB",
    "pevensie.custom": "x\ty\nü",
  };
  const driver = createAuthDriver({ ...parts, connectionParameters });
  await driver.connect();
  await driver.disconnect();
  const { client } = resolveConfig({ ...parts, connectionParameters });
  const plain = new pg.Client({ ...client });
  await plain.connect();
  try {
    const settings = ["application_name", "work_mem", "pevensie.custom"];
    const { rows } = await plain.query("select current_setting(name) as value from unnest($1::text[]) as name", [
      settings,
    ]);
    expect(rows.map(({ value }) => value)).toEqual(["a -c work_mem=64kB", "1234kB", "x\ty\nü"]);
  } finally {
    await plain.end();
  }
});

test("connecting fails with a parameter that the server does not know", async () => {
  const driver = createAuthDriver({ ...parts, connectionParameters: { no_such_setting: "x" } });
  expect(await codeOf(driver.connect())).toBe("CONNECTION_UNAVAILABLE");
});

describe("ipVersion", () => {
  test.each([4, "any"] as const)("%s connects over IPv4", async (ipVersion) => {
    expect(await connectionOf({ ...parts, host: "localhost", ipVersion })).toMatchObject({ family: 4 });
  });

  test("6 does not fall back on IPv4", async () => {
    // The test's server does not listen on IPv6.
    const driver = createAuthDriver({ ...parts, host: "localhost", ipVersion: 6, connectionTimeoutMillis: 2000 });
    expect(await codeOf(driver.connect())).toBe("CONNECTION_UNAVAILABLE");
  });

  test.skipIf(!localhostHasBoth)("4 and 6 go to the address of that family", async () => {
    const reached = await listenOnBoth();
    try {
      for (const ipVersion of [4, 6] as const) {
        const config = { ...parts, host: "localhost", port: reached.port, ipVersion, connectionTimeoutMillis: 2000 };
        expect(await codeOf(createAuthDriver(config).connect())).toBe("CONNECTION_UNAVAILABLE");
      }
      expect([...reached.families]).toEqual(["IPv4", "IPv6"]);
    } finally {
      await reached.close();
    }
  });
});

/** Listens on one port of both loopback addresses, closes whatever connects, and notes over which it came. */
async function listenOnBoth() {
  const families = new Set<string>();
  const listen = async (port: number, host: string) => {
    const server = createServer((socket) => {
      families.add(socket.localFamily ?? "");
      socket.destroy();
    });
    server.listen(port, host);
    await once(server, "listening");
    return server;
  };
  const v4 = await listen(0, "127.0.0.1");
  const { port } = v4.address() as AddressInfo;
  const v6 = await listen(port, "::1");
  const close = async () => {
    for (const server of [v4, v6]) await new Promise((resolve) => server.close(resolve));
  };
  return { port, families, close };
}

test("max is the most connections that a driver opens", async () => {
  const driver = createAuthDriver({ ...parts, max: 2, connectionParameters: { application_name: "bounded" } });
  await driver.connect();
  try {
    const page = { limit: 1, offset: 0, after: null, state: "live", role: null } as const;
    await Promise.all(Array.from({ length: 20 }, () => driver.listUsers(page)));
    const rows = await database.rows("select pid from pg_stat_activity where application_name = 'bounded'");
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThanOrEqual(2);
  } finally {
    await driver.disconnect();
  }
});

test("the longest timeouts are accepted", async () => {
  const longest = 2_147_483_647;
  const limits = {
    idleTimeoutMillis: longest,
    maxLifetimeSeconds: 2_147_483,
    connectionTimeoutMillis: longest,
    query_timeout: longest,
  };
  const driver = createAuthDriver({ ...parts, ...limits });
  await driver.connect();
  await driver.disconnect();
});

test("an idle connection is closed after idleTimeoutMillis", async () => {
  const connectionParameters = { application_name: "soon idle" };
  const driver = createAuthDriver({ ...parts, idleTimeoutMillis: 50, connectionParameters });
  await driver.connect();
  try {
    const open = () => database.rows("select pid from pg_stat_activity where application_name = 'soon idle'");
    await expect.poll(open).toEqual([]);
  } finally {
    await driver.disconnect();
  }
});

describe("maxLifetimeSeconds", () => {
  /** Settings with which only the lifetime closes connections, which have this name. */
  const named = (name: string) => ({
    ...parts,
    idleTimeoutMillis: 0,
    connectionParameters: { application_name: name },
  });
  const pids = async (name: string) => {
    const rows = await database.rows<{ pid: number }>("select pid from pg_stat_activity where application_name = $1", [
      name,
    ]);
    return rows.map(({ pid }) => pid);
  };

  test("closes an idle connection of a driver's pool, and of a pool of createPool", async () => {
    const driver = createAuthDriver({ ...named("short driver"), maxLifetimeSeconds: 1 });
    const pool = createPool({ ...named("short pool"), maxLifetimeSeconds: 1 });
    await driver.connect();
    await pool.query("select 1");
    try {
      await expect.poll(() => pids("short driver")).toEqual([]);
      await expect.poll(() => pids("short pool")).toEqual([]);
      await pool.query("select 1");
      const page = { limit: 1, offset: 0, after: null, state: "live", role: null } as const;
      await driver.listUsers(page);
    } finally {
      await driver.disconnect();
      await pool.end();
    }
  });

  test("closes a connection that is in use when it is released", async () => {
    const pool = createPool({ ...named("busy pool"), maxLifetimeSeconds: 1 });
    try {
      const client = await pool.connect();
      await expect.poll(() => pool.expiredCount).toBe(1);
      expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
      client.release();
      expect(pool.totalCount).toBe(0);
      await expect.poll(() => pids("busy pool")).toEqual([]);
    } finally {
      await pool.end();
    }
  });

  test("is unlimited by default", () => {
    expect(defaultConfig().maxLifetimeSeconds).toBe(0);
    expect(resolveConfig().maxLifetimeSeconds).toBe(0);
  });
});

test("connectionTimeoutMillis of a driver is by default that of a pool of createPool", async () => {
  const pool = createPool({ ...parts, connectionTimeoutMillis: 7_000 });
  const foreign = new pg.Pool({ ...parts, connectionTimeoutMillis: 7_000 });
  expect(resolveConfig({ pool }).connectionTimeoutMillis).toBe(7_000);
  expect(resolveConfig({ pool, connectionTimeoutMillis: undefined }).connectionTimeoutMillis).toBe(7_000);
  expect(resolveConfig({ pool, connectionTimeoutMillis: 300 }).connectionTimeoutMillis).toBe(300);
  expect(resolveConfig({ pool: foreign }).connectionTimeoutMillis).toBe(5_000);
  await Promise.all([pool.end(), foreign.end()]);
});

test("no start-up parameter is sent unless it is configured", () => {
  expect(resolveConfig(parts).client).not.toHaveProperty("options");
});

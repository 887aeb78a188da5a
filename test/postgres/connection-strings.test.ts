import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PostgresConfig } from "../../src/postgres/config/config.js";
import { resolveConfig } from "../../src/postgres/config/config.js";
import { createAuthDriver, createCacheDriver, createPool, defaultConfig, migrate } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();

/** The environment of these tests has nothing of libpq's. */
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("PG")) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const clientOf = (connectionString: string, beside: Partial<PostgresConfig> = {}) =>
  resolveConfig({ connectionString, ...beside }).client ?? {};

const refused = (field: string, ...fragments: readonly string[]) =>
  expect.objectContaining({
    code: "INVALID_INPUT",
    field,
    message: expect.stringMatching(new RegExp(fragments.map((text) => `(?=.*${text})`).join(""), "s")),
  });

describe("a connection string", () => {
  test.each<readonly [string, object]>([
    ["postgresql://u:p@h:1234/d", { user: "u", password: "p", host: "h", port: 1234, database: "d" }],
    ["postgres://h", { host: "h" }],
    ["POSTGRES://h/d\n", { host: "h", database: "d" }],
    ["postgresql://", {}],
    ["postgresql:///d", { database: "d" }],
    ["postgresql://h:/d", { host: "h", database: "d" }],
    ["postgresql://u:p@/d", { user: "u", password: "p", database: "d" }],
    ["postgresql://u@h/", { user: "u", host: "h" }],
    ["postgresql://u%40x:p%3A%2F%25%20%40@h/a%2Fb%3F%40", { user: "u@x", password: "p:/% @", database: "a/b?@" }],
    ["postgresql://u:p@ss@h/d", { user: "u", password: "p@ss", host: "h" }],
    ["postgresql://u:pä%C3%A4@höst/d", { password: "pää", host: "höst" }],
    ["postgresql://u:p@[::1]:5433/d", { host: "::1", port: 5433 }],
    ["postgresql://u:p@[2001:db8::7]/d", { host: "2001:db8::7" }],
    ["postgresql://u:p@192.0.2.7/d", { host: "192.0.2.7" }],
    ["postgresql://u:p@%2Fvar%2Frun%2Fpostgresql/d", { host: "/var/run/postgresql", database: "d" }],
    ["postgresql://u:p@/d?host=/var/run/postgresql&port=5433", { host: "/var/run/postgresql", port: 5433 }],
    ["postgresql:///d?user=u&password=p%26&dbname=e", { user: "u", password: "p&", database: "e" }],
    ["postgresql://h/d?host=", { host: "h" }],
    ["socket:/var/run/postgresql?db=d", { host: "/var/run/postgresql", database: "d" }],
    ["socket:///var/run/postgresql?db=d&encoding=utf8", { host: "/var/run/postgresql", database: "d" }],
    ["socket://u:p@/var/run/postgresql?db=d", { user: "u", password: "p", host: "/var/run/postgresql" }],
    ["/var/run/postgresql", { host: "/var/run/postgresql" }],
    [
      "postgresql://u:p@/d?host=/cloudsql/example.com:shop:europe-west1:db",
      { host: "/cloudsql/example.com:shop:europe-west1:db" },
    ],
    ["/cloudsql/shop:europe-west1:db d", { host: "/cloudsql/shop:europe-west1:db", database: "d" }],
    ["/var/run/postgresql d", { host: "/var/run/postgresql", database: "d" }],
    ["postgresql://h/d?application_name=shop%20one", { application_name: "shop one" }],
    ["postgresql://h/d?fallback_application_name=shop", { fallback_application_name: "shop" }],
    ["postgresql://h/d?options=-c%20work_mem%3D1MB", { options: "-c work_mem=1MB" }],
    ["postgresql://h/d?channel_binding=prefer", { enableChannelBinding: true }],
    ["postgresql://h/d?channel_binding=disable", { enableChannelBinding: false }],
    ["postgresql://h/d?target_session_attrs=any&client_encoding=UTF-8", { host: "h", database: "d" }],
    ["postgresql://h/d?sslnegotiation=direct", { sslnegotiation: "direct", ssl: true }],
  ])("%j is parsed", (text, expected) => {
    expect(clientOf(text)).toMatchObject(expected);
  });

  test("settings that it does not name are left to pg's defaults", () => {
    expect(clientOf("postgresql://")).toEqual({ ssl: false, keepAlive: true });
  });

  test("options of its own and connectionParameters are both sent, the latter last", () => {
    const text = "postgresql://h/d?options=-c%20work_mem%3D1MB";
    expect(clientOf(text, { connectionParameters: { work_mem: "2MB" } })).toMatchObject({
      options: "-c work_mem=1MB -c work_mem=2MB",
    });
  });

  test.each([
    ["host", 1],
    ["host", null],
    ["port", "5432"],
    ["port", 0],
    ["user", {}],
    ["password", 12_345_678],
    ["database", ["d"]],
  ])("%s: %j beside one is refused", (field, value) => {
    expect(() => clientOf("postgresql://h/d", { [field]: value } as never)).toThrowError(refused(field));
  });

  test("connect_timeout, in seconds, is connectionTimeoutMillis", () => {
    const config = { connectionString: "postgresql://h/d?connect_timeout=7", connectionTimeoutMillis: 1 };
    expect(resolveConfig(config)).toMatchObject({ connectionTimeoutMillis: 7000 });
  });

  test("its settings are sent to the server", async () => {
    const text = `${database.url}?application_name=of%20the%20string&statement_timeout=12345&options=-c%20work_mem%3D1234kB`;
    const client = new pg.Client(clientOf(text));
    await client.connect();
    try {
      const names = ["application_name", "statement_timeout", "work_mem"];
      const sql = "select current_setting(name) as value from unnest($1::text[]) as name";
      const { rows } = await client.query<{ value: string }>(sql, [names]);
      expect(rows.map(({ value }) => value)).toEqual(["of the string", "12345ms", "1234kB"]);
    } finally {
      await client.end();
    }
  });

  /** Each has SECRET where a password may be. */
  const MANGLED: readonly string[] = [
    "postgres:SECRET@host/db",
    "postgresql:SECRET@host/db",
    "postgresql:/u:SECRET@host/db",
    "postgresql//u:SECRET@host/db",
    "postgresq://u:SECRET@host/db",
    "http://u:SECRET@host/db",
    "u:SECRET@host/db",
    "SECRET@host/db",
    "SECRET",
    "//u:SECRET@host/db",
    "/u:SECRET@host/db",
    "/SECRET@host db",
    "host=localhost password=SECRET",
    "jdbc:postgresql://host/db?password=SECRET",
    "socket:SECRET@host/db",
    "socket:u:SECRET@host/db",
    "socket://u:SECRET@host/db",
    "socket:/var/run?SECRET@host=1",
    "postgresql://u:SECRET/x@host/db",
    "postgresql://u:12/SECRET@host/db",
    "postgresql://u:12?SECRET@host/db",
    "postgresql://u:12?SECRET=x@host/db",
    "postgresql://u:12#SECRET@host/db",
    "postgresql://u:SECRET#x@host/db",
    "postgresql://SECRET%40host/db",
    "postgresql://u:SECRET@host name/db",
    "postgresql://u:SECRET %41@host/db",
    "postgresql://u:SECRET\n@host/db",
    "postgresql://u:SECRET%@host/db",
    "postgresql://u:SECRET%4@host/db",
    "postgresql://u:SECRET%zz@host/db",
    "postgresql://u:SECRET%ff@host/db",
    "postgresql://u:SECRET%00@host/db",
    "postgresql://u:SECRET@host%20name/db",
    "postgresql://u:SECRET@host:port/db",
    "postgresql://u:SECRET@host:99999/db",
    "postgresql://u:SECRET@host:0/db",
    "postgresql://u:SECRET@:x/db",
    "postgresql://u:SECRET@[::1/db",
    "postgresql://u:SECRET@[abc]/db",
    "postgresql://u:SECRET@::1/db",
    "postgresql://u:SECRET@one,,two/db",
    "postgresql://u:SECRET@one,two:x/db",
    "postgresql://u:SECRET@one,two:0/db",
    "postgresql://u:SECRET@one,SECRET two/db",
    "postgresql://u:SECRET@one%2Ctwo/db",
    "postgresql://u:SECRET@/db?host=one,SECRET%40two",
    "postgresql://u:SECRET@one,two,three/db?port=1,2",
    "socket://u:SECRET@/one,/two",
    "postgresql://u:SECRET@/db?host=u:SECRET%40h",
    "postgresql://u:SECRET@host/db?port=SECRET",
    "postgresql://u:SECRET@host/db?x=SECRET",
    "postgresql://u:SECRET@host/db?x-SECRET",
    "postgresql://u:SECRET@host/db?sslmode=SECRET",
    "postgresql://u:SECRET@host/db?sslrootcert=/SECRET",
    "postgresql://u:SECRET@host/db?password=SECRET&password=SECRET",
  ];

  test.each(MANGLED)("G12: %j is refused without its text", async (mangled) => {
    // Without its first letter, which pg-connection-string cuts off where the slashes are missing.
    const connectionString = mangled.replaceAll("SECRET", "S3cret");
    const calls = [
      () => createAuthDriver({ connectionString }),
      () => createCacheDriver({ connectionString }),
      () => migrate({ modules: ["auth"], connectionString }),
    ];
    for (const call of calls) {
      const error: unknown = await (async () => call())().catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "INVALID_INPUT", field: "connectionString" });
      expect(error).not.toHaveProperty("cause");
      expect((error as Error).stack).not.toMatch(/3cret/i);
    }
  });

  test.each<readonly [string, readonly object[]]>([
    ["postgresql://one,two/db", [{ host: "one" }, { host: "two" }]],
    [
      "postgresql://u:p@one:5432,two:5433/db",
      [
        { host: "one", port: 5432 },
        { host: "two", port: 5433 },
      ],
    ],
    ["postgresql://u:p@one,two:5433/db", [{ host: "one" }, { host: "two", port: 5433 }]],
    ["postgresql://u:p,@[::1]:5433,[2001:db8::7]/db", [{ host: "::1", port: 5433 }, { host: "2001:db8::7" }]],
    [
      "postgresql:///d?host=a,b&port=1,2",
      [
        { host: "a", port: 1 },
        { host: "b", port: 2 },
      ],
    ],
    [
      "postgresql:///d?host=a,/var/run/b&port=5433",
      [
        { host: "a", port: 5433 },
        { host: "/var/run/b", port: 5433 },
      ],
    ],
    [
      "postgresql://a:1,b:2/d?port=3",
      [
        { host: "a", port: 3 },
        { host: "b", port: 3 },
      ],
    ],
  ])("%j names several hosts, in libpq's form", (text, servers) => {
    expect(resolveConfig({ connectionString: text })).toMatchObject({ servers, target: "read-write" });
    expect(clientOf(text)).not.toHaveProperty("host");
    expect(clientOf(text)).not.toHaveProperty("port");
  });

  test("one host is left to pg's settings, and any server will do", () => {
    expect(resolveConfig({ connectionString: "postgresql://h:1/d" })).toMatchObject({ servers: [{}], target: "any" });
  });

  test.each(["any", "primary", "read-write"])("target_session_attrs=%s is understood", (target) => {
    for (const hosts of ["one", "one,two"]) {
      const connectionString = `postgresql://${hosts}/d?target_session_attrs=${target}`;
      expect(resolveConfig({ connectionString, targetSessionAttrs: "any" })).toMatchObject({ target });
    }
    expect(resolveConfig({ targetSessionAttrs: target as "any" })).toMatchObject({ target });
    vi.stubEnv("PGTARGETSESSIONATTRS", target);
    expect(resolveConfig({ hosts: [{ host: "one" }, { host: "two" }] })).toMatchObject({ target });
  });

  test.each([
    ["sslMode=require", "sslMode"],
    ["chanel_binding=require", "chanel_binding"],
    ["channel_binding=require", "channel_binding"],
    ["sslmode=allow", "sslmode"],
    ["sslmode=Require", "sslmode"],
    ["sslmode=", "sslmode"],
    ["ssl=yes", "ssl"],
    ["sslnegotiation=fast", "sslnegotiation"],
    ["gssencmode=require", "gssencmode"],
    ["target_session_attrs=standby", "target_session_attrs"],
    ["target_session_attrs=prefer-standby", "target_session_attrs"],
    ["load_balance_hosts=random", "load_balance_hosts"],
    ["connect_timeout=0", "connect_timeout"],
    ["connect_timeout=1.5", "connect_timeout"],
    ["statement_timeout=0", "statement_timeout"],
    ["statement_timeout=5s", "statement_timeout"],
    ["client_encoding=latin1", "client_encoding"],
    ["require_auth=scram-sha-256", "require_auth"],
    ["sslcrl=/crl.pem", "sslcrl"],
    ["hostaddr=192.0.2.7", "hostaddr"],
    ["max=1", "max"],
    ["schema=public", "schema"],
    ["replication=database", "replication"],
    ["stream=x", "stream"],
    ["database=other", "database"],
    ["__proto__=x", "__proto__"],
    ["toString=x", "toString"],
    ["db=x", "db"],
    ["sslmode=disable&sslmode=verify-full", "sslmode"],
    ["ssl=true&ssl=false", "ssl"],
  ])("an unsupported parameter is refused and named: %s", (query, name) => {
    expect(() => clientOf(`postgresql://u:p@h/d?${query}`)).toThrowError(refused("connectionString", `"${name}"`));
  });
});

describe("a host", () => {
  test.each(["postgres://u:S3cret@h/db", "u:S3cret@h", "//u:S3cret@h", "/u:S3cret@h/db", "a b", "a/b", "one,two"])(
    "G12: %j is refused without its text",
    (host) => {
      expect(() => createAuthDriver({ host })).toThrowError(refused("host"));
      expect(() => createAuthDriver({ host })).toThrowError(expect.not.stringContaining("S3cret"));
      expect(() => clientOf("postgresql:///d", { host })).toThrowError(refused("host"));
      vi.stubEnv("PGHOST", host);
      expect(() => clientOf("postgresql:///d")).toThrowError(refused("PGHOST"));
    },
  );

  test.each([
    "localhost",
    "db.example.com",
    "db_1",
    "192.0.2.7",
    "::1",
    "fe80::1%eth0",
    "/var/run/postgresql",
    "/cloudsql/a:b:c",
    "höst",
  ])("%j is accepted", (host) => {
    expect(resolveConfig({ host }).client).toMatchObject({ host });
  });
});

describe("hosts", () => {
  const hosts = [{ host: "one", port: 5433 }, { host: "/var/run/two" }];

  test("are the servers, also beside the defaults and a connection string without a host", () => {
    for (const config of [{ hosts }, { ...defaultConfig(), hosts }, { connectionString: "postgresql:///d", hosts }]) {
      expect(resolveConfig(config)).toMatchObject({ servers: hosts, target: "read-write" });
    }
    expect(resolveConfig({ hosts: [{ host: "one" }] })).toMatchObject({ servers: [{ host: "one" }], target: "any" });
  });

  test.each<readonly [string, object]>([
    ["hosts", { hosts: [] }],
    ["hosts", { hosts: "one,two" }],
    ["hosts", { hosts: ["one"] }],
    ["hosts", { hosts: [{ port: 1 }] }],
    ["hosts", { hosts: [{ host: "one,two" }] }],
    ["hosts", { hosts: [{ host: "a b" }] }],
    ["hosts", { hosts: [{ host: "one", port: 0 }] }],
    ["weight", { hosts: [{ host: "one", weight: 1 }] }],
    ["hosts", { hosts, connectionString: "postgresql://h/d" }],
    ["hosts", { hosts, connectionString: "postgresql:///d?port=5433" }],
    ["host", { hosts, host: "h" }],
    ["port", { hosts, port: 5433 }],
    ["targetSessionAttrs", { hosts, targetSessionAttrs: "standby" }],
  ])("%s is refused in what would be ignored, or is not understood: %j", (field, config) => {
    expect(() => resolveConfig(config)).toThrowError(refused(field));
  });

  test("createPool takes them, and refuses settings of drivers", async () => {
    const pool = createPool({ ...defaultConfig(), hosts, max: 3 });
    expect(pool.options.max).toBe(3);
    await pool.end();
    for (const key of ["query_timeout", "slowQueryMillis"]) {
      expect(() => createPool({ [key]: 7 })).toThrowError(refused(key));
    }
    expect(() => createPool({ batching: false } as object)).toThrowError(refused("batching"));
    expect(() => createPool({ schema: "tenant" } as object)).toThrowError(refused("schema"));
    expect(() => createPool({ pool } as object)).toThrowError(refused("pool"));
  });
});

describe("TLS", () => {
  const VERIFIED = {};
  const UNVERIFIED = { rejectUnauthorized: false };
  let folder: string;
  const file = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pevensie-tls-"));
    for (const name of ["ca", "cert", "key"]) writeFileSync(file(name), `the ${name}`);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test.each<readonly [string, unknown]>([
    ["sslmode=disable", false],
    ["sslmode=prefer", VERIFIED],
    ["sslmode=require", VERIFIED],
    ["sslmode=verify-ca", VERIFIED],
    ["sslmode=verify-full", VERIFIED],
    ["sslmode=no-verify", UNVERIFIED],
    ["sslmode=require&uselibpqcompat=true", UNVERIFIED],
    ["ssl=true", VERIFIED],
    ["ssl=1", VERIFIED],
    ["ssl=false", false],
    ["ssl=0", false],
    ["ssl=no-verify", UNVERIFIED],
    ["ssl=true&sslmode=disable", false],
    ["", false],
  ])("of a connection string with %j", (query, ssl) => {
    const warnings = vi.spyOn(process, "emitWarning");
    expect(clientOf(`postgresql://h/d?${query}`)).toHaveProperty("ssl", ssl);
    expect(warnings).not.toHaveBeenCalled();
    warnings.mockRestore();
  });

  /** pg makes the key non-enumerable, so that settings which are printed or copied do not contain it. */
  const expectFiles = (ssl: unknown) => {
    expect(ssl).toEqual({ ca: "the ca", cert: "the cert" });
    expect(ssl).toHaveProperty("key", "the key");
    expect(inspect(ssl)).not.toContain("the key");
  };

  test("files that a connection string names are read, and the key is not shown", () => {
    const query = new URLSearchParams({ sslrootcert: file("ca"), sslcert: file("cert"), sslkey: file("key") });
    expectFiles(clientOf(`postgresql://h/d?${query}`).ssl);
  });

  test("the connection string takes precedence over the config, and the config over the environment", () => {
    expect(clientOf("postgresql://h/d?sslmode=disable", { ssl: true }).ssl).toBe(false);
    expect(clientOf("postgresql://h/d", { ssl: true }).ssl).toBe(true);
    vi.stubEnv("PGSSLMODE", "verify-full");
    expect(clientOf("postgresql://h/d?sslmode=disable").ssl).toBe(false);
    expect(clientOf("postgresql://h/d", { ssl: false }).ssl).toBe(false);
    expect(resolveConfig({ ssl: false }).client).toMatchObject({ ssl: false });
  });

  test.each<readonly [string, unknown]>([
    ["disable", false],
    ["prefer", VERIFIED],
    ["require", VERIFIED],
    ["verify-ca", VERIFIED],
    ["verify-full", VERIFIED],
    ["no-verify", UNVERIFIED],
    ["", false],
  ])("PGSSLMODE=%s is honoured where nothing else is given: with settings, a URL, and the defaults", (mode, ssl) => {
    vi.stubEnv("PGSSLMODE", mode);
    for (const config of [undefined, { host: "h" }, { connectionString: "postgresql://h/d" }, defaultConfig()]) {
      expect(resolveConfig(config).client?.ssl).toEqual(ssl);
    }
    expect(defaultConfig().ssl).toEqual(ssl);
  });

  test("PGSSLROOTCERT, PGSSLCERT and PGSSLKEY are honoured, also beside a URL's sslmode", () => {
    vi.stubEnv("PGSSLROOTCERT", file("ca"));
    vi.stubEnv("PGSSLCERT", file("cert"));
    vi.stubEnv("PGSSLKEY", file("key"));
    expectFiles(resolveConfig().client?.ssl);
    expectFiles(clientOf("postgresql://h/d?sslmode=verify-full").ssl);
    expect(clientOf("postgresql://h/d?sslmode=disable").ssl).toBe(false);
  });

  test("PGSSLNEGOTIATION is ignored beside a URL's sslnegotiation, whatever its value", () => {
    vi.stubEnv("PGSSLNEGOTIATION", "fast");
    expect(clientOf("postgresql://h/d?sslmode=no-verify&sslnegotiation=postgres").ssl).toEqual({
      rejectUnauthorized: false,
    });
  });

  test.each([
    ["PGSSLMODE", "allow"],
    ["PGSSLMODE", "REQUIRE"],
    ["PGSSLNEGOTIATION", "fast"],
    ["PGCHANNELBINDING", "require"],
    ["PGGSSENCMODE", "require"],
    ["PGTARGETSESSIONATTRS", "standby"],
    ["PGREQUIREAUTH", "scram-sha-256"],
    ["PGSSLCRL", "/crl.pem"],
    ["PGSSLMINPROTOCOLVERSION", "TLSv1.3"],
  ])("%s=%s is refused, by the variable's name", (variable, value) => {
    vi.stubEnv(variable, value);
    for (const config of [{}, { connectionString: "postgresql://h/d" }]) {
      expect(() => createAuthDriver(config)).toThrowError(refused(variable));
    }
    // A pool of the caller's has been configured by the caller.
    expect(resolveConfig({ pool: database.pool })).toMatchObject({ client: null });
  });

  test("TLS variables are ignored if ssl is given", () => {
    vi.stubEnv("PGSSLMODE", "allow");
    vi.stubEnv("PGSSLCRL", "/crl.pem");
    vi.stubEnv("PGSSLROOTCERT", "/nowhere");
    expect(resolveConfig({ ssl: true }).client).toMatchObject({ ssl: true });
  });

  test("PGCHANNELBINDING and PGSSLNEGOTIATION are honoured", () => {
    vi.stubEnv("PGCHANNELBINDING", "prefer");
    vi.stubEnv("PGSSLNEGOTIATION", "direct");
    expect(resolveConfig({ ssl: true }).client).toMatchObject({ enableChannelBinding: true, sslnegotiation: "direct" });
    expect(resolveConfig().client).toMatchObject({ ssl: true });
    expect(() => resolveConfig({ ssl: false })).toThrowError(refused("PGSSLNEGOTIATION"));
    const text = "postgresql://h/d?sslnegotiation=direct&sslmode=disable";
    expect(() => clientOf(text)).toThrowError(refused("connectionString"));
  });

  test("a file that cannot be read is refused without its path", () => {
    const text = "postgresql://h/d?sslrootcert=/nowhere/S3cret";
    expect(() => clientOf(text)).toThrowError(refused("connectionString", "cannot be read"));
    expect(() => clientOf(text)).toThrowError(expect.not.stringContaining("S3cret"));
    vi.stubEnv("PGSSLROOTCERT", "/nowhere");
    expect(() => resolveConfig()).toThrowError(refused("ssl", "cannot be read"));
  });

  test.each(["true", "require", 1, null])("ssl: %j is refused", (ssl) => {
    expect(() => createAuthDriver({ ssl: ssl as never })).toThrowError(refused("ssl"));
  });
});

import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { EmbeddedPostgres } from "../../src/embedded/index.js";
import { TEMPLATE } from "../../src/testing/administration.js";
import { startTestDatabase, startTestServer } from "../../src/testing/index.js";
import { databaseUrl } from "../support/database.js";
import { ended, rowsOf } from "../support/dev-server.js";
import { runFixture, startFixture } from "../support/process.js";

const server = inject("serverUrl");

const hasSchema = async (url: string) =>
  (await rowsOf(url, "select to_regclass('pevensie.session') is not null as found"))[0];

const exists = async (url: string) => {
  const name = new URL(url).pathname.slice(1);
  return (await rowsOf(server, `select from pg_database where datname = '${name}'`)).length === 1;
};

describe("startTestDatabase", () => {
  test("returns a migrated database that shares nothing with another, and drops it", async () => {
    await using one = await startTestDatabase({ server });
    await using other = await startTestDatabase({ server });
    await rowsOf(one.connectionString, "insert into pevensie.cache (resource_type, key, value) values ('a', 'b', 'c')");
    expect(await rowsOf(other.connectionString, "select from pevensie.cache")).toEqual([]);
    await one.drop();
    expect(await exists(one.connectionString)).toBe(false);
    await one.drop();
    expect(await exists(other.connectionString)).toBe(true);
  });

  test("drops at the end of a block", async () => {
    let url = "";
    {
      await using database = await startTestDatabase({ server });
      url = database.connectionString;
      expect(await exists(url)).toBe(true);
    }
    expect(await exists(url)).toBe(false);
  });

  test("returns an empty database, and one of a given name", async () => {
    const name = `test_${randomBytes(8).toString("hex")}`;
    await using database = await startTestDatabase({ server, name, empty: true });
    expect(database.connectionString).toBe(databaseUrl(name));
    expect(await hasSchema(database.connectionString)).toEqual({ found: false });
    await expect(startTestDatabase({ server, name })).rejects.toMatchObject({
      code: "DATABASE_ERROR",
      message: `The database "${name}" already exists: drop it first, or leave out the name.`,
    });
  });

  test.each([
    ["name", { name: "a b" }],
    ["name", { name: 'a"; drop database b' }],
    ["server", { server: "localhost" }],
    ["options", { emtpy: true }],
  ])("refuses a wrong %s before it connects", async (field, options) => {
    await expect(startTestDatabase(options as object)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(startTestDatabase(options as object)).rejects.toThrow(field);
  });

  test("says what is wrong with a server that is not there", async () => {
    const options = { server: "postgresql://postgres:planted-secret@127.0.0.1:1/postgres" };
    const error = await startTestDatabase(options).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: "CONNECTION_UNAVAILABLE" });
    expect(String(error)).toContain("127.0.0.1:1");
    expect(String(error)).not.toContain("planted-secret");
  });

  test("says that the role may not create databases", async () => {
    const role = `test_${randomBytes(8).toString("hex")}`;
    await rowsOf(server, `create role ${role} login password 'pevensie'`);
    const url = Object.assign(new URL(server), { username: role, password: "pevensie" }).href;
    await expect(startTestDatabase({ server: url })).rejects.toThrow(/CREATEDB/);
    await rowsOf(server, `drop role ${role}`);
  });
});

describe("on a server without the template", () => {
  let bare: EmbeddedPostgres;
  beforeAll(async () => {
    bare = await EmbeddedPostgres.start();
  });
  afterAll(() => bare.stop());

  test("concurrent calls of several processes make it once, also where a killed one has left a part", async () => {
    await rowsOf(bare.url(), `create database ${TEMPLATE}`);
    const here = Array.from({ length: 3 }, () => startTestDatabase({ server: bare.url() }));
    const elsewhere = Array.from({ length: 2 }, () =>
      runFixture("test-server.ts", { DATABASE_URL: bare.url(), ENDS: "1" }),
    );
    const urls = (await Promise.all(here)).map(({ connectionString }) => connectionString);
    urls.push(...(await Promise.all(elsewhere)).map(({ stdout }) => stdout.trim()));
    for (const url of urls) {
      expect(new URL(url).port).toBe(String(bare.port));
      expect(await hasSchema(url)).toEqual({ found: true });
    }
    const templates = await rowsOf(bare.url(), "select datname as name from pg_database where not datallowconn");
    expect(templates).toEqual(expect.arrayContaining([{ name: TEMPLATE }]));
  });

  test("calls whose addresses name different databases make it once, too", async () => {
    await rowsOf(bare.url(), `alter database ${TEMPLATE} with is_template false`);
    await rowsOf(bare.url(), `drop database ${TEMPLATE}`);
    const names = ["one", "two", "three"];
    for (const name of names) await rowsOf(bare.url(), `create database ${name}`);
    const databases = await Promise.all(names.map((name) => startTestDatabase({ server: bare.url(name) })));
    for (const { connectionString } of databases) expect(await hasSchema(connectionString)).toEqual({ found: true });
  });

  test("makes it where nobody may connect to the database postgres", async () => {
    await rowsOf(bare.url(), `alter database ${TEMPLATE} with is_template false`);
    await rowsOf(bare.url(), `drop database ${TEMPLATE}`);
    await rowsOf(bare.url("one"), "alter database postgres with allow_connections false");
    await using database = await startTestDatabase({ server: bare.url("one") });
    expect(await hasSchema(database.connectionString)).toEqual({ found: true });
    await rowsOf(bare.url("one"), "alter database postgres with allow_connections true");
  });

  test("takes a name that is a word of SQL", async () => {
    await using database = await startTestDatabase({ server: bare.url(), name: "user" });
    expect(await hasSchema(database.connectionString)).toEqual({ found: true });
  });
});

describe("the server of a process", () => {
  /** A process with a server of its own, the address of a database there, and the server's process and folder. */
  async function start() {
    const running = startFixture("test-server.ts");
    const url = await new Promise<string>((resolve, reject) => {
      running.process.stdout?.once("data", (line: string) => resolve(line.trim()));
      running.outcome.then(({ stderr }) => reject(new Error(stderr)), reject);
    });
    const [row] = await rowsOf(url, "select setting as data from pg_settings where name = 'data_directory'");
    const { data } = row as { data: string };
    const pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
    return { running, url, data, pid };
  }

  test("F17: ends with it, also by SIGKILL, and leaves no other one alone", async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one.pid).not.toBe(other.pid);
    one.running.process.kill("SIGKILL");
    await ended(one.pid);
    await expect.poll(() => existsSync(one.data), { interval: 10 }).toBe(false);
    expect(await hasSchema(other.url)).toEqual({ found: true });
    other.running.process.kill("SIGTERM");
    await ended(other.pid);
    await expect.poll(() => existsSync(other.data), { interval: 10 }).toBe(false);
  });

  test("does not keep it from ending by itself", async () => {
    const { status, stdout } = await runFixture("test-server.ts", { ENDS: "1" });
    expect(status).toBe(0);
    await expect(rowsOf(stdout.trim(), "select 1")).rejects.toThrow();
  });
});

test("startTestServer names the server to the processes of the run", async () => {
  const before = process.env["PEVENSIE_TEST_SERVER"];
  await using given = await startTestServer({ connectionString: server });
  expect(given.connectionString).toBe(server);
  await using database = await startTestDatabase();
  expect(new URL(database.connectionString).port).toBe(new URL(server).port);
  const child = await runFixture("test-server.ts", {
    PEVENSIE_TEST_SERVER: process.env["PEVENSIE_TEST_SERVER"],
    ENDS: "1",
  });
  expect(new URL(child.stdout.trim()).port).toBe(new URL(server).port);
  await rowsOf(server, `drop database ${new URL(child.stdout.trim()).pathname.slice(1)}`);
  await given.stop();
  expect(process.env["PEVENSIE_TEST_SERVER"]).toBeUndefined();
  if (before !== undefined) process.env["PEVENSIE_TEST_SERVER"] = before;
});

import { EventEmitter } from "node:events";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PevensieEvent } from "../../src/index.js";
import { isVerified } from "../../src/postgres/protocol/pg-internals.js";
import { authOn, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";

const database = useDatabase();

interface Internals {
  readonly connection: Readonly<Record<string, unknown>>;
}

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(() => client.end());

/** A client with some properties in place of its own. */
function clientWith(properties: object, ofConnection: object = {}): pg.ClientBase {
  const { connection } = client as unknown as Internals;
  const replaced = Object.assign(Object.create(connection), ofConnection);
  return Object.assign(Object.create(client), { connection: replaced, ...properties });
}

describe("a client is verified", () => {
  test("if it is pg's own", () => {
    expect(isVerified(client)).toBe(true);
    expect(isVerified(clientWith({}))).toBe(true);
  });

  test("unless it has no connection, as pg-native's have none", () => {
    expect(isVerified(clientWith({ connection: undefined }))).toBe(false);
  });

  test("unless it pipelines its queries itself", () => {
    expect(isVerified(clientWith({ pipeline: true }))).toBe(false);
    expect(isVerified(clientWith({ pipeline: false }))).toBe(true);
  });

  test("unless its queue of queries is missing", () => {
    expect(isVerified(clientWith({ _queryQueue: undefined }))).toBe(false);
  });

  test.each(["parsedStatements", "stream", "parse", "bind", "describe", "execute", "sync", "on", "once", "emit"])(
    "unless its connection lacks %s",
    (name) => {
      expect(isVerified(clientWith({}, { [name]: undefined }))).toBe(false);
    },
  );
});

test("clients that are not verified run every statement through pg, and one event says so", async () => {
  // Versions of pg that do not pipeline ignore the property.
  class Pipelining extends pg.Client {
    override readonly pipeline = true;
  }
  const pool = new pg.Pool({ connectionString: database.url, max: 2, Client: Pipelining });
  const events: PevensieEvent[] = [];
  try {
    const auth = await authOn({ pool }, { onEvent: (event) => events.push(event) }).connect();
    const user = await createUser(auth, { password: null });
    expect(await Promise.all([1, 2, 3].map(() => auth.getUserById(user.id)))).toEqual([user, user, user]);
    await auth.disconnect();
    expect(events).toEqual([{ type: "pg-not-verified" }]);
  } finally {
    await endPool(pool);
  }
});

const Client: typeof pg.Client = pg.Client;

/** A client that hides the connection of pg's own, as pg-native's clients have none. */
class WithoutConnection extends EventEmitter {
  readonly #client: pg.Client;

  constructor(config: pg.ClientConfig) {
    super();
    this.#client = new Client(config);
    for (const event of ["error", "end"] as const)
      this.#client.on(event, (...given: readonly unknown[]) => this.emit(event, ...given));
  }

  connect(callback: (error: Error | null) => void): void {
    this.#client.connect((error: Error | null) => {
      if (!error) this.emit("connect");
      callback(error);
    });
  }

  query(...given: Parameters<pg.Client["query"]>): unknown {
    return this.#client.query(...given);
  }

  end(...given: Parameters<pg.Client["end"]>): unknown {
    return this.#client.end(...given);
  }
}

test("an owned pool works with clients that have no connection, as with NODE_PG_FORCE_NATIVE, and one event says so", async () => {
  const events: PevensieEvent[] = [];
  pg.Client = WithoutConnection as unknown as typeof pg.Client;
  try {
    const auth = await authOn({ connectionString: database.url }, { onEvent: (event) => events.push(event) }).connect();
    const user = await createUser(auth, { password: null });
    expect(await Promise.all([1, 2, 3].map(() => auth.getUserById(user.id)))).toEqual([user, user, user]);
    await auth.disconnect();
    expect(events).toEqual([{ type: "pg-not-verified" }]);
  } finally {
    pg.Client = Client;
  }
});

test("clients that are verified raise no event", async () => {
  const events: PevensieEvent[] = [];
  const auth = await authOn({ connectionString: database.url }, { onEvent: (event) => events.push(event) }).connect();
  await auth.listUsers();
  await auth.disconnect();
  expect(events).toEqual([]);
});

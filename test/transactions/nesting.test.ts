import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { authOn, createUser, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { gate, useOwnRows } from "../support/own-rows.js";

const database = useDatabase();
const own = useOwnRows(database);
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
const failure = new RangeError("the nested one's own");

let auth: Auth;
let user: User;
beforeAll(async () => {
  auth = await authOn({ pool, connectionTimeoutMillis: 2_000 }).connect();
  user = await createUser(auth, { password: null });
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(pool);
});
beforeEach(async () => {
  await database.pool.query("truncate public.own");
});

const takenEmail = () => ({ email: user.email, password: null, userMetadata: {} });

test("a nested transaction is part of the outer one: it is undone with it, and committed with it", async () => {
  const nested = (fail: boolean) =>
    auth.withTransaction(async (outer, client) => {
      await own.add(client, "outer");
      const given = await outer.withTransaction(async (inner, nestedClient) => {
        await own.add(nestedClient, "inner");
        await inner.setUserRole(user.id, "nested");
        return "given";
      });
      expect(given).toBe("given");
      expect(await outer.getUserById(user.id)).toMatchObject({ role: "nested" });
      if (fail) throw failure;
    });
  await expect(nested(true)).rejects.toBe(failure);
  expect(await own.names()).toEqual([]);
  expect(await auth.getUserById(user.id)).toMatchObject({ role: null });
  await nested(false);
  expect(await own.names()).toEqual(["inner", "outer"]);
  expect(await auth.getUserById(user.id)).toMatchObject({ role: "nested" });
});

test("a nested failure that is caught is undone, and leaves the outer one usable", async () => {
  const failures = [
    async () => {
      throw failure;
    },
    (inner: Pick<Auth, "createUserWithEmail">) => inner.createUserWithEmail(takenEmail()),
  ];
  await auth.withTransaction(async (outer, client) => {
    await own.add(client, "before");
    for (const fail of failures) {
      const nested = outer.withTransaction(async (inner, nestedClient) => {
        await own.add(nestedClient, "undone");
        await fail(inner);
      });
      await expect(nested).rejects.toThrow();
    }
    await outer.createUserWithEmail({ ...takenEmail(), email: uniqueEmail() });
    await own.add(client, "after");
  });
  expect(await own.names()).toEqual(["after", "before"]);
});

test("a nested failure that is not caught undoes everything, and rejects the transaction", async () => {
  const call = auth.withTransaction(async (outer, client) => {
    await own.add(client, "outer");
    await outer.withTransaction((inner) => inner.createUserWithEmail(takenEmail()));
  });
  expect(await codeOf(call)).toBe("EMAIL_TAKEN");
  expect(await own.names()).toEqual([]);
});

test("an error that nested work swallows fails the nested transaction with it, and not the outer one", async () => {
  await auth.withTransaction(async (outer, client) => {
    const nested = outer.withTransaction(async (inner, nestedClient) => {
      await own.add(nestedClient, "undone");
      await inner.createUserWithEmail(takenEmail()).catch(() => {});
    });
    expect((await errorOf(nested)).code).toBe("EMAIL_TAKEN");
    await own.add(client, "outer");
  });
  expect(await own.names()).toEqual(["outer"]);
});

test("a savepoint of the caller's in a nested transaction keeps nothing of one that fails", async () => {
  await auth.withTransaction(async (outer, client) => {
    const nested = outer.withTransaction(async (_, nestedClient) => {
      await own.add(nestedClient, "undone");
      await nestedClient.query("savepoint pevensie");
      throw failure;
    });
    await expect(nested).rejects.toBe(failure);
    await own.add(client, "outer");
  });
  expect(await own.names()).toEqual(["outer"]);
});

test("nests deeply: each level keeps or undoes its own changes", async () => {
  const descend = async (at: Pick<Auth, "withTransaction">, depth: number): Promise<void> => {
    await at.withTransaction(async (inner, client) => {
      await own.add(client, `level ${depth}`);
      if (depth < 5) await descend(inner, depth + 1).catch(() => {});
      // Undoing level 4 undoes level 5.
      if (depth === 4) throw failure;
      await own.add(client, `level ${depth}, after`);
    });
  };
  await descend(auth, 1);
  const kept = [1, 2, 3].flatMap((depth) => [`level ${depth}`, `level ${depth}, after`]);
  expect(await own.names()).toEqual(kept);
});

test("nested transactions that are started together run one after the other, and fail independently", async () => {
  const outcomes = await auth.withTransaction((outer) =>
    Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        outer.withTransaction(async (inner, client) => {
          await own.add(client, `row ${index}`);
          await inner.getUserById(user.id);
          if (index % 2 === 0) throw failure;
          await own.add(client, `row ${index}, after`);
        }),
      ),
    ),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(
    Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? "rejected" : "fulfilled")),
  );
  const kept = [1, 3, 5, 7].flatMap((index) => [`row ${index}`, `row ${index}, after`]);
  expect(await own.names()).toEqual(kept);
});

test("calls of the outer transaction beside a failing nested one are either refused or kept, at any moment", async () => {
  // Turns after the nested one was requested: before, during and after its savepoint is created.
  const delays: (() => Promise<unknown>)[] = [];
  for (let turns = 0; turns < 12; turns += 1) {
    delays.push(async () => {
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    });
    delays.push(async () => {
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    });
  }
  const kept: string[] = [];
  for (const [index, delay] of delays.entries()) {
    await auth.withTransaction(async (outer, client) => {
      const end = gate();
      const nested = outer.withTransaction(async (_, nestedClient) => {
        await own.add(nestedClient, "undone");
        await end.opened;
        throw failure;
      });
      const outcome = Promise.allSettled([nested]);
      await delay();
      const beside = Promise.allSettled([own.add(client, `beside ${index}`)]);
      // A call that waits for the end of the nested transaction is still pending here; any other one has settled.
      await database.pool.query("select");
      end.open();
      expect(await outcome).toEqual([{ status: "rejected", reason: failure }]);
      const [done] = await beside;
      if (done.status === "fulfilled") kept.push(`beside ${index}`);
      else expect(done.reason).toMatchObject({ code: expect.any(String) });
    });
  }
  expect(await own.names()).toEqual(kept.toSorted());
});

test("a nested transaction that is refused before its turn keeps no later one from running", async () => {
  await auth.withTransaction(async (outer, client) => {
    const before = own.add(client, "before");
    expect(await errorOf(outer.withTransaction(null as never))).toMatchObject({ code: "INVALID_INPUT", field: "work" });
    await before;
    await outer.withTransaction((_, nestedClient) => own.add(nestedClient, "nested"));
    await own.add(client, "after");
  });
  expect(await own.names()).toEqual(["after", "before", "nested"]);
});

test("a nested transaction refuses a client: the transaction has one", async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const call = auth.withTransaction((outer) => outer.withTransaction(async () => {}, { client }));
    await expect(call).rejects.toMatchObject({ code: "INVALID_INPUT", field: "client" });
  } finally {
    await client.end();
  }
});

test("the client of a transaction is refused, also by another copy of the package", async () => {
  vi.resetModules();
  const { authOn: otherAuthOn } = await import("../support/auth.js");
  expect(otherAuthOn).not.toBe(authOn);
  await using other = await otherAuthOn({ connectionString: database.url }).connect();
  for (const one of [auth, other]) {
    const nested = auth.withTransaction((_, client) => one.withTransaction(async () => {}, { client }));
    await expect(nested).rejects.toMatchObject({ code: "INVALID_INPUT", field: "client" });
  }
});

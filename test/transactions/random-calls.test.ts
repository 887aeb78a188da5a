import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Auth, AuthFunctions, TransactionClient } from "../../src/auth/index.js";
import { authOn } from "../support/auth.js";
import { endPool } from "../support/fault-pool.js";
import { useServer } from "../support/fault-server.js";
import { loggedStatements, STATEMENT_LOG } from "../support/statement-log.js";

const server = useServer(STATEMENT_LOG);
const APPLICATION = "under test";
const failure = new RangeError("the work's own");

/** What some work does, one after the other. */
type Action =
  | { readonly kind: "insert" | "createUser" | "deleteUser" | "hash"; readonly awaited: boolean }
  | { readonly kind: "violation" | "takenEmail" | "unknownUser" | "outerCall"; readonly awaited: boolean }
  | { readonly kind: "pause" }
  | { readonly kind: "nested"; readonly awaited: boolean; readonly work: Work };

interface Work {
  readonly actions: readonly Action[];
  readonly end: "resolves" | "throws";
}

const { work: works } = fc.letrec<{ work: Work; action: Action }>((tie) => ({
  work: fc.record({
    actions: fc.array(tie("action"), { maxLength: 6 }),
    end: fc.oneof({ weight: 3, arbitrary: fc.constant("resolves" as const) }, fc.constant("throws" as const)),
  }),
  action: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom("insert", "insert", "createUser", "deleteUser", "hash"),
        awaited: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom("violation", "takenEmail", "unknownUser", "outerCall"),
        awaited: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "pause" as const }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("nested" as const), awaited: fc.boolean(), work: tie("work") }),
    },
  ),
}));

let pool: pg.Pool;
let callersPool: pg.Pool;
let client: pg.Client;
let onOwnPool: Auth;
let onCallersPool: Auth;
beforeAll(async () => {
  const connectionString = server.current.url();
  const named = { connectionString, application_name: APPLICATION };
  pool = new pg.Pool({ connectionString });
  callersPool = new pg.Pool({ ...named, max: 1 });
  client = new pg.Client(named);
  await client.connect();
  await pool.query("create table public.own (name text primary key check (name <> 'bad'))");
  await pool.query(`
    create function public.new_user(name text) returns uuid language sql as $$
      with new_user as (
        insert into pevensie."user" (id, email, app_metadata, user_metadata)
        values (pevensie.uuid7(), name || '@example.com', '{}', '{}') returning id
      )
      insert into pevensie.session (id, user_id) select pevensie.uuid7(), id from new_user returning user_id
    $$`);
  await pool.query("select public.new_user('taken')");
  onOwnPool = await authOn({
    connectionString,
    max: 1,
    connectionParameters: { application_name: APPLICATION },
  }).connect();
  onCallersPool = await authOn({ pool: callersPool }).connect();
});
afterAll(async () => {
  await onOwnPool?.disconnect();
  await onCallersPool?.disconnect();
  await client.end();
  await endPool(callersPool);
  await endPool(pool);
});

type Place = "own pool" | "caller's pool" | "client" | "client in a transaction";

function transact(place: Place, work: Parameters<Auth["withTransaction"]>[0]): Promise<unknown> {
  if (place === "own pool") return onOwnPool.withTransaction(work);
  return onCallersPool.withTransaction(work, place === "caller's pool" ? {} : { client });
}

/** A call that was made, and what it should have changed if it took effect. */
interface Made {
  readonly name: string;
  readonly kind: "insert" | "createUser" | "deleteUser" | "hash";
  readonly outcome: Promise<boolean>;
  /** The transactions that it is part of have to be kept, too. */
  readonly within: readonly Promise<boolean>[];
}

const succeeds = (call: Promise<unknown>) =>
  call.then(
    () => true,
    () => false,
  );

/** The arguments of a transaction's work, and whether the work has ended. */
interface Scope {
  readonly auth: AuthFunctions;
  readonly own: TransactionClient;
  hasEnded: boolean;
}

/** One run: does what the actions say, and remembers it. */
class Run {
  readonly made: Made[] = [];
  readonly #prefix: string;
  readonly #users: string[];
  #count = 0;

  constructor(prefix: string, users: string[]) {
    this.#prefix = prefix;
    this.#users = users;
  }

  async work({ actions, end }: Work, scopes: readonly Scope[], within: readonly Promise<boolean>[]): Promise<void> {
    try {
      for (const action of actions) {
        if (action.kind === "pause") {
          await new Promise(setImmediate);
          continue;
        }
        const call = this.#start(action, scopes, within);
        // What is called after the end is refused, and no transaction is left to report it.
        if (scopes.some(({ hasEnded }) => hasEnded)) void succeeds(call);
        if (action.awaited) await call;
      }
      if (end === "throws") throw failure;
    } finally {
      (scopes.at(-1) as Scope).hasEnded = true;
    }
  }

  #start(
    action: Exclude<Action, { kind: "pause" }>,
    scopes: readonly Scope[],
    within: readonly Promise<boolean>[],
  ): Promise<unknown> {
    const { auth, own } = scopes.at(-1) as Scope;
    const insert = (name: string) =>
      own.query(`insert into public.own (name) values ($1) /* depth ${scopes.length} */`, [name]);
    const user = (name: string) => ({ email: `${name}@example.com`, password: null, userMetadata: {} });
    switch (action.kind) {
      case "nested": {
        let kept: (isKept: boolean) => void = () => {};
        const isKept = new Promise<boolean>((resolve) => {
          kept = resolve;
        });
        const call = auth.withTransaction((innerAuth, innerClient) => {
          const inner = { auth: innerAuth, own: innerClient, hasEnded: false };
          return this.work(action.work, [...scopes, inner], [...within, isKept]);
        });
        void succeeds(call).then(kept);
        return call;
      }
      case "violation":
        return insert("bad");
      case "takenEmail":
        return auth.createUserWithEmail(user("taken"));
      case "unknownUser":
        return auth.setUserRole("0190163d-8694-739b-aea5-966c26f8ad90", "nobody");
      case "outerCall":
        return (scopes[0]?.auth ?? auth).listUsers({ limit: 1 });
      default: {
        const name = action.kind === "deleteUser" ? (this.#users.pop() as string) : `${this.#prefix}-${this.#count++}`;
        const calls = {
          insert: () => insert(name),
          createUser: () => auth.createUserWithEmail(user(name)),
          hash: () => auth.createUserWithEmail({ ...user(name), password: "hashed in between" }),
          deleteUser: () => auth.deleteUserById(name),
        };
        const call = calls[action.kind]();
        this.made.push({ name, kind: action.kind, outcome: succeeds(call), within });
        return call;
      }
    }
  }
}

/** Whether a call took effect: half of a deletion is neither. */
async function hasEffect({ kind, name }: Made): Promise<boolean | "half"> {
  if (kind === "insert") return (await pool.query("select from public.own where name = $1", [name])).rowCount === 1;
  if (kind !== "deleteUser") {
    const email = `${name}@example.com`;
    return (await pool.query('select from pevensie."user" where email = $1', [email])).rowCount === 1;
  }
  const { rows } = await pool.query<{ deleted: boolean; sessions: number }>(
    `select deleted_at is not null as deleted,
       (select count(*)::int from pevensie.session where user_id = u.id) as sessions
     from pevensie."user" as u where id = $1`,
    [name],
  );
  const { deleted, sessions } = rows[0] as { deleted: boolean; sessions: number };
  return deleted === (sessions === 0) ? deleted : "half";
}

/** Whether the transaction can commit. */
function isBenign({ actions, end }: Work): boolean {
  return (
    end === "resolves" &&
    actions.every(
      (action) =>
        action.kind === "pause" ||
        ["insert", "createUser", "deleteUser", "hash"].includes(action.kind) ||
        (action.kind === "nested" && action.awaited && isBenign(action.work)),
    )
  );
}

let runs = 0;

async function runRandomly(place: Place, work: Work): Promise<void> {
  runs += 1;
  const users = await Promise.all(
    Array.from({ length: JSON.stringify(work).split('"deleteUser"').length - 1 }, async (_, index) => {
      const { rows } = await pool.query<{ id: string }>("select public.new_user($1) as id", [`user-${runs}-${index}`]);
      return rows[0]?.id as string;
    }),
  );
  const run = new Run(`run-${runs}`, users);
  if (place === "client in a transaction") await client.query("begin /* the caller's */");
  const isKept = await succeeds(transact(place, (auth, own) => run.work(work, [{ auth, own, hasEnded: false }], [])));
  // Unawaited calls settle; the work of an open nested transaction may make further calls.
  for (let seen = -1; seen !== run.made.length; ) {
    seen = run.made.length;
    await Promise.all(run.made.map(({ outcome }) => outcome));
    await new Promise(setImmediate);
  }
  if (place === "client in a transaction") await client.query("commit /* the caller's */");
  if (isBenign(work)) expect(isKept).toBe(true);
  for (const made of run.made) {
    const isPartOfIt = isKept && (await made.outcome) && (await Promise.all(made.within)).every(Boolean);
    expect([made, await hasEffect(made)]).toEqual([made, isPartOfIt]);
  }
}

/** Follows one connection's statements: each is inside a transaction, and has the depth that it says. */
function expectInside(statements: readonly string[]): void {
  let isOpen = false;
  let isCallers = false;
  const savepoints: string[] = [];
  for (const text of statements) {
    const depth = savepoints.length + (isCallers ? 0 : 1);
    const [, savepoint] = /^(?:rollback to|release)? ?savepoint (pevensie\w*)/.exec(text) ?? [];
    if (/^begin/.test(text)) [isOpen, isCallers] = [true, text.includes("caller's")];
    else if (/^(?:commit|rollback)(?! to)/.test(text)) {
      expect([savepoints.length > 0 && isCallers, text]).toEqual([false, text]);
      [isOpen, savepoints.length] = [false, 0];
    } else if (savepoint !== undefined) {
      // Whether a client is in a transaction is found out by a savepoint.
      if (savepoint === "pevensie") continue;
      expect([isOpen, text]).toEqual([true, text]);
      if (text.startsWith("savepoint")) savepoints.push(savepoint);
      // Going back to a savepoint ends those after it; releasing one must not.
      else if (text.startsWith("rollback")) savepoints.length = savepoints.indexOf(savepoint);
      else expect(savepoints.pop()).toBe(savepoint);
    } else if (isOpen) {
      expect([isCallers && savepoints.length === 0, text]).toEqual([false, text]);
      const [, said = depth] = /\/\* depth (\d+) \*\//.exec(text) ?? [];
      expect([Number(said), text]).toEqual([depth, text]);
    } else expect(text).toMatch(/^close all|pevensie\.module_version/);
  }
}

test("G31: each call in a transaction takes effect as a whole or not at all, and no statement follows the end", async () => {
  const place = fc.constantFrom<Place>("own pool", "caller's pool", "client", "client in a transaction");
  await fc.assert(fc.asyncProperty(place, works, runRandomly), { numRuns: 150 });
  const connections = await loggedStatements(pool, APPLICATION);
  expect(connections.length).toBeGreaterThanOrEqual(3);
  for (const statements of connections) expectInside(statements);
  expect(connections.flat().filter((text) => text.startsWith("insert into public.own")).length).toBeGreaterThan(20);
}, 240_000);

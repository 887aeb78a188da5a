import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import { type Context, type ContextManager, context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { PgInstrumentation } from "@opentelemetry/instrumentation-pg";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Auth, User } from "../src/auth/index.js";
import { type Cache, createCache } from "../src/cache/index.js";
import { createCacheDriver } from "../src/postgres/index.js";
import { authOn, createUser, uniqueEmail } from "./support/auth.js";
import { useDatabase } from "./support/database.js";
import { codeOf } from "./support/fault-outcome.js";

const database = useDatabase();
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const instrumentation = new PgInstrumentation();
instrumentation.setTracerProvider(provider);
// It patches what is required while it is there.
const require = createRequire(import.meta.url);
for (const name of ["pg", createRequire(require.resolve("pg")).resolve("pg-pool")]) require(name);

/** What an application has from the SDK for Node: the active span follows the course of a call. */
class FollowingContext implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  active = () => this.#storage.getStore() ?? ROOT_CONTEXT;
  with = <A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    current: Context,
    run: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> => this.#storage.run(current, () => run.apply(self, args));
  bind = <T>(current: Context, target: T): T =>
    (typeof target === "function"
      ? (...args: unknown[]) => this.#storage.run(current, () => target(...args))
      : target) as T;
  enable = () => this;
  disable = () => this;
}

let auth: Auth;
let cache: Cache;
let user: User;
beforeAll(async () => {
  context.setGlobalContextManager(new FollowingContext());
  const config = { connectionString: database.url, max: 4 };
  auth = await authOn(config).connect();
  cache = await createCache({ driver: createCacheDriver(config) }).connect();
  user = await createUser(auth);
});
afterAll(async () => {
  await auth.disconnect();
  await cache.disconnect();
  instrumentation.disable();
  context.disable();
  await provider.shutdown();
});
beforeEach(() => exporter.reset());

/** The text of a span's statement. */
const textOf = (span: ReadableSpan) => String(span.attributes["db.statement"] ?? span.attributes["db.query.text"]);

/** The spans of statements, without those of the pool, and of the reset of a connection after its transaction. */
function statementSpans(): ReadableSpan[] {
  const spans = exporter.getFinishedSpans().filter(({ name }) => name.startsWith("pg.query"));
  return spans.filter((span) => !textOf(span).startsWith("close all"));
}

describe("the standard instrumentation of pg", () => {
  test("creates a span for a single statement", async () => {
    await auth.getUserByPhoneNumber("none");
    const [span, ...rest] = statementSpans();
    expect(rest).toEqual([]);
    expect(textOf(span as ReadableSpan)).toContain('from pevensie."user"');
    // By the name under which it is prepared.
    expect(span?.name).toMatch(/^pg\.query:pevensie_getUserByPhoneNumber_[0-9a-f]{8} /);
    expect(span?.attributes["db.postgresql.plan"]).toMatch(/^pevensie_getUserByPhoneNumber_[0-9a-f]{8}$/);
    expect(span?.ended).toBe(true);
    expect(span?.status.code).toBe(0);
  });

  test("creates one for each statement that calls share", async () => {
    const calls = 100;
    await Promise.all(Array.from({ length: calls }, () => auth.getUserById(user.id)));
    const spans = statementSpans();
    expect(spans.length).toBeGreaterThan(0);
    expect(spans.length).toBeLessThan(10);
    expect(spans.map(textOf).join()).toContain("any ((select $1::pg_catalog.uuid[])");
  });

  test("creates one for each statement of a transaction, begin and commit included", async () => {
    const doomed = await createUser(auth, { password: null });
    exporter.reset();
    await auth.deleteUserById(doomed.id);
    expect(statementSpans().map(textOf)).toEqual([
      expect.stringMatching(/^begin/),
      expect.stringContaining('update pevensie."user"'),
      expect.stringContaining("delete from pevensie.session"),
      "commit",
    ]);
    exporter.reset();
    await auth.withTransaction(async (_, client) => client.query("select $1::text as own", ["own"]));
    expect(statementSpans().map(textOf)).toEqual([expect.stringMatching(/^begin/), "select $1::text as own", "commit"]);
  });

  test("creates them as children of the span in which the call was made", async () => {
    const calls = {
      "a statement": () => auth.getUserByPhoneNumber("none"),
      "a lookup": () => auth.getUserById(user.id),
      "a transaction": () => auth.setUserPassword(user.id, null),
      "the caller's SQL": () => auth.withTransaction((_, client) => client.query("select")),
    };
    for (const [name, call] of Object.entries(calls)) {
      exporter.reset();
      const parent = provider.getTracer("test").startSpan(name);
      await context.with(trace.setSpan(ROOT_CONTEXT, parent), call);
      parent.end();
      const spans = statementSpans();
      expect(spans.length).toBeGreaterThan(0);
      for (const span of spans) expect(span.parentSpanContext?.spanId, name).toBe(parent.spanContext().spanId);
    }
  });

  test("marks the spans of statements that fail", async () => {
    expect(await codeOf(createUser(auth, { email: user.email, password: null }))).toBe("EMAIL_TAKEN");
    const span = statementSpans().at(-1);
    expect(span?.status.code).toBe(2);
    expect(span?.ended).toBe(true);
  });

  test("creates a span for an acquire", async () => {
    await cache.get("type", "key");
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toContain("pg-pool.connect");
  });
});

test("G12: by default no span carries the value of a parameter, nor the connection's password", async () => {
  const secrets = {
    email: uniqueEmail(),
    password: "the planted password",
    key: "planted cache key",
    value: "planted cache value",
    userAgent: "planted user agent",
    own: "planted value of the application",
  };
  const { email, password, userAgent } = secrets;
  const { id: userId } = await createUser(auth, { email, password });
  const session = await auth.logInUser({ email, password, userAgent, ip: "192.0.2.77" });
  const token = await auth.createOneTimeToken({ userId, tokenType: "password-reset", ttlSeconds: 60 });
  await auth.resetPassword({ token, password });
  await auth.logInUser({ email, password: `not ${password}` });
  await cache.set(secrets.key, secrets.key, secrets.value);
  await cache.setMany(secrets.key, [[secrets.key, secrets.value]]);
  await Promise.all([cache.get(secrets.key, secrets.key), cache.get("type", secrets.key)]);
  await auth.withTransaction(async (_, client) => client.query("select $1::text", [secrets.own]));
  expect(await codeOf(createUser(auth, { email, password }))).toBe("EMAIL_TAKEN");
  const hashes = await database.rows<{ hash: string }>(
    `select password_hash as hash from pevensie."user" where password_hash is not null
     union all select token_hash from pevensie.one_time_token`,
  );
  const found = [...Object.values(secrets), token, ...hashes.map(({ hash }) => hash), "192.0.2.77", userId];
  found.push(session?.session.id ?? "no session", new URL(database.url).password);
  const spans = exporter.getFinishedSpans();
  expect(spans.length).toBeGreaterThan(20);
  const exported = JSON.stringify(
    spans.map(({ name, attributes, events, status, links }) => ({ name, attributes, events, status, links })),
  );
  expect(exported).toContain("pevensie.cache");
  for (const secret of found) expect(exported).not.toContain(secret);
});

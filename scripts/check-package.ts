/**
 * What npm would publish, looked at as users get it: by publint and attw, and by a program in an empty project that logs a
 * user in.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { EmbeddedPostgres } from "../src/embedded/index.js";
import { packInto } from "./pack.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const BIN = join(ROOT, "node_modules", ".bin");

const PROGRAM = `
import { createAuth, PevensieError } from "pevensie";
import { createCache } from "pevensie/cache";
import { createAuthDriver, createCacheDriver } from "pevensie/postgres";
import { getUserByEmail } from "pevensie/postgres/queries";
import { parseIpAddress } from "pevensie/net";
import { createKeyvStore } from "pevensie/keyv";
import { createRateLimitStore } from "pevensie/express-rate-limit";
import { createUnstorageDriver } from "pevensie/unstorage";
import { createWebSessions } from "pevensie/web";
import * as express from "pevensie/express";
import * as fastify from "pevensie/fastify";
import * as hono from "pevensie/hono";
import { expireSession, startTestDatabase } from "pevensie/testing";
const config = { connectionString: process.env.DATABASE_URL };
const auth = await createAuth({ driver: createAuthDriver(config), cookieKey: "x".repeat(32) }).connect();
const cache = await createCache({ driver: createCacheDriver(config) }).connect();
await auth.createUserWithEmail({ email: "susan@example.com", password: "the horn and the bow", userMetadata: {} });
const loggedIn = await auth.logInUser({ email: "susan@example.com", password: "the horn and the bow", ip: parseIpAddress("127.1") });
await cache.set("last", "login", loggedIn.user.id);
if ((await cache.get("last", "login")) !== loggedIn.session.userId || !(PevensieError && getUserByEmail.run)) process.exit(1);
// None of their peers is installed.
const store = createKeyvStore(cache);
await store.set("key", "value", 60_000);
if ((await store.get("key")) !== "value") process.exit(1);
if ((await createUnstorageDriver(cache, { resourceType: "keyv" }).getItem("key")) !== "value") process.exit(1);
if ((await createRateLimitStore(cache).increment("127.0.0.1")).totalHits !== 1) process.exit(1);
const web = createWebSessions(auth);
const request = new Request("https://app.example.com/", { headers: { authorization: "Bearer " + auth.createSessionCookie(loggedIn.session) } });
// That session is bound to the address with which it was created.
if ((await createWebSessions(auth, { clientIp: () => "127.0.0.1" }).read(request))?.user.id !== loggedIn.user.id) process.exit(1);
for (const plug of [express, fastify, hono]) if (plug.pevensieSessions(web).web !== web) process.exit(1);
if ((await expireSession(config.connectionString, loggedIn.session.id)) !== 1) process.exit(1);
const database = await startTestDatabase();
if (!database.connectionString.includes("/pevensie_test_")) process.exit(1);
await database.drop();
await Promise.all([auth.disconnect(), cache.disconnect()]);
console.log("the packed package works in an empty project");
`;

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): string {
  return execFileSync(command, [...args], { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

const folder = mkdtempSync(join(tmpdir(), "pevensie-package-"));
const server = await EmbeddedPostgres.start();
try {
  const tarball = packInto(folder);
  process.stdout.write(run(join(BIN, "publint"), ["run", tarball, "--strict"], ROOT));
  process.stdout.write(run(join(BIN, "attw"), [tarball, "--profile", "esm-only", "--format", "ascii"], ROOT));
  const env = { ...process.env, DATABASE_URL: server.url() };
  run("npm", ["init", "-y"], folder);
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", tarball, "pg"], folder);
  writeFileSync(join(folder, "program.mjs"), PROGRAM);
  run("npx", ["--no-install", "pevensie", "migrate", "--apply", "auth", "cache"], folder, env);
  run("npx", ["--no-install", "pevensie", "migrate", "--check", "auth", "cache"], folder, env);
  process.stdout.write(`pevensie ${run("npx", ["--no-install", "pevensie", "--version"], folder, env)}`);
  process.stdout.write(run(process.execPath, ["program.mjs"], folder, env));
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

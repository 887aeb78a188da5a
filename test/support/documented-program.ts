import { type BuildOptions, buildSync } from "esbuild";
import { SOURCES } from "../../scripts/entry-points.js";
import { type Block, introducedIn } from "./documents.js";
import { ROOT, runProgram } from "./process.js";

/** Runs blocks of TypeScript of the documents, each in a process of its own. */

/** What the text around a block has introduced, by name, in the order in which one needs the other. */
const INTRODUCED: Readonly<Record<string, string>> = {
  cookieKey: 'const cookieKey = "k".repeat(32);',
  auth: "const auth = $auth;",
  user: "const user = $user;",
  session: "const session = await $auth.createSession({ userId: $user.id, ttlSeconds: 60 });",
  cache: "const cache = $cache;",
  pool: "const pool = new $pg.Pool({ connectionString: process.env.DATABASE_URL });",
  logger: "const logger = console;",
  profile: "const profile = { decode: () => ({ bornOn: new Date(0) }), encode: () => ({}) };",
  createAuth: "const createAuth = $pevensie.createAuth;",
  createAuthDriver: "const createAuthDriver = $postgres.createAuthDriver;",
};

const PRELUDE = `
import * as $pevensie from "pevensie";
import * as $postgres from "pevensie/postgres";
import $pg from "pg";
const $config = { connectionString: process.env.DATABASE_URL };
const $driver = $postgres.createAuthDriver($config);
const $auth = await $pevensie.createAuth({ driver: $driver, cookieKey: "c".repeat(32) }).connect();
const $cache = await $pevensie.createCache({ driver: $postgres.createCacheDriver($config) }).connect();
const $user = await $auth.createUserWithEmail({
  email: "lucy@example.com",
  password: "through the wardrobe",
  userMetadata: {},
});
`;

export function programOf({ code }: Block): string {
  // Imports may follow other statements: they are hoisted.
  const lines = introducedIn(code, Object.keys(INTRODUCED)).map((name) => INTRODUCED[name]);
  return `${PRELUDE}${lines.join("\n")}\n${code}\nconsole.log("ran to its end");\nprocess.exit();\n`;
}

/** Returns an application that imports the package by its name as one module, over the sources. */
export function compile(input: Pick<BuildOptions, "stdin" | "entryPoints">): string {
  const { outputFiles } = buildSync({
    ...input,
    alias: { ...SOURCES },
    bundle: true,
    external: [
      "pg",
      "@electric-sql/pglite",
      "@node-rs/argon2",
      "@node-rs/bcrypt",
      "@pgtyped/runtime",
      "uuidv7",
      "cookie",
      "proxy-addr",
      "lru-cache",
      "arktype",
      "drizzle-orm",
      "kysely",
      "valibot",
      "zod",
      "express",
      "express-rate-limit",
      "fastify",
      "hono",
      "@hono/node-server",
      "keyv",
      "unstorage",
    ],
    conditions: ["pevensie-source"],
    platform: "node",
    format: "esm",
    target: "node20",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

/** What an application prints when it has run a block to its end. */
export const RAN = /ran to its end\n$/;

/** Runs a program on a database. */
export function runDocumented(program: string, databaseUrl: string) {
  const servers = { DATABASE_URL: databaseUrl, CACHE_A: databaseUrl, CACHE_B: databaseUrl };
  const environment = { ...servers, COOKIE_KEY: "e".repeat(32) };
  const source = `Object.assign(process.env, ${JSON.stringify(environment)});\n`;
  const args = ["--input-type=module", "--import", `data:text/javascript,${encodeURIComponent(source)}`];
  return runProgram(process.execPath, args, compile({ stdin: { contents: program, resolveDir: ROOT, loader: "ts" } }));
}

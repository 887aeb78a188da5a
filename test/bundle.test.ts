import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildOptions, type BuildResult, build, type Format } from "esbuild";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { SOURCES } from "../scripts/entry-points.js";
import { useDatabase } from "./support/database.js";
import { ROOT, runProgram } from "./support/process.js";

const database = useDatabase({ empty: true });

/** Everything that an application does, without top-level await, which CommonJS lacks. */
const PROGRAM = `
import { createAuth, createCache, PevensieError } from "pevensie";
import { createAuthDriver, createCacheDriver, migrate } from "pevensie/postgres";

async function main() {
  const config = { connectionString: process.argv[2] };
  const credentials = { email: "lucy@example.com", password: "through the wardrobe" };
  const pending = createAuth({ driver: createAuthDriver(config), cookieKey: "x".repeat(32) });
  const error = await pending.connect().catch((error) => error);
  const { migrations } = await migrate({ modules: ["auth", "cache"], apply: true, ...config });
  const auth = await pending.connect();
  const cache = await createCache({ driver: createCacheDriver(config) }).connect();
  const user = await auth.createUserWithEmail({ ...credentials, userMetadata: {} });
  const { session } = await auth.logInUser(credentials);
  const sessions = await Promise.all([1, 2, 3].map(() => auth.getSession(session.id)));
  await cache.set("last", "log-in", session.id);
  const cached = await cache.get("last", "log-in");
  await Promise.all([auth.disconnect(), cache.disconnect()]);
  return {
    error: { name: error.name, code: error.code, isPevensieError: error instanceof PevensieError },
    migrated: migrations.length > 0,
    found: sessions.map((found) => found?.userId === user.id),
    cached: cached === session.id,
  };
}

main().then((result) => console.log(JSON.stringify(result)));
`;

/** pg is CommonJS and requires modules of Node, which ESM output of esbuild can only do with a \`require\` in scope. */
const BANNER = `import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);`;

/** A folder from which nothing but @node-rs/argon2, a native addon, is found. */
const folder = mkdtempSync(join(tmpdir(), "pevensie-bundle-"));
mkdirSync(join(folder, "node_modules", "@node-rs"), { recursive: true });
symlinkSync(join(ROOT, "node_modules/@node-rs/argon2"), join(folder, "node_modules/@node-rs/argon2"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bundle(program: string, options: BuildOptions): Promise<BuildResult> {
  return build({
    stdin: { contents: program, resolveDir: ROOT },
    alias: { ...SOURCES },
    bundle: true,
    platform: "node",
    target: "node20",
    external: ["@node-rs/argon2", "@node-rs/bcrypt"],
    conditions: ["pevensie-source"],
    logLevel: "silent",
    metafile: true,
    ...options,
  });
}

beforeEach(async () => {
  await database.pool.query("drop schema if exists pevensie cascade");
});

describe.each<[Format, string, string]>([
  ["esm", "mjs", BANNER],
  ["cjs", "cjs", ""],
])("F16: a bundle as %s", (format, extension, banner) => {
  test.each([false, true])("connects, migrates and logs in away from the package (minified: %s)", async (minify) => {
    const outfile = join(folder, `program-${minify}.${extension}`);
    const { warnings } = await bundle(PROGRAM, { format, minify, outfile, banner: { js: banner } });
    expect(warnings).toEqual([]);
    const { status, stdout, stderr } = await runProgram(process.execPath, [outfile, database.url], "");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      error: { name: "PevensieError", code: "SCHEMA_OUTDATED", isPevensieError: true },
      migrated: true,
      found: [true, true, true],
      cached: true,
    });
  });
});

test("F16: the bundle of a program that does not migrate does not contain the SQL of the migrations", async () => {
  const contents = async (names: string) => {
    const program = `import { ${names} } from "pevensie/postgres"; console.log(${names});`;
    const { metafile } = await bundle(program, { format: "esm", write: false });
    return Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) => Object.keys(inputs));
  };
  expect(await contents("migrate")).toContain("generated/migrations.ts");
  const withoutMigrate = await contents("createAuthDriver");
  expect(withoutMigrate).toContain("generated/versions.ts");
  expect(withoutMigrate).not.toContain("generated/migrations.ts");
});

test("F16: the classes that an application sees keep their names in a bundle", async () => {
  const program = `
    import { createAuth, createCache, PevensieError, WithheldError } from "pevensie";
    import { createAuthDriver, createCacheDriver, migrate } from "pevensie/postgres";
    import { inspect } from "node:util";

    async function main() {
      const config = { connectionString: process.argv[2] };
      await migrate({ modules: ["auth", "cache"], apply: true, ...config });
      const pending = createAuth({ driver: createAuthDriver(config), cookieKey: "x".repeat(32) });
      const auth = await pending.connect();
      const cache = await createCache({ driver: createCacheDriver(config) }).connect();
      const shown = await auth.withTransaction(async (inner, client) => [inner, client].map((value) => inspect(value)));
      const error = await auth.getUserById(1).catch((error) => error);
      shown.push(inspect(auth), inspect(cache), inspect(createAuthDriver(config)), inspect(error), error.stack.split("\\n")[0]);
      await Promise.all([auth.disconnect(), cache.disconnect()]);
      return { names: [PevensieError.name, WithheldError.name], shown };
    }

    main().then((result) => console.log(JSON.stringify(result)));
  `;
  const outfile = join(folder, "names.mjs");
  await bundle(program, { format: "esm", outfile, banner: { js: BANNER } });
  const { stdout } = await runProgram(process.execPath, [outfile, database.url], "");
  const { names, shown } = JSON.parse(stdout) as { names: string[]; shown: string[] };
  expect(names).toEqual(["PevensieError", "WithheldError"]);
  for (const text of shown) expect(text).not.toMatch(/\b_[A-Z]\w*/);
});

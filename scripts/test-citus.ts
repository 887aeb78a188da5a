/**
 * The contracts of both drivers, sweeps and migrations in distributed schemas of a Citus server, which the tests create and drop:
 * `npm run test:citus -- postgresql://postgres@127.0.0.1:5432/postgres`. The address is that of the coordinator.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

const [url, ...more] = process.argv.slice(2);
if (url === undefined) {
  console.error("Usage: npm run test:citus -- <connection string of a Citus coordinator>");
  process.exitCode = 2;
} else {
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const { status } = spawnSync(process.execPath, [vitest, "run", "--typecheck=false", "test/distributed", ...more], {
    cwd: ROOT,
    env: { ...process.env, CITUS_URL: url },
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}

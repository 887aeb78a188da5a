import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { SOURCES } from "./scripts/entry-points.js";

/** The folder of another version of pg, which `npm run test:pg` sets. */
const { PG_FOLDER } = process.env;

export default defineConfig({
  resolve: {
    alias: [
      // The examples import the package as users do; here that is src/, and not what the last build made of it.
      ...Object.entries(SOURCES).map(([path, file]) => ({ find: new RegExp(`^${path}$`), replacement: file })),
      // Likewise generated/.
      { find: /^#generated\/(.*)\.js$/, replacement: fileURLToPath(new URL("generated/$1.ts", import.meta.url)) },
      ...(PG_FOLDER === undefined ? [] : [{ find: /^pg$/, replacement: join(PG_FOLDER, "lib", "index.js") }]),
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/no-warnings.ts"],
    // Most of a test's time is waiting, so that two cores serve three files at a time.
    maxWorkers: 3,
    typecheck: { enabled: true, include: ["test/**/*.test-d.ts"], tsconfig: "tsconfig.test.json" },
    // These only end tests that hang. They are many times what a test takes where other processes occupy every core.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
  },
});

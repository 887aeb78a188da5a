import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Plan } from "../options.js";
import { say } from "../progress.js";

/** How long a new process takes until something is there, in milliseconds. */
export interface StartRow {
  readonly what: string;
  readonly ours: number;
  readonly pg: number;
}

const FOLDER = fileURLToPath(new URL("..", import.meta.url));

/** Programs that print how many milliseconds they took. The database's address is their argument. */
const IMPORTS = { ours: 'await import("pevensie/postgres");', pg: 'await import("pg");' };

const ANSWERS = {
  ours: `
    const { createAuth } = await import("pevensie");
    const { createAuthDriver } = await import("pevensie/postgres");
    const driver = createAuthDriver({ connectionString: process.argv[1] });
    const auth = await createAuth({ driver, cookieKey: "x".repeat(32) }).connect();
    await auth.getUserById(crypto.randomUUID());`,
  pg: `
    const { default: pg } = await import("pg");
    const pool = new pg.Pool({ connectionString: process.argv[1] });
    await pool.query('select id from pevensie."user" where id = $1', [crypto.randomUUID()]);`,
};

/** Starts processes by turns: one imports this package, the next one pg. */
export function start(url: string, { starts }: Plan): StartRow[] {
  return [
    { what: "import of pevensie/postgres, and of pg", ...medians(IMPORTS, url, starts) },
    { what: "first answer to a lookup, connecting included", ...medians(ANSWERS, url, starts) },
  ];
}

function medians(programs: typeof IMPORTS, url: string, count: number): Omit<StartRow, "what"> {
  say(`starting ${2 * count} processes`);
  const times = { ours: [] as number[], pg: [] as number[] };
  for (let round = 0; round < count; round += 1) {
    for (const name of ["ours", "pg"] as const) times[name].push(timeOf(programs[name], url));
  }
  return { ours: median(times.ours), pg: median(times.pg) };
}

function timeOf(program: string, url: string): number {
  const timed = `const start = performance.now(); ${program} console.log(performance.now() - start); process.exit();`;
  const args = ["--input-type=module", "--eval", timed, url];
  return Number(execFileSync(process.execPath, args, { cwd: FOLDER, encoding: "utf8" }));
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] as number;
}

/** The process that {@link flood} starts. */
import { createAuth, PevensieError } from "pevensie";
import { createAuthDriver } from "pevensie/postgres";
import { pick } from "../contenders/contender.js";
import { COOKIE_KEY } from "../contenders/pevensie.js";
import { poolOf } from "../statements.js";
import type { FloodResults } from "./flood.js";

const [url = "", count = ""] = process.argv.slice(2);
const calls = Number(count);
const pool = poolOf(url, 1);
const { rows } = await pool.query<{ id: string }>("select id from pevensie.session");
await pool.end();
const ids = rows.map(({ id }) => id);
const auth = await createAuth({
  driver: createAuthDriver({ connectionString: url }),
  cookieKey: COOKIE_KEY,
}).connect();
await Promise.all(ids.slice(0, 1000).map((id) => auth.getSession(id)));

const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);
const before = mebibytes(process.memoryUsage.rss());
const start = performance.now();
const rejected: Record<string, number> = {};
let right = 0;
const answers = Array.from({ length: calls }, async () => {
  const id = pick(ids);
  try {
    const session = await auth.getSession(id);
    if (session?.id === id) right += 1;
  } catch (error) {
    const code = error instanceof PevensieError ? error.code : String(error);
    rejected[code] = (rejected[code] ?? 0) + 1;
  }
});
const waiting = mebibytes(process.memoryUsage.rss());
await Promise.all(answers);
const seconds = (performance.now() - start) / 1000;
// Kibibytes, on every platform: libuv sees to it.
const peak = mebibytes(process.resourceUsage().maxRSS * 1024);
await auth.disconnect();
const results: FloodResults = { calls, right, rejected, seconds, before, waiting, peak };
process.send?.(results);
process.disconnect?.();

/** A process of a team: see cache-team.ts. */
import { setTimeout as sleep } from "node:timers/promises";
import { createCache } from "pevensie";
import { createCacheDriver } from "pevensie/postgres";
import { type Command, type Message, type Outcome, type Task, wallClock } from "./cache-team.js";

const [url = ""] = process.argv.slice(2);
const cache = await createCache({ driver: createCacheDriver({ connectionString: url }) }).connect();
const send = (message: Message) => process.send?.(message);

const NOTHING = { produced: 0, values: [], allowed: 0 } as const;
let armed: Task | null = null;

process.on("message", (message) => {
  const command = message as Command;
  switch (command.kind) {
    case "arm":
      armed = command.task;
      send({ kind: "armed" });
      break;
    case "go":
      if (armed !== null) {
        perform(armed).then(
          (outcome) => send({ kind: "done", outcome }),
          (error) => send({ kind: "failed", reason: String(error) }),
        );
      }
      break;
    case "end":
      cache.disconnect().finally(() => process.disconnect());
  }
});
send({ kind: "ready" });

function perform(task: Task): Promise<Outcome> {
  return task.kind === "getOrSet" ? getOrSet(task) : rateLimit(task);
}

async function getOrSet(task: Extract<Task, { kind: "getOrSet" }>): Promise<Outcome> {
  let produced = 0;
  const produce = async () => {
    produced += 1;
    send({ kind: "producing", at: wallClock() });
    await sleep(task.produceMillis);
    return `${process.pid}, ${produced}`;
  };
  const options = { ttlSeconds: 3600, leaseSeconds: task.leaseSeconds, waitMillis: task.waitMillis };
  const calls = Array.from({ length: task.callers }, () => cache.getOrSet("missing", task.key, produce, options));
  const values = await Promise.all(calls);
  return { ...NOTHING, produced, values: [...new Set(values)], endedAt: wallClock() };
}

async function rateLimit({
  key,
  callers,
  limit,
  windowSeconds,
}: Extract<Task, { kind: "rateLimit" }>): Promise<Outcome> {
  const calls = Array.from({ length: callers }, () => cache.rateLimit("exact", key, { limit, windowSeconds }));
  const results = await Promise.all(calls);
  return { ...NOTHING, allowed: results.filter(({ allowed }) => allowed).length, endedAt: wallClock() };
}

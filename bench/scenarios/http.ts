import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { HTTP_REQUEST } from "../contenders/contender.js";
import { type HttpContender, SERVER_NAMES } from "../contenders/http.js";
import { serverCpu } from "../cpu.js";
import { shuffled } from "../measure.js";
import type { ClosedRounds } from "../options.js";
import { say } from "../progress.js";
import { type CostedRound, type Row, rowOf } from "../results.js";
import type { ServerProcess } from "../servers.js";
import type { LoadResult, LoadTask } from "./http-load.js";

/** A server of a contender, which listens. */
interface HttpServer {
  readonly contender: HttpContender;
  readonly child: ChildProcess;
  readonly port: number;
}

/** All servers with the given number of connections, in rounds that are interleaved and shuffled, after one that does not count. */
export async function httpRounds(
  contenders: readonly HttpContender[],
  postgres: ServerProcess,
  levels: readonly number[],
  rounds: ClosedRounds,
): Promise<Row[]> {
  const load = fork(fileOf("http-load.ts"), [], { execArgv: process.execArgv, serialization: "advanced" });
  const servers = await Promise.all(contenders.map(startServer));
  const rows: Row[] = [];
  for (const connections of levels) {
    say(`HTTP, ${connections} connections`);
    const taken = new Map(servers.map((server) => [server, [] as CostedRound[]]));
    for (let round = 0; round <= rounds.count; round += 1) {
      const milliseconds = round === 0 ? rounds.warmUp : rounds.milliseconds;
      for (const [server, samples] of shuffled([...taken])) {
        const sample = await httpRound(server, load, postgres, connections, milliseconds);
        if (round > 0) samples.push(sample);
      }
    }
    for (const [{ contender }, samples] of taken) {
      rows.push(rowOf(HTTP_REQUEST, SERVER_NAMES[contender.kind], connections, samples));
    }
  }
  for (const child of [load, ...servers.map((server) => server.child)]) child.disconnect();
  return rows;
}

async function httpRound(
  { contender, child, port }: HttpServer,
  load: ChildProcess,
  postgres: ServerProcess,
  connections: number,
  milliseconds: number,
): Promise<CostedRound> {
  const pid = child.pid ?? 0;
  const task: LoadTask = { port, connections, milliseconds, cookies: contender.cookies };
  const before = { server: serverCpu(pid) ?? Number.NaN, postgres: serverCpu(postgres.pid) };
  load.send(task);
  const { seconds, latencies, failure } = await messageOf<LoadResult>(load);
  const after = { server: serverCpu(pid) ?? Number.NaN, postgres: serverCpu(postgres.pid) };
  if (failure !== null) throw new Error(`${SERVER_NAMES[contender.kind]}: ${failure}`);
  return {
    operations: latencies.length,
    seconds,
    latencies: latencies.sort(),
    clientCpu: after.server - before.server,
    serverCpu: before.postgres === null || after.postgres === null ? null : after.postgres - before.postgres,
    loopDelay: null,
  };
}

async function startServer(contender: HttpContender): Promise<HttpServer> {
  const { kind, url } = contender;
  const child = fork(fileOf("http-server.ts"), [kind, url], { execArgv: process.execArgv });
  return { contender, child, port: await messageOf<number>(child) };
}

/** Rejects if the process ends instead. */
async function messageOf<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const onExit = () => ended.abort(new Error("a process of the section http has ended"));
  child.once("exit", onExit);
  try {
    const [message] = await once(child, "message", { signal: ended.signal });
    return message as T;
  } finally {
    child.off("exit", onExit);
  }
}

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

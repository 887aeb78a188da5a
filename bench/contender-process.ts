/** The process of a contender: see field.ts. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import type { Contender, Operation, Stage } from "./contenders/contender.js";
import { candidatesWith } from "./contenders/index.js";
import { clientCpu, serverCpu } from "./cpu.js";
import type { Absence, Answer, Connected, OperationDescription, Request } from "./field.js";
import { closedLoop, openLoop } from "./measure.js";
import type { CostedRound } from "./results.js";
import type { PeerServers } from "./servers.js";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

let servers: PeerServers | null = null;
let contender: Contender | null = null;
/** Those whose answers are right. */
const operations: Operation[] = [];

const send = (answer: Answer) => process.send?.(answer);

process.on("message", (request: Request) => {
  perform(request).then(
    (value) => send({ value }),
    (error) => send({ failure: describe(error) }),
  );
});
process.on("disconnect", () => {
  (contender?.close() ?? Promise.resolve()).finally(() => process.exit());
});

function perform(request: Request): Promise<unknown> {
  switch (request.kind) {
    case "connect":
      return connect(request.candidate, request.base, request.stage);
    case "closed":
      return costedRound(operationAt(request.operation), request.inFlight, request.milliseconds);
    case "open":
      return openLoop(operationAt(request.operation).run, request.rate, request.milliseconds);
  }
}

async function connect(name: string, base: string | null, stage: Stage): Promise<Connected> {
  servers = stage.servers;
  const absences: Absence[] = [];
  const candidate = candidatesWith(base).find((known) => known.name === name);
  contender = (await candidate?.connect(stage)) ?? null;
  if (contender === null) throw new Error("there is no redis-server on PATH");
  for (const operation of contender.operations) {
    try {
      await operation.check();
      operations.push(operation);
    } catch (error) {
      absences.push({ name: `${operation.contender} (${operation.path})`, reason: describe(error) });
    }
  }
  const descriptionOf = ({ path, contender, server }: Operation): OperationDescription => ({ path, contender, server });
  return { operations: operations.map(descriptionOf), absences };
}

function operationAt(index: number): Operation {
  const operation = operations[index];
  if (operation === undefined) throw new Error(`there is no operation ${index}`);
  return operation;
}

async function costedRound(operation: Operation, inFlight: number, milliseconds: number): Promise<CostedRound> {
  const serverPid = servers?.[operation.server]?.pid ?? 0;
  // The histogram counts from timer to timer, so that its own millisecond is in every value.
  const delays = operation.path === "logIn" ? monitorEventLoopDelay({ resolution: 1 }) : null;
  const serverBefore = serverCpu(serverPid);
  const clientBefore = clientCpu();
  delays?.enable();
  const round = await closedLoop(operation.run, inFlight, milliseconds);
  delays?.disable();
  const clientAfter = clientCpu();
  const serverAfter = serverCpu(serverPid);
  return {
    ...round,
    clientCpu: clientAfter - clientBefore,
    serverCpu: serverBefore === null || serverAfter === null ? null : serverAfter - serverBefore,
    loopDelay: delays === null ? null : delays.percentile(99) / 1e6,
  };
}

/** One line, without paths of this machine. */
function describe(reason: unknown): string {
  if ((reason as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return "not installed";
  const [line = ""] = (reason instanceof Error ? reason.message : String(reason)).split("\n");
  return line.replaceAll(ROOT, "");
}

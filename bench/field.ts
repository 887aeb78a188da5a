import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Candidate, Operation, Stage } from "./contenders/contender.js";
import type { OpenRound } from "./measure.js";
import { say } from "./progress.js";
import type { CostedRound } from "./results.js";

/** What is known of an operation outside the process of its contender. */
export type OperationDescription = Pick<Operation, "path" | "contender" | "server">;

/** What the process of a contender is asked for. Operations have the index of their description. */
export type Request =
  | { readonly kind: "connect"; readonly candidate: string; readonly base: string | null; readonly stage: Stage }
  | { readonly kind: "closed"; readonly operation: number; readonly inFlight: number; readonly milliseconds: number }
  | { readonly kind: "open"; readonly operation: number; readonly rate: number; readonly milliseconds: number };

/** What it answers: a value, or why there is none. */
export type Answer = { readonly value: unknown } | { readonly failure: string };

/** Those that gave right answers, and those that did not. */
export interface Connected {
  readonly operations: readonly OperationDescription[];
  readonly absences: readonly Absence[];
}

/** The contenders that are missing from the tables, and why. */
export interface Absence {
  readonly name: string;
  readonly reason: string;
}

/** An operation, measured in the process of its contender. */
export interface RemoteOperation extends OperationDescription {
  /** A round of callers that make their next call as soon as the last one is answered. */
  closedRound(inFlight: number, milliseconds: number): Promise<CostedRound>;
  /** A round of calls that arrive at random, at this rate a second. */
  openRound(rate: number, milliseconds: number): Promise<OpenRound>;
}

const PROCESS = fileURLToPath(new URL("contender-process.ts", import.meta.url));

/**
 * The contenders that are measured, and those that are missing. Each has a process of its own, as in an application: one
 * that uses AsyncLocalStorage slows every promise of its process.
 */
export class Field {
  readonly operations: RemoteOperation[] = [];
  readonly absences: Absence[] = [];
  readonly #processes: ContenderProcess[] = [];

  /** Connects all of them, and checks their answers once. */
  static async assemble(candidates: readonly Candidate[], base: string | null, stage: Stage): Promise<Field> {
    const field = new Field();
    for (const { name } of candidates) {
      say(`  ${name}`);
      const contender = new ContenderProcess();
      field.#processes.push(contender);
      try {
        const request = { kind: "connect", candidate: name, base, stage } as const;
        field.#add(contender, await contender.ask<Connected>(request));
      } catch (error) {
        field.#miss(name, (error as Error).message);
      }
    }
    return field;
  }

  #add(contender: ContenderProcess, { operations, absences }: Connected): void {
    for (const [operation, description] of operations.entries()) {
      this.operations.push({
        ...description,
        closedRound: (inFlight, milliseconds) => contender.ask({ kind: "closed", operation, inFlight, milliseconds }),
        openRound: (rate, milliseconds) => contender.ask({ kind: "open", operation, rate, milliseconds }),
      });
    }
    for (const { name, reason } of absences) this.#miss(name, reason);
  }

  /** Reports a contender that failed during a measurement. */
  exclude(operation: RemoteOperation, error: unknown): void {
    this.operations.splice(this.operations.indexOf(operation), 1);
    this.#miss(`${operation.contender} (${operation.path})`, (error as Error).message);
  }

  #miss(name: string, reason: string): void {
    say(`  ${name} is left out: ${reason}`);
    this.absences.push({ name, reason });
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((contender) => contender.end()));
  }
}

/** A process that does one thing at a time. */
class ContenderProcess {
  readonly #child: ChildProcess;
  #settle: { resolve(value: unknown): void; reject(error: Error): void } | null = null;

  constructor() {
    this.#child = fork(PROCESS, [], { execArgv: process.execArgv, serialization: "advanced" });
    this.#child.on("message", (message) => {
      const answer = message as Answer;
      if ("value" in answer) this.#settle?.resolve(answer.value);
      else this.#settle?.reject(new Error(answer.failure));
    });
    this.#child.on("exit", (code, signal) =>
      this.#settle?.reject(new Error(`its process has ended with ${signal ?? code}`)),
    );
  }

  ask<T>(request: Request): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve: resolve as (value: unknown) => void, reject };
      this.#child.send(request, (error) => {
        if (error) reject(error);
      });
    });
  }

  /** Has the process close what it has opened, and end. */
  async end(): Promise<void> {
    if (!this.#child.connected) return;
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}

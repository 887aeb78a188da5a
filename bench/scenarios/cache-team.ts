import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What each process of a team does at the same time as the others, with a cache of its own. */
export type Task =
  | {
      readonly kind: "getOrSet";
      readonly key: string;
      readonly callers: number;
      readonly leaseSeconds: number;
      /** Undefined: the default. */
      readonly waitMillis?: number | undefined;
      readonly produceMillis: number;
    }
  | {
      readonly kind: "rateLimit";
      readonly key: string;
      readonly callers: number;
      readonly limit: number;
      readonly windowSeconds: number;
    };

/** What a process reports of a task. */
export interface Outcome {
  /** How often it called `produce`. */
  readonly produced: number;
  /** Distinct values that its callers got. */
  readonly values: readonly string[];
  /** How many of its callers were admitted. */
  readonly allowed: number;
  /** When the last of its callers was answered, by {@link wallClock}. */
  readonly endedAt: number;
}

export type Command =
  | { readonly kind: "arm"; readonly task: Task }
  | { readonly kind: "go" }
  | { readonly kind: "end" };

export type Message =
  | { readonly kind: "ready" }
  | { readonly kind: "armed" }
  /** Sent when `produce` is called. */
  | { readonly kind: "producing"; readonly at: number }
  | { readonly kind: "done"; readonly outcome: Outcome }
  | { readonly kind: "failed"; readonly reason: string };

/** Milliseconds since 1970, finer than `Date.now` and comparable between processes. */
export const wallClock = () => performance.timeOrigin + performance.now();

const FILE = fileURLToPath(new URL("cache-process.ts", import.meta.url));

/** One process of a team. */
export class Member {
  readonly #child: ChildProcess;
  #onMessage: (message: Message) => void = () => {};
  #onEnd: (error: Error) => void = () => {};

  private constructor(url: string) {
    this.#child = fork(FILE, [url], { execArgv: process.execArgv });
    this.#child.on("message", (message) => this.#onMessage(message as Message));
    this.#child.on("exit", (code, signal) => this.#onEnd(new Error(`a process ended with ${signal ?? code}`)));
  }

  static async start(url: string): Promise<Member> {
    const member = new Member(url);
    await member.#answer("ready");
    return member;
  }

  async arm(task: Task): Promise<void> {
    const armed = this.#answer("armed");
    this.#send({ kind: "arm", task });
    await armed;
  }

  /** Begins the task. Rejects if the process ends before it has done it. */
  async go(onProducing: (at: number) => void): Promise<Outcome> {
    const done = this.#answer("done", onProducing);
    this.#send({ kind: "go" });
    return (await done).outcome;
  }

  async kill(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exit;
  }

  async end(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#send({ kind: "end" });
    await exit;
  }

  #send(command: Command): void {
    this.#child.send(command);
  }

  #answer<K extends Message["kind"]>(
    kind: K,
    onProducing: (at: number) => void = () => {},
  ): Promise<Extract<Message, { kind: K }>> {
    return new Promise((resolve, reject) => {
      this.#onEnd = reject;
      this.#onMessage = (message) => {
        if (message.kind === "failed") reject(new Error(message.reason));
        else if (message.kind === "producing") onProducing(message.at);
        else if (message.kind === kind) resolve(message as Extract<Message, { kind: K }>);
      };
    });
  }
}

export function startTeam(url: string, size: number): Promise<Member[]> {
  return Promise.all(Array.from({ length: size }, () => Member.start(url)));
}

export async function endTeam(team: readonly Member[]): Promise<void> {
  await Promise.all(team.map((member) => member.end()));
}

/** A task that a team has begun. */
export interface Run {
  /** By {@link wallClock}. */
  readonly begunAt: number;
  readonly outcomes: ReadonlyMap<Member, Promise<Outcome>>;
}

/** Has every member ready for a task before it tells any to begin. */
export async function beginTogether(
  team: readonly Member[],
  task: Task,
  onProducing: (member: Member, at: number) => void = () => {},
): Promise<Run> {
  await Promise.all(team.map((member) => member.arm(task)));
  const begunAt = wallClock();
  const outcomes = new Map(team.map((member) => [member, member.go((at) => onProducing(member, at))]));
  return { begunAt, outcomes };
}

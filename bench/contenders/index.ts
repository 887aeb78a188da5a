import { fileURLToPath } from "node:url";
import { say } from "../progress.js";
import { argon2 } from "./argon2.js";
import { bentocache } from "./bentocache.js";
import { betterAuth } from "./better-auth.js";
import { connectPgSimple } from "./connect-pg-simple.js";
import type { Candidate, Contender, Operation, Stage } from "./contender.js";
import { ioredis } from "./ioredis.js";
import { keyv } from "./keyv.js";
import { pevensie } from "./pevensie.js";
import { pgNamed, pgUnnamed } from "./pg.js";
import { postgresJs } from "./postgres-js.js";
import { limiterOnPostgres, limiterOnRedis } from "./rate-limiter-flexible.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export const CANDIDATES: readonly Candidate[] = [
  pevensie,
  pgNamed,
  pgUnnamed,
  postgresJs,
  betterAuth,
  connectPgSimple,
  keyv,
  bentocache,
  ioredis,
  limiterOnPostgres,
  limiterOnRedis,
  argon2,
];

/** The contenders that are missing from the tables, and why. */
export interface Absence {
  readonly name: string;
  readonly reason: string;
}

/** The contenders that are measured, and those that are missing. */
export class Field {
  readonly operations: Operation[] = [];
  readonly absences: Absence[] = [];
  readonly #contenders: Contender[] = [];

  /** Connects all of them, and checks their answers once. */
  static async assemble(candidates: readonly Candidate[], stage: Stage): Promise<Field> {
    const field = new Field();
    for (const candidate of candidates) {
      say(`  ${candidate.name}`);
      try {
        await field.#add(candidate, stage);
      } catch (error) {
        field.#miss(candidate.name, error);
      }
    }
    return field;
  }

  async #add(candidate: Candidate, stage: Stage): Promise<void> {
    const contender = await candidate.connect(stage);
    if (contender === null) {
      this.#miss(candidate.name, "there is no redis-server on PATH");
      return;
    }
    this.#contenders.push(contender);
    for (const operation of contender.operations) {
      try {
        await operation.check();
        this.operations.push(operation);
      } catch (error) {
        this.#miss(`${operation.contender} (${operation.path})`, error);
      }
    }
  }

  /** Reports a contender that failed during a measurement. */
  exclude(operation: Operation, error: unknown): void {
    this.operations.splice(this.operations.indexOf(operation), 1);
    this.#miss(`${operation.contender} (${operation.path})`, error);
  }

  #miss(name: string, reason: unknown): void {
    const text = describe(reason);
    say(`  ${name} is left out: ${text}`);
    this.absences.push({ name, reason: text });
  }

  async close(): Promise<void> {
    for (const contender of this.#contenders) await contender.close();
  }
}

/** One line, without paths of this machine. */
function describe(reason: unknown): string {
  if ((reason as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return "not installed";
  const [line = ""] = (reason instanceof Error ? reason.message : String(reason)).split("\n");
  return line.replaceAll(ROOT, "");
}

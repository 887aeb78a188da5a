import { type Dataset, keyOf } from "../seed.js";
import type { PeerServers } from "../servers.js";

/** What is measured, by module: a function of this package, and whatever does the same elsewhere. */
export const MODULES = {
  auth: [
    "getSession",
    "getSessionWithUser",
    "getApiKeyWithUser",
    "getUserById",
    "getUserByEmail",
    "createSession",
    "getUserByPhoneNumber",
    "deleteSession",
    "logIn",
  ],
  cache: [
    "cacheGet",
    "cacheSet",
    "cacheDelete",
    "getMany",
    "setMany",
    "getOrSet",
    "getOrSetMiss",
    "near",
    "increment",
    "incrementOneKey",
    "rateLimit",
    "rateLimitOneKey",
    "invalidateTags",
  ],
} as const;

export const PATHS = [...MODULES.auth, ...MODULES.cache];

export type Path = (typeof PATHS)[number];

/** What the section `http` measures: not a call of a library, but a request that a server answers. */
export const HTTP_REQUEST = "httpRequest";

export type MeasuredPath = Path | typeof HTTP_REQUEST;

/** One way to walk a path. */
export interface Operation {
  readonly path: Path;
  readonly contender: string;
  /** Whose processor time counts beside that of this process. */
  readonly server: keyof PeerServers;
  /** One call, with a random key. */
  run(): Promise<unknown>;
  /** Throws unless the answers are right. */
  check(): Promise<void>;
}

/** A library under test, connected. */
export interface Contender {
  readonly operations: readonly Operation[];
  close(): Promise<void>;
}

/** What a contender is made from: plain data, since its process receives it as a message. */
export interface Stage {
  readonly servers: PeerServers;
  readonly data: Dataset;
}

/** A library that may turn out not to be installed, or not to work. */
export interface Candidate {
  readonly name: string;
  /** Connects, and makes and fills the tables of its own, if it has any. Null where it has nothing to connect to. */
  connect(stage: Stage): Promise<Contender | null>;
}

/** The names that other files compare by. */
export const OURS = "pevensie";
export const PG_NAMED = "pg, named statement";
/** Functions of ours that others of ours are held against. */
export const OUR_SESSION = "pevensie getSession";
export const OUR_IDLE_SESSION = "pevensie getSession, with idleSeconds";
export const OUR_SESSION_WITH_USER = "pevensie getSessionWithUser";
export const OUR_GET = "pevensie get";
export const OUR_TAGGED_HIT = "pevensie, tagged";

/** Counters and rate limits, each with a row or key of its own. */
export const COUNTERS = 10_000;
/** Limits that admit every call, over many keys and over one. */
export const LIMIT_OF_MANY = { limit: 100_000, windowSeconds: 60 } as const;
export const LIMIT_OF_ONE = { limit: 1_000_000, windowSeconds: 1 } as const;

/** Calls with every counter's key once, so that no measured call has to insert it. */
export async function withEveryCounter(call: (key: string) => Promise<unknown>): Promise<void> {
  for (let first = 1; first <= COUNTERS; first += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => call(keyOf(first + index))));
  }
}

export function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T;
}

export function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(`a wrong answer: ${what}`);
}

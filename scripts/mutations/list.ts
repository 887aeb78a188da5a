import { ACCESS } from "./access.js";
import { CACHE } from "./cache.js";
import { CONNECTIONS } from "./connections.js";
import { COOKIES_AND_TOKENS } from "./cookies-and-tokens.js";
import { INPUT } from "./input.js";
import { LOG_IN } from "./log-in.js";
import { MIGRATIONS } from "./migrations.js";
import type { Mutation } from "./mutation.js";
import { SWEEPS } from "./sweeps.js";
import { TRANSACTIONS } from "./transactions.js";

/** Every guard that is taken out, in the order of the table. */
export const MUTATIONS: readonly Mutation[] = [
  ...ACCESS,
  ...COOKIES_AND_TOKENS,
  ...LOG_IN,
  ...INPUT,
  ...CACHE,
  ...SWEEPS,
  ...CONNECTIONS,
  ...TRANSACTIONS,
  ...MIGRATIONS,
];

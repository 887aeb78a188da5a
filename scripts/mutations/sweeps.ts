import type { Mutation } from "./mutation.js";

/** Removing what has expired. */
export const SWEEPS: readonly Mutation[] = [];

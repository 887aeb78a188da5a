/**
 * The SQL of the drivers, as pgtyped makes it from `queries/`: functions for your own pool, or for a client inside your
 * own transaction.
 *
 * @example
 * ```ts
 * import { getUserByEmail } from "pevensie/postgres/queries";
 * const [user] = await getUserByEmail.run({ email: "susan@example.com" }, client);
 * ```
 *
 * @module
 */
export * from "../../generated/index.js";

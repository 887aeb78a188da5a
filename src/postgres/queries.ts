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
 * Times come as text, in seconds since 1970 with six decimals or `"Infinity"`: `new Date(Number(user.createdAt) * 1000)`.
 * Unlike the text of a `timestamptz` it does not depend on the connection's `DateStyle` and `TimeZone`.
 *
 * @module
 */
export * from "#generated/index.js";

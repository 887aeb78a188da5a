/**
 * The drivers' SQL, compiled by pgtyped from `queries/`: functions to run on your own pool, or on a client inside your
 * own transaction.
 *
 * Times are text: seconds since 1970 with six decimals, or `"Infinity"`. `new Date(Number(user.createdAt) * 1000)`
 * converts them. Unlike the text of a `timestamptz`, they do not depend on the connection's `DateStyle` and `TimeZone`.
 *
 * @example
 * ```ts
 * import { getUserByEmail } from "pevensie/postgres/queries";
 * const [user] = await getUserByEmail.run({ email: "susan@example.com" }, client);
 * ```
 *
 * @module pevensie/postgres/queries
 */
export * from "#generated/index.js";

/**
 * Users, passwords, sessions, cookies and one-time tokens, over any {@link AuthDriver}.
 *
 * @module pevensie/auth
 */
export type { PostgresClient, PostgresQuery, PostgresResult } from "../client.js";
export type { RemoveExpiredOptions } from "../input/values.js";
export type { Json, JsonOf } from "../json.js";
export type * from "./api.js";
export { createAuth } from "./auth.js";
export type * from "./driver.js";
export { normaliseEmail } from "./email.js";
export type { LogInLimit, LogInLimits } from "./log-in-budgets.js";
export type { Session, SessionBinding } from "./session.js";
export type { MetadataCodec, MetadataInput, User } from "./user.js";

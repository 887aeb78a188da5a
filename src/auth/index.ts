/**
 * Users, logins, sessions, cookies, one-time tokens, identities and API keys, over any {@link AuthDriver}.
 *
 * @module pevensie/auth
 */

export type { RemoveExpiredOptions } from "../input/sweep-options.js";
export type { Json, JsonInput, JsonOf, NotJson } from "../json.js";
export type { PostgresClient, PostgresQuery, PostgresResult } from "../pg-interface.js";
export type * from "./api/index.js";
export { createAuth } from "./auth.js";
export type * from "./driver/index.js";
export { normaliseEmail } from "./email.js";
export type { LogInLimit, LogInLimits } from "./logins/budgets.js";
export type { Session, SessionBinding } from "./session.js";
export type { MetadataCodec, MetadataInput, User } from "./user.js";

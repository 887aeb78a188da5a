/**
 * Sessions over HTTP: cookies, bearer tokens, the client's address, a guard against cross-site requests, and the status of each error.
 * `pevensie/express`, `pevensie/fastify` and `pevensie/hono` are built on it.
 *
 * @module pevensie/web
 */
import type { Json } from "../json.js";

/**
 * What the application has typed for the adapters. Its user metadata has the type {@link Json} there, unless the application declares it:
 *
 * @example
 * declare module "pevensie/web" {
 *   interface Register {
 *     userMetadata: Profile;
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications merge into it
export interface Register {}

/** The type of user metadata in `req.user` of Express and `request.user` of Fastify: see {@link Register}. */
export type RegisteredMetadata = Register extends { readonly userMetadata: infer M } ? M : Json;

export { type Access, type AccessOptions, createAccess } from "./access.js";
export type { ClientIp } from "./client-address.js";
export { httpHeadersOf, httpStatusOf } from "./http-status.js";
export { type Refusal, type RefusalCode, RefusalError } from "./refusal.js";
export { type HeaderList, headerOf, type WebRequest } from "./request.js";
export type { SessionCookieOptions } from "./session-cookie.js";
export * from "./web-sessions.js";

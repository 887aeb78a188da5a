/**
 * Users, passwords, sessions, cookies and one-time tokens, over any {@link AuthDriver}.
 *
 * @module
 */
export type { RemoveExpiredOptions } from "../input/values.js";
export type { Json } from "../json.js";
export type {
  Auth,
  AuthOptions,
  ClientDescription,
  CreateOneTimeTokenOptions,
  CreateSessionOptions,
  CreateUserOptions,
  DisconnectedAuth,
  ListUsersOptions,
  LogInOptions,
  OneTimeTokenOptions,
  OneTimeTokenOwner,
  PasswordHashingOptions,
  SetPasswordOptions,
  UserFilters,
  UserUpdate,
} from "./api.js";
export { createAuth } from "./auth.js";
export type {
  AuthDriver,
  Credentials,
  LogIn,
  NewSession,
  NewUser,
  OneTimeTokenKey,
  OneTimeTokenType,
  RemovedRows,
  SessionPresentation,
  UserChanges,
  UserPage,
  UserPatterns,
  UserRecord,
} from "./driver.js";
export type { Session } from "./session.js";
export type { MetadataCodec, User } from "./user.js";

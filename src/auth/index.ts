/**
 * Users, passwords, sessions, cookies and one-time tokens, over any {@link AuthDriver}.
 *
 * @module pevensie/auth
 */
export type { RemoveExpiredOptions } from "../input/values.js";
export type { Json } from "../json.js";
export type {
  Auth,
  AuthFunctions,
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
  PasswordCheckOptions,
  PasswordHashingOptions,
  ResetPasswordOptions,
  SetPasswordOptions,
  UserFilters,
  UserUpdate,
  WithTransactionOptions,
} from "./api.js";
export { createAuth } from "./auth.js";
export type {
  AuthDriver,
  AuthStore,
  Credentials,
  CredentialsLookup,
  LoggedIn,
  LogIn,
  LogInAttempt,
  LogInBudget,
  LogInExemption,
  NewLogInExemption,
  NewSession,
  NewUser,
  OneTimeTokenKey,
  OneTimeTokenType,
  RemovedRows,
  SessionPresentation,
  SpentBudget,
  TransactionClient,
  TransactionQuery,
  TransactionResult,
  UserChanges,
  UserPage,
  UserPatterns,
  UserRecord,
} from "./driver.js";
export type { LogInLimit, LogInLimits } from "./log-in-budgets.js";
export type { Session } from "./session.js";
export type { MetadataCodec, User } from "./user.js";

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { EventListener } from "../../events.js";
import type { RemoveExpiredOptions } from "../../input/sweep-options.js";
import type { Json, JsonInput } from "../../json.js";
import type { PostgresClient } from "../../pg-interface.js";
import type { AuthDriver, RemovedRows, TransactionClient } from "../driver/index.js";
import type { LogInLimits } from "../logins/budgets.js";
import type { MetadataCodec } from "../user.js";
import type { ApiKeyFunctions } from "./api-keys.js";
import type { IdentityFunctions } from "./identities.js";
import type { LogInFunctions } from "./logins.js";
import type { SessionFunctions } from "./sessions.js";
import type { OneTimeTokenFunctions } from "./tokens.js";
import type { UserFunctions } from "./users.js";

export type * from "./api-keys.js";
export type * from "./identities.js";
export type * from "./logins.js";
export type * from "./sessions.js";
export type * from "./tokens.js";
export type * from "./users.js";

/**
 * Options of {@link createAuth}. `userMetadata` is required unless M is {@link Json}: only a codec can turn stored JSON
 * into another type.
 */
export type AuthOptions<M> = CodecAuthOptions<M> &
  ([M, Json] extends [Json, M] ? unknown : { readonly userMetadata: MetadataCodec<M> });

interface CodecAuthOptions<M> extends BaseAuthOptions {
  /** Validates and converts user metadata. Default, if M is Json: any JSON, unchanged. */
  readonly userMetadata?: MetadataCodec<M> | undefined;
}

/**
 * Options of {@link createAuth} with a schema for the users' metadata. A schema whose input has to hold something else than JSON, such as
 * a Date, is refused by the compiler: nothing could be written.
 */
export type SchemaAuthOptions<Out, In = Out> = AnySchemaAuthOptions<Out, In> &
  ([IsWritable<In>] extends [false] ? { readonly userMetadata: StandardSchemaV1<JsonInput<In>, unknown> } : unknown);

/**
 * Whether some JSON is a value of a schema's input. A conditional type of its own, with `false` for what is refused: then the compiler
 * accepts schemas of an input that is a type parameter.
 */
type IsWritable<In> = [JsonInput<In>] extends [In] ? true : false;

interface AnySchemaAuthOptions<Out, In> extends BaseAuthOptions {
  /**
   * Checks and types user metadata: any Standard Schema, such as one of zod, valibot or arktype. What is written is the schema's
   * input, which has to be JSON; what is read is its output. The output is stored if it is JSON that the schema returns unchanged,
   * and otherwise the input, which is then converted whenever it is read. What the schema refuses is INVALID_METADATA; a schema that
   * validates asynchronously is INVALID_INPUT, field `userMetadata`.
   */
  readonly userMetadata: StandardSchemaV1<In, Out>;
}

/** Options of {@link createAuth}, except for the users' metadata. */
export interface BaseAuthOptions {
  /** Stores users, sessions and tokens. `createAuthDriver` of `pevensie/postgres` returns one. */
  readonly driver: AuthDriver;
  /**
   * Signs session cookies. Each key has at least 32 bytes, such as `openssl rand -base64 32` prints. In a list, the
   * first key signs and all verify. To rotate keys, put the new key first.
   */
  readonly cookieKey: string | readonly string[];
  /** Bounds on concurrent password hashing. */
  readonly passwordHashing?: PasswordHashingOptions | undefined;
  /** Limits on failed logins; false disables them. Default: see {@link LogInLimits}. */
  readonly logInLimits?: LogInLimits | false | undefined;
  /**
   * Refuses passwords, by throwing: such as those that a list of breaches contains (docs/auth.md). Called with every
   * new password; the call then fails with INVALID_INPUT, field `password`. It cannot use the transaction of the call that waits for it:
   * that is INVALID_INPUT, field `checkPassword`. Default: none.
   */
  readonly checkPassword?: PasswordCheck | undefined;
  /** Receives events. Its errors are ignored. */
  readonly onEvent?: EventListener | undefined;
}

/** Throws, or rejects, if a new password must not be used. `email` is that of the user. */
export type PasswordCheck = (password: string, user: { readonly email: string }) => void | Promise<void>;

/**
 * Bounds on argon2, each run of which takes 19 MiB and a processor for some 20 ms. Logins have one queue, new passwords
 * (sign-up, change, reset) another. While both are queued they share the slots evenly, so neither can starve the other.
 */
export interface PasswordHashingOptions {
  /**
   * Maximum number of concurrent runs. Default: the number of processors, at most 4 (the size of Node's thread pool).
   */
  readonly maxConcurrent?: number | undefined;
  /** Maximum number of queued calls of either kind. Further calls are refused with OVERLOADED. Default: 1,000. */
  readonly maxQueued?: number | undefined;
  /**
   * `minimal`: the least that argon2 computes, for tests alone. Such hashes protect nothing, so it is refused where NODE_ENV is
   * `production`, and an auth with `standard` replaces them at the next login. Default: `standard`.
   */
  readonly cost?: "standard" | "minimal" | undefined;
}

/** An auth that is not connected. Its type has no function but `connect`. */
export interface DisconnectedAuth<M = Json, In = M> {
  /**
   * Connects to the server and checks its schema.
   *
   * @throws ALREADY_CONNECTED, CONNECTION_UNAVAILABLE, SERVER_TOO_OLD; SCHEMA_OUTDATED with the command to run
   */
  connect(): Promise<Auth<M, In>>;
}

/** Options of {@link AuthFunctions.withTransaction}. */
export interface WithTransactionOptions {
  /**
   * The caller's own `pg` client to run on. If it is in a transaction, the work runs in that transaction, between a
   * savepoint and its release. Meanwhile the client's `statement_timeout` is at most the driver's `query_timeout`, so
   * that the server cancels longer statements and the client stays usable. Default: a connection of the driver's.
   */
  readonly client?: PostgresClient | undefined;
}

/**
 * Users, sessions, cookies, logins, one-time tokens, identities and API keys.
 *
 * Every function may reject with INVALID_INPUT naming the `field`, before any SQL is sent; with NOT_CONNECTED after
 * {@link Auth.disconnect}; and with CONNECTION_UNAVAILABLE, TIMEOUT or DATABASE_ERROR. Functions that change something
 * may reject with OUTCOME_UNKNOWN if the response was lost. The errors documented at a function come in addition. An id
 * that is not a UUID is treated as unknown, without a query.
 *
 * The functions need their object: call `auth.getUserById(id)`. Taken out of it, or copied by `{ ...auth }`, they do not work.
 *
 * @typeParam M - the metadata of the users that are returned
 * @typeParam In - the metadata that is accepted, where a schema converts it. `Auth<M, never>` is an auth with any input.
 */
export interface Auth<M = Json, In = M> extends AuthFunctions<M, In> {
  /** Drains calls in flight and closes the driver's connections. Idempotent. */
  disconnect(): Promise<DisconnectedAuth<M, In>>;
  /** Disconnects at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The functions of an {@link Auth}, which are also available inside {@link AuthFunctions.withTransaction}. */
export interface AuthFunctions<M = Json, In = M>
  extends UserFunctions<M, In>,
    SessionFunctions<M>,
    LogInFunctions<M>,
    OneTimeTokenFunctions<M>,
    IdentityFunctions<M, In>,
    ApiKeyFunctions<M> {
  /**
   * Runs `work` in one transaction: the calls on `auth` and the statements on `client` take effect together, or not at
   * all. Commits when the promise of `work` resolves and rolls back when it rejects; the call then rejects with the
   * first error. If PostgreSQL aborts the transaction in favour of another one (40001, 40P01), `work` may run again
   * from the start, so keep other side effects out of it. A failed login in it is not counted if the transaction rolls
   * back.
   *
   * Calls take effect one after another, in the order in which they are made, awaited or not. When `work` resolves,
   * calls in flight complete before the commit, and the error of a call whose promise has no handler fails the
   * transaction. When `work` rejects, calls that have not been sent are refused. `auth.withTransaction` inside it
   * nests, by a savepoint; while a nested transaction is open, the outer one accepts no calls.
   *
   * @throws INVALID_INPUT with the field `work`, after a rollback, if `work` resolves before a nested transaction has
   * ended. Inside `work`: INVALID_INPUT with the field `auth` for calls on the outer auth or client of a nested
   * transaction, and NOT_CONNECTED for calls after the end
   */
  withTransaction<T>(
    work: (auth: AuthFunctions<M, In>, client: TransactionClient) => Promise<T>,
    options?: WithTransactionOptions,
  ): Promise<T>;

  /**
   * Removes expired sessions, one-time tokens and API keys, and records of logins that no longer count, in batches. Any number of
   * processes may do so concurrently. `pevensie sweep` does the same from the command line.
   */
  removeExpired(options?: RemoveExpiredOptions): Promise<RemovedRows>;
}

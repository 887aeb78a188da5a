/** Why a session ended. */
export type SessionEnd =
  | "log-out"
  | "replaced"
  | "password-changed"
  | "email-changed"
  /** A login by mail was the first proof of the mailbox: whoever signed up may have been a stranger. */
  | "mailbox-proved"
  | "user-banned"
  | "user-deleted";

/**
 * Something that happened in an auth, a cache or a driver. No event contains a secret: no session id, token, password,
 * hash or email.
 */
export type PevensieEvent =
  /** A login failed. `userId` is null if no user has the email. */
  | {
      readonly type: "log-in-failed";
      readonly reason: "wrong-email-or-password" | "banned" | "too-many-attempts" | "unreadable-hash" | "overloaded";
      readonly userId: string | null;
      readonly ip: string | null;
    }
  /** One or more sessions of a user ended. `userId` is null if only the session's id is known. */
  | { readonly type: "session-ended"; readonly reason: SessionEnd; readonly userId: string | null }
  | { readonly type: "token-used"; readonly tokenType: string; readonly userId: string }
  | { readonly type: "password-changed"; readonly userId: string }
  /**
   * A statement failed because its connection was lost, none was acquired, or a response did not come within `query_timeout`: also if its
   * call succeeds on a retry.
   */
  | { readonly type: "connection-lost"; readonly code: string }
  /**
   * A statement succeeded after `connection-lost`. After a loss, only a statement on a connection that was opened later counts.
   * A statement on a client of the caller's never does.
   */
  | { readonly type: "connection-healed" }
  /**
   * Connections lead to another one of several hosts than before; not with `targetSessionAttrs: "any"`. `port` is null if only the default
   * is known.
   */
  | { readonly type: "primary-changed"; readonly host: string; readonly port: number | null }
  /**
   * A connection to a server that accepts no writes is discarded. `reason` is the SQLSTATE of its refusal, or the setting that the
   * server has reported: "in_hot_standby" or "default_transaction_read_only".
   */
  | { readonly type: "read-only-connection"; readonly reason: string }
  /** A statement or a transaction is retried. `reason` is a SQLSTATE, or "connection-lost". */
  | { readonly type: "retry"; readonly reason: string; readonly statement: string }
  /**
   * The clients of the caller's pool, or the installed version of `pg`, differ from what this package expects.
   * Statements then go through pg's public API, which is slower. Emitted once after `connect()`.
   */
  | { readonly type: "pg-not-verified" }
  | { readonly type: "slow-query"; readonly statement: string; readonly milliseconds: number }
  /** A sweep removed expired rows; `removed` has their number by kind. */
  | { readonly type: "sweep"; readonly removed: Readonly<Record<string, number>> }
  /**
   * A cached value could not be computed anew while an expired one was in its grace, which is served unless its resource refuses it. `error`
   * is what the application's function threw.
   */
  | { readonly type: "refresh-failed"; readonly resourceType: string; readonly error: unknown }
  /**
   * A value that `getOrSet` has computed could not be stored, so that the next call computes it again. `error` is that of the statement: a
   * lost connection, a locked row, or whatever the server refuses, such as a missing permission.
   */
  | { readonly type: "store-failed"; readonly resourceType: string; readonly error: unknown }
  /** A cached value was refused by the schema or codec of its resource, and counted as a miss. */
  | { readonly type: "cached-value-refused"; readonly resourceType: string }
  /**
   * The replica is not read from. `unreachable`: it did not respond, or could not be connected to. `lagging`: it is behind by more than
   * the bound, follows another primary, or lacks migrations. `not-a-standby`: it is not in recovery.
   */
  | { readonly type: "replica-unavailable"; readonly reason: "unreachable" | "lagging" | "not-a-standby" }
  /** It is read from again. */
  | { readonly type: "replica-available" }
  /** A server of a sharded cache did not answer, and gets no calls until it does. `code` is that of the error. */
  | { readonly type: "cache-shard-unavailable"; readonly shard: string; readonly code: string }
  /** It has answered again. */
  | { readonly type: "cache-shard-available"; readonly shard: string };

/** Receives events. What it throws or rejects with is ignored, so a failing listener cannot fail a call. */
export type EventListener = (event: PevensieEvent) => void;

/** Returns a function that calls the listener and ignores its errors. Without a listener it does nothing. */
export function safeListener(listener: EventListener | undefined): EventListener {
  if (listener === undefined) return () => {};
  return (event) => {
    try {
      // An async listener can reject, and an unhandled rejection would end the process.
      const outcome: unknown = listener(event);
      if (outcome instanceof Promise) outcome.catch(() => {});
    } catch {
      // Errors of a listener are ignored, as documented.
    }
  };
}

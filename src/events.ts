/** Why a session ended. */
export type SessionEnd = "log-out" | "replaced" | "password-changed" | "user-banned" | "user-deleted";

/**
 * What may be worth watching. No event carries a secret: no session id, token, password, hash or email.
 */
export type PevensieEvent =
  /** Somebody failed to log in; `userId` is null where no user has the email. */
  | {
      readonly type: "log-in-failed";
      readonly reason: "wrong-email-or-password" | "banned" | "too-many-attempts" | "unreadable-hash" | "overloaded";
      readonly userId: string | null;
      readonly ip: string | null;
    }
  /** One session, or all that a user had; `userId` is null where only the session's id was known. */
  | { readonly type: "session-ended"; readonly reason: SessionEnd; readonly userId: string | null }
  | { readonly type: "token-used"; readonly tokenType: string; readonly userId: string }
  | { readonly type: "password-changed"; readonly userId: string }
  /** A connection to the database was lost, or none could be had. */
  | { readonly type: "connection-lost"; readonly code: string }
  /** The first statement that succeeded after a loss. */
  | { readonly type: "connection-healed" }
  /** A statement, or a transaction, is tried again; `reason` is a SQLSTATE, or "connection-lost". */
  | { readonly type: "retry"; readonly reason: string; readonly statement: string }
  /**
   * The clients of a caller's pool, or the installed version of `pg`, are not as this package expects: statements go through
   * pg's public API, which is slower. Emitted once after `connect()`.
   */
  | { readonly type: "pg-not-verified" }
  | { readonly type: "slow-query"; readonly statement: string; readonly milliseconds: number }
  /** A sweep removed what had expired. */
  | { readonly type: "sweep"; readonly removed: Readonly<Record<string, number>> };

/** Is told of events. What it throws, or rejects with, is ignored: watching must not break what is watched. */
export type EventListener = (event: PevensieEvent) => void;

/** The listener, made safe to call; one that does nothing where there is none. */
export function safeListener(listener: EventListener | undefined): EventListener {
  if (listener === undefined) return () => {};
  return (event) => {
    try {
      // An async function is a listener too: its rejection would otherwise end the process.
      const outcome: unknown = listener(event);
      if (outcome instanceof Promise) outcome.catch(() => {});
    } catch {
      // As documented.
    }
  };
}

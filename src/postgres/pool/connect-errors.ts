import { PevensieError } from "../../errors/index.js";
import { isPoolEnded } from "../protocol/pg-internals.js";
import { sanitizeCause } from "../protocol/sanitize.js";
import { sqlStateOf } from "../protocol/server-errors.js";
import { SqlStateClass } from "../protocol/sqlstate.js";

/** A server that was connected to, and is not one that the configuration asks for. Nothing was sent to it. */
export class UnsuitableServer extends Error {
  /** The setting that says so. */
  readonly setting: "in_hot_standby" | "default_transaction_read_only";

  constructor(setting: UnsuitableServer["setting"], message: string) {
    super(message);
    this.setting = setting;
  }
}

/**
 * A pooler has refused a parameter of the start-up, which the next attempt leaves out. It has the pooler's message, which a migration
 * reports as the cause if there is no time for another attempt.
 */
export class RefusedParameter extends Error {
  constructor({ message }: Error) {
    super(message);
  }
}

/** A server has not accepted a connection in the time of one attempt. */
export class ConnectTimeout extends Error {
  constructor() {
    super("The server did not accept the connection in time");
  }
}

/**
 * Returns the error that callers receive when they could not connect.
 *
 * @param names - those of the servers, if the configuration lists any
 */
export function connectError(error: unknown, { names }: { readonly names: string }): PevensieError {
  if (error instanceof PevensieError) return error;
  return new PevensieError("CONNECTION_UNAVAILABLE", messageOf(error, names), { cause: sanitizeCause(error) });
}

function messageOf(error: unknown, names: string): string {
  if (isPoolEnded(error)) {
    return "The pool was ended, so nothing was sent. End a pool after the last call that uses it.";
  }
  if (error instanceof UnsuitableServer) {
    const among = names === "" ? "" : ` among ${names}`;
    return `No suitable server was found${among}: one that was tried ${error.message}. Check which host is the primary, or raise connectionTimeoutMillis.`;
  }
  const at = names === "" ? "" : ` (${names})`;
  const state = sqlStateOf(error);
  return state === undefined
    ? `Postgres cannot be reached${at}: check that it runs, and the address, TLS settings, user, password and database.`
    : `Postgres${at} refused the connection (SQLSTATE ${state}); the cause says why.${adviceOn(state)}`;
}

function adviceOn(state: string): string {
  const isAboutLogin =
    state.startsWith(SqlStateClass.invalidAuthorization) || state.startsWith(SqlStateClass.invalidCatalogName);
  return isAboutLogin ? " Check the user, password and database." : "";
}

/**
 * Returns the error of a call whose last attempt to connect has failed. That attempt may reach its own deadline just before. After a
 * RefusedParameter, the attempt without the parameter got no response.
 */
export function acquireError(
  lastFailure: unknown,
  timeoutMillis: number,
  servers: { readonly names: string },
): PevensieError {
  if (lastFailure instanceof ConnectTimeout || lastFailure instanceof RefusedParameter) {
    return acquireTimeout(timeoutMillis, NO_RESPONSE);
  }
  return lastFailure === undefined
    ? acquireTimeout(timeoutMillis, `${NO_RESPONSE} ${EXHAUSTED}`)
    : connectError(lastFailure, servers);
}

/** Returns the error of a call whose pool has timed out with every client in use. */
export function poolTimeout(waitedMillis: number): PevensieError {
  return acquireTimeout(waitedMillis, EXHAUSTED);
}

const NO_RESPONSE = "If no connection can be opened, check the address, and that no firewall drops packets.";
const EXHAUSTED = "If all are in use, raise max, or look for connections that are not released.";

function acquireTimeout(timeoutMillis: number, advice: string): PevensieError {
  return new PevensieError("TIMEOUT", `Timed out after ${timeoutMillis} ms waiting for a connection. ${advice}`);
}

import { isIPv6 } from "node:net";
import type { HostAddress, ServerChoice, TargetSessionAttrs } from "../config/hosts.js";
import type { Connection } from "../protocol/connection.js";
import { UnsuitableServer } from "./connect-errors.js";

/** A server to connect to. */
export interface Candidate {
  readonly index: number;
  readonly address: Partial<HostAddress>;
}

/** The longest attempt to connect where another server may become the primary meanwhile, in milliseconds. */
const LONGEST_ATTEMPT_MILLIS = 5_000;

/** Is notified when connections lead to another primary than before. */
export type PrimaryListener = (address: Partial<HostAddress>) => void;

/**
 * The servers that a pool may connect to, and which of them is tried next: the one that was suitable last, until it fails.
 * Which server is the primary is read from the settings that it reports at start-up, without a query.
 */
export class Servers {
  readonly #addresses: readonly Partial<HostAddress>[];
  readonly #target: TargetSessionAttrs;
  readonly #listeners = new Set<PrimaryListener>();
  #next = 0;
  /** The server of the last suitable connection. */
  #current: Partial<HostAddress> | undefined;

  constructor({ servers, target }: ServerChoice) {
    this.#addresses = servers;
    this.#target = target;
  }

  /** How many servers there are. */
  get count(): number {
    return this.#addresses.length;
  }

  /** The hosts and ports for error messages, separated by commas. Empty if the configuration lists no host. */
  get names(): string {
    const named = this.#addresses.filter(({ host }) => host !== undefined);
    return named.map(nameOf).join(", ");
  }

  /** Whether only servers that accept writes are suitable. */
  get seeksPrimary(): boolean {
    return this.#target !== "any";
  }

  /** Returns the server to try next. */
  next(): Candidate {
    return { index: this.#next, address: this.#addresses[this.#next] ?? {} };
  }

  /**
   * Returns how long an attempt to connect may take, in milliseconds: an equal share of the timeout. Where another server may become the
   * primary meanwhile, also behind the same name, that is five seconds at most, or an eighth of a longer timeout.
   */
  attemptMillis(timeoutMillis: number): number {
    const share = Math.ceil(timeoutMillis / this.count);
    if (this.count === 1 && !this.seeksPrimary) return share;
    return Math.min(share, Math.max(LONGEST_ATTEMPT_MILLIS, Math.ceil(timeoutMillis / 8)));
  }

  /** A server could not be connected to, or is unsuitable: another one is tried next. */
  passOver({ index }: Candidate): void {
    // Of concurrent attempts that fail, the first one counts.
    if (index === this.#next) this.#next = (index + 1) % this.count;
  }

  /** A suitable server was connected to. */
  accept({ index, address }: Candidate): void {
    const before = this.#current;
    // A list may name a server twice.
    const hasChanged = before !== undefined && (before.host !== address.host || before.port !== address.port);
    this.#next = index;
    this.#current = address;
    if (hasChanged && this.seeksPrimary) for (const listener of this.#listeners) listener(address);
  }

  /** Returns why a connection is unsuitable; undefined if it is suitable. */
  refusalOf(connection: Connection): UnsuitableServer | undefined {
    if (!this.seeksPrimary) return undefined;
    const { in_hot_standby: standby, default_transaction_read_only: fenced } = connection.reported;
    if (standby === undefined) {
      return new UnsuitableServer(
        "in_hot_standby",
        "does not report in_hot_standby; for a pooler, set target_session_attrs=any",
      );
    }
    if (standby !== "off") return new UnsuitableServer("in_hot_standby", "is a standby");
    if (this.#target !== "read-write" || fenced === "off") return undefined;
    return new UnsuitableServer("default_transaction_read_only", "has default_transaction_read_only on");
  }

  /** Notifies a listener from now on. */
  listen(listener: PrimaryListener): void {
    this.#listeners.add(listener);
  }

  stopListening(listener: PrimaryListener): void {
    this.#listeners.delete(listener);
  }
}

/** Returns an address as in a URL, where brackets keep the port apart from an IPv6 address. */
function nameOf({ host = "", port }: Partial<HostAddress>): string {
  if (port === undefined) return host;
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

import type { AuthDriver, UserPage, UserRecord, UserSelection } from "../../../auth/driver/index.js";
import { notConnected } from "../../../errors/index.js";
import type { EventListener } from "../../../events.js";
import { ignoreError } from "../../../promise.js";
import type { Lifecycle } from "../lifecycle.js";
import { PostgresAuthStore } from "./auth-store.js";
import type { Replica } from "./replica.js";
import { countUsers, findUserByPhoneNumber, listUsers } from "./user-lookups.js";

/** The auth driver of a database. */
export class PostgresAuthDriver extends PostgresAuthStore implements AuthDriver {
  readonly #lifecycle: Lifecycle;

  constructor(lifecycle: Lifecycle) {
    super(lifecycle.executor);
    this.#lifecycle = lifecycle;
  }

  connect(listener?: EventListener): Promise<void> {
    return this.#lifecycle.connect(listener);
  }

  disconnect(): Promise<void> {
    return this.#lifecycle.disconnect();
  }

  /** @throws NOT_CONNECTED once {@link disconnect} was called */
  protected requireConnected(): void {
    if (!this.#lifecycle.isConnected) throw notConnected();
  }
}

/** Reads lists from a replica, and users where the caller accepts an earlier state. Transactions read from the primary alone. */
export class ReplicatedAuthDriver extends PostgresAuthDriver {
  readonly #replica: Replica;
  /** Settles at the end of the last attempt to connect to the replica. */
  #attempt: Promise<void> = Promise.resolve();

  constructor(lifecycle: Lifecycle, replica: Replica) {
    super(lifecycle);
    this.#replica = replica;
  }

  override async connect(listener: EventListener = () => {}): Promise<void> {
    await super.connect(listener);
    this.#attempt = this.#connectReplica(listener);
    await this.#attempt;
  }

  async #connectReplica(listener: EventListener): Promise<void> {
    try {
      this.requireConnected();
      await this.#replica.connect(listener);
      this.requireConnected();
    } catch (error) {
      await this.#disconnectBoth();
      throw error;
    }
  }

  override async disconnect(): Promise<void> {
    // Awaits the attempt, whose cleanup would otherwise disconnect a later connect().
    await Promise.all([this.#disconnectBoth(), this.#attempt.catch(ignoreError)]);
  }

  async #disconnectBoth(): Promise<void> {
    await Promise.all([this.#replica.disconnect(), super.disconnect()]);
  }

  override listUsers(page: UserPage): Promise<UserRecord[]> {
    return this.#replica.list((reader) => listUsers(reader, page));
  }

  override countUsers(selection: UserSelection): Promise<number> {
    return this.#replica.list((reader) => countUsers(reader, selection));
  }

  override getUserById(id: string, mayBeStale = false): Promise<UserRecord | null> {
    return this.#mayUseReplica(mayBeStale) ? this.#replica.findUserById(id) : super.getUserById(id);
  }

  override getUserByEmail(email: string, mayBeStale = false): Promise<UserRecord | null> {
    return this.#mayUseReplica(mayBeStale) ? this.#replica.findUserByEmail(email) : super.getUserByEmail(email);
  }

  override getUserByPhoneNumber(phoneNumber: string, mayBeStale = false): Promise<UserRecord | null> {
    return this.#mayUseReplica(mayBeStale)
      ? this.#replica.find((reader) => findUserByPhoneNumber(reader, phoneNumber))
      : super.getUserByPhoneNumber(phoneNumber);
  }

  #mayUseReplica(mayBeStale: boolean): boolean {
    return mayBeStale && this.#replica.isBounded;
  }
}

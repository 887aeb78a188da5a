import { getReplicaState } from "#generated/statements.js";
import type { UserRecord } from "../../../auth/driver/index.js";
import { isPevensieError } from "../../../errors/index.js";
import type { EventListener, PevensieEvent } from "../../../events.js";
import type { ResolvedConfig } from "../../config/config.js";
import type { BatchedOperation, Reader } from "../../execution/executor.js";
import type { PoolExecutor } from "../../execution/pool-executor.js";
import { Circuit, isTemporary } from "../circuit.js";
import { Lifecycle } from "../lifecycle.js";
import { PrimaryPositions } from "./primary-positions.js";
import { type UserLookup, userByEmailLookup, userByIdLookup } from "./user-lookups.js";

/** What comes of a lookup that the replica must not answer. */
const NOT_SERVED = Symbol("not served");

type Served<T> = T | typeof NOT_SERVED;
type Lookup<T> = (reader: Reader) => Promise<T>;

/** A user lookup, batched separately on the replica and on the primary. */
interface BoundedLookup<Input, Output> {
  readonly onReplica: (input: Input) => Promise<Served<Output>>;
  readonly onPrimary: (input: Input) => Promise<Output>;
}

type UnavailableEvent = Extract<PevensieEvent, { type: "replica-unavailable" }>;

/** For a probe, whose answer does not matter. */
const START = { position: "0", timeline: "" };

/** Answers lookups from a replica. A lookup that fails there is repeated on the primary. */
export class Replica {
  readonly #lifecycle: Lifecycle;
  readonly #circuit: Circuit;
  readonly #primary: PoolExecutor;
  /** Null: no lookup has a bounded age. */
  readonly #positions: PrimaryPositions | null;
  readonly #userById: BoundedLookup<string, UserRecord | null>;
  readonly #userByEmail: BoundedLookup<string, UserRecord | null>;
  #listener: EventListener = () => {};
  /** Why lookups go to the primary; null while they go to the replica. */
  #reason: UnavailableEvent["reason"] | null = null;

  /** @param maxAgeMillis - maximum age of answers; null: only lists are read from the replica, at any age */
  constructor(config: ResolvedConfig, primary: PoolExecutor, maxAgeMillis: number | null) {
    this.#lifecycle = new Lifecycle(config, "auth");
    this.#primary = primary;
    this.#positions = maxAgeMillis === null ? null : new PrimaryPositions(primary.admitted, maxAgeMillis);
    const { executor } = this.#lifecycle;
    this.#userById = this.#boundedLookup(userByIdLookup);
    this.#userByEmail = this.#boundedLookup(userByEmailLookup);
    this.#circuit = new Circuit({
      subject: "The replica",
      connect: () => this.#lifecycle.connect(withoutConnections(this.#listener)),
      disconnect: () => this.#lifecycle.disconnect(),
      probe: () => executor.read(getReplicaState, START),
      onOpen: (reason) => this.#report(isSchemaOutdated(reason) ? "lagging" : "unreachable"),
      onClose: () => this.#report(null),
    });
  }

  /** Connects. A replica that does not respond, or lacks migrations, is probed and used once it is ready. */
  async connect(listener: EventListener): Promise<void> {
    this.#listener = listener;
    this.#reason = null;
    try {
      await this.#circuit.connect();
    } catch (error) {
      if (isTemporary(error) || isSchemaOutdated(error)) this.#circuit.suspend(error);
      else {
        await this.#circuit.disconnect();
        throw error;
      }
    }
  }

  disconnect(): Promise<void> {
    return this.#circuit.disconnect();
  }

  /** Whether lookups can have a bounded age. */
  get isBounded(): boolean {
    return this.#positions !== null;
  }

  /** Answers a lookup within the bound; without a bound, from the replica's current state. */
  list<T>(lookup: Lookup<T>): Promise<T> {
    const { executor } = this.#lifecycle;
    return this.#serve(
      () => (this.isBounded ? this.#bounded(lookup) : lookup(executor)),
      () => lookup(this.#primary.admitted),
    );
  }

  /** Answers a lookup within the bound. */
  find<T>(lookup: Lookup<T>): Promise<T> {
    return this.#serve(
      () => this.#bounded(lookup),
      () => lookup(this.#primary.admitted),
    );
  }

  findUserById(id: string): Promise<UserRecord | null> {
    const { onReplica, onPrimary } = this.#userById;
    return this.#serve(
      () => onReplica(id),
      () => onPrimary(id),
    );
  }

  findUserByEmail(email: string): Promise<UserRecord | null> {
    const { onReplica, onPrimary } = this.#userByEmail;
    return this.#serve(
      () => onReplica(email),
      () => onPrimary(email),
    );
  }

  /** Admitted by the primary as a whole, so that a graceful shutdown drains the call even when the replica refuses new statements. */
  #serve<T>(lookup: () => Promise<Served<T>>, onPrimary: () => Promise<T>): Promise<T> {
    return this.#primary.admit(async () => {
      // Whatever the error is: a replica also cancels statements that conflict with what it replays.
      const answer = await this.#circuit.run(lookup).catch((): Served<T> => NOT_SERVED);
      return answer === NOT_SERVED ? onPrimary() : (answer as T);
    });
  }

  /** Runs a lookup after a check on the same connection: both may be another server's on the next one. */
  async #bounded<T>(lookup: Lookup<T>): Promise<Served<T>> {
    // If the primary does not respond, the replica's lag is unknown. Its error must not open the replica's circuit.
    const position = await this.#positions?.oldest().catch(() => null);
    if (position === undefined || position === null) return NOT_SERVED;
    return this.#lifecycle.executor.sequence(async (reader) => {
      const [state] = await reader.read(getReplicaState, position);
      const isStandby = state?.isStandby === true;
      if (!isStandby) this.#report("not-a-standby");
      else if (state.hasReplayed) this.#report(null);
      else if (position.showsLag) this.#report("lagging");
      return isStandby && state.hasReplayed ? lookup(reader) : NOT_SERVED;
    });
  }

  #boundedLookup<Input, Output>(lookup: UserLookup<Input, Output>): BoundedLookup<Input, Output> {
    return {
      onReplica: this.#lifecycle.executor.batch(this.#boundedOperation(lookup)),
      onPrimary: this.#primary.admitted.batch(lookup),
    };
  }

  /** Batches lookups that are bounded in age: those of a batch share the check. */
  #boundedOperation<Input, Output>({ one, many }: UserLookup<Input, Output>): BatchedOperation<Input, Served<Output>> {
    return {
      mode: "sequences",
      one: (_, input) => this.#bounded((reader) => one(reader, input)),
      many: async (_, inputs) => {
        const outputs = await this.#bounded((reader) => many(reader, inputs));
        return outputs === NOT_SERVED ? inputs.map(() => NOT_SERVED) : outputs;
      },
    };
  }

  #report(reason: UnavailableEvent["reason"] | null): void {
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.#listener(reason === null ? { type: "replica-available" } : { type: "replica-unavailable", reason });
  }
}

/** The loss of connections to the replica is an event of its own. */
function withoutConnections(listener: EventListener): EventListener {
  return (event) => {
    if (event.type !== "connection-lost" && event.type !== "connection-healed") listener(event);
  };
}

function isSchemaOutdated(error: unknown): boolean {
  return isPevensieError(error) && error.code === "SCHEMA_OUTDATED";
}

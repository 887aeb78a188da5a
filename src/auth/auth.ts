import { availableParallelism } from "node:os";
import { invalidInput } from "../errors/index.js";
import { type EventListener, safeListener } from "../events.js";
import { optionalFunction, requireInteger, requireOptions } from "../input/values.js";
import type { Json, JsonInput } from "../json.js";
import { Lease } from "../lease.js";
import type { Auth, AuthOptions, DisconnectedAuth, SchemaAuthOptions } from "./api/index.js";
import type { AuthDriver } from "./driver/index.js";
import { type AuthParts, StoredAuth } from "./functions/stored-auth.js";
import { LoginCodes } from "./logins/codes.js";
import { DeviceTokens } from "./logins/device-tokens.js";
import { LoginLimiter } from "./logins/limiter.js";
import { jsonFormat, type MetadataFormat, metadataFormat } from "./metadata.js";
import { type HashingCost, PasswordHasher } from "./passwords/password-hasher.js";
import { CookieSigner } from "./secrets/cookies.js";
import { requireKeys } from "./secrets/keys.js";

/**
 * argon2 runs in Node's thread pool, which has four threads by default: more concurrent runs would only take memory.
 */
const THREADS = 4;

const OPTION_KEYS = [
  "driver",
  "cookieKey",
  "userMetadata",
  "passwordHashing",
  "logInLimits",
  "checkPassword",
  "onEvent",
] as const;

/** The parts of an auth, with its driver and its listener. */
interface ConnectableParts<M> extends AuthParts<M> {
  readonly driver: AuthDriver;
  readonly emit: EventListener;
}

/**
 * Creates an auth over a driver, not yet connected, with a Standard Schema for the users' metadata.
 *
 * @throws PevensieError INVALID_INPUT for a cookie key of fewer than 32 bytes, or any other invalid option
 */
export function createAuth<Out, In>(
  options: SchemaAuthOptions<Out, In>,
): DisconnectedAuth<Out, In & JsonInput<In, Out>>;
/**
 * Creates an auth over a driver, not yet connected.
 *
 * @throws PevensieError INVALID_INPUT for a cookie key of fewer than 32 bytes, or any other invalid option
 */
export function createAuth<M = Json>(options: AuthOptions<M>): DisconnectedAuth<M>;
export function createAuth<M>(options: AuthOptions<M> | SchemaAuthOptions<M>): DisconnectedAuth<M> {
  const given = requireOptions(options, "options", OPTION_KEYS);
  if (typeof (given.driver as Partial<AuthDriver> | undefined)?.connect !== "function") {
    throw invalidInput("driver", "must be an AuthDriver, such as createAuthDriver of pevensie/postgres makes");
  }
  // Without a codec or schema, M is Json.
  const metadata =
    given.userMetadata === undefined
      ? (jsonFormat as MetadataFormat<unknown> as MetadataFormat<M>)
      : metadataFormat<M>(given.userMetadata, "userMetadata");
  optionalFunction(given.onEvent, "onEvent");
  optionalFunction(given.checkPassword, "checkPassword");
  const keys = requireKeys(given.cookieKey, "cookieKey");
  const { passwordHashing = {} } = given;
  const hashing = requireOptions(passwordHashing, "passwordHashing", ["maxConcurrent", "maxQueued", "cost"]);
  const { maxConcurrent = Math.min(availableParallelism(), THREADS), maxQueued = 1000 } = hashing;
  const running = requireInteger(maxConcurrent, "passwordHashing.maxConcurrent", 1, 1024);
  const queued = requireInteger(maxQueued, "passwordHashing.maxQueued", 0, 1_000_000);
  return disconnected({
    driver: options.driver,
    signer: new CookieSigner(keys),
    devices: new DeviceTokens(keys),
    codes: new LoginCodes(keys),
    metadata,
    hasher: new PasswordHasher({ running, queued }, requireCost(hashing.cost)),
    // Twice as many attempts as hashes, so that hashing continues while other attempts query the database.
    limiter: LoginLimiter.create(given.logInLimits, { running: running * 2, queued }),
    checkPassword: options.checkPassword,
    invokeCallback: (callback) => callback(),
    emit: safeListener(options.onEvent),
  });
}

/** Hashes that protect nothing must not get into production by a forgotten option. */
function requireCost(value: unknown = "standard"): HashingCost {
  if (value !== "standard" && value !== "minimal") {
    throw invalidInput("passwordHashing.cost", 'must be "standard" or "minimal"');
  }
  if (value === "minimal" && process.env["NODE_ENV"] === "production") {
    throw invalidInput(
      "passwordHashing.cost",
      'must be "standard" where NODE_ENV is "production": "minimal" is for tests',
    );
  }
  return value;
}

function disconnected<M>(parts: ConnectableParts<M>): DisconnectedAuth<M> {
  return {
    connect: async () => {
      await parts.driver.connect(parts.emit);
      return new ConnectedAuth(parts);
    },
  };
}

class ConnectedAuth<M> extends StoredAuth<M> implements Auth<M> {
  readonly #connectable: ConnectableParts<M>;
  readonly #lease: Lease<AuthDriver>;

  constructor(parts: ConnectableParts<M>) {
    const lease = new Lease(parts.driver);
    super(parts, () => lease.driver, parts.emit);
    this.#connectable = parts;
    this.#lease = lease;
  }

  async disconnect(): Promise<DisconnectedAuth<M>> {
    await this.#lease.end();
    return disconnected(this.#connectable);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disconnect();
  }
}

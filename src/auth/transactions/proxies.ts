import { invalidInput } from "../../errors/index.js";
import type { AuthFunctions } from "../api/index.js";
import type { AuthStore, TransactionClient, TransactionQuery } from "../driver/index.js";
import type { InvokeCallback, TransactionCalls, Turn } from "./calls.js";
import { readQuery } from "./query.js";

type Method = (...args: unknown[]) => Promise<unknown>;

/** The functions that do not use the store. */
const SYNCHRONOUS: ReadonlySet<PropertyKey> = new Set<keyof AuthFunctions>([
  "createSessionCookie",
  "validateSessionCookie",
]);

/**
 * Returns the functions of an auth, each call of which belongs to a transaction.
 *
 * @param over - returns the functions of an auth over a store, which invoke their callbacks by `invokeCallback`
 */
export function functionsIn<M>(
  calls: TransactionCalls,
  store: AuthStore,
  over: (store: AuthStore, invokeCallback?: InvokeCallback) => AuthFunctions<M>,
): AuthFunctions<M> {
  return new Proxy(over(store), {
    get: (functions, name) => {
      const method: unknown = Reflect.get(functions, name);
      if (typeof method !== "function") return method;
      if (SYNCHRONOUS.has(name)) return method.bind(functions);
      return (...args: unknown[]) => {
        const start = (turn: Turn) => {
          const functionsInTurn = over(inTurn(store, turn), turn.invoke);
          return (Reflect.get(functionsInTurn, name) as Method).apply(functionsInTurn, args);
        };
        return name === "withTransaction" ? calls.runNested(start) : calls.run(start);
      };
    },
  });
}

/** Returns a store whose calls wait for a turn. */
function inTurn(store: AuthStore, turn: Turn): AuthStore {
  return new Proxy(store, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as Method;
      return (...args: unknown[]) => turn.take().then(() => method.apply(target, args));
    },
  });
}

/** Registered for the whole process: a client may come from another installed copy of the package. */
const BRAND = Symbol.for("pevensie.TransactionClient");

/** Returns a client whose calls belong to a transaction and run on the driver's client. */
export function clientIn(calls: TransactionCalls, driversClient: TransactionClient): TransactionClient {
  const query = (given: string | TransactionQuery, values?: unknown, callback?: unknown) =>
    calls.run((turn) => {
      const statement = readQuery(given, values, callback);
      return turn.take().then(() => driversClient.query(statement));
    });
  return Object.defineProperty({ query } as TransactionClient, BRAND, { value: true });
}

/** Refuses to run a transaction on the client of another one: the auth of that transaction nests instead. */
export function requireNoTransactionClient(client: unknown): void {
  if (typeof client !== "object" || client === null || !(BRAND in client)) return;
  throw invalidInput("client", "is that of a transaction: use withTransaction of the auth that its work was given");
}

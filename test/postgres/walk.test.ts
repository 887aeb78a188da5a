import { expect, test } from "vitest";
import { useDatabase } from "../support/database.js";
import { withDrivers } from "../support/fault-drivers.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";
import { functionsOf } from "../support/functions.js";

const database = useDatabase();

/** The object itself, and the names of the functions that get called on it. */
function watch<T extends object>(target: T): readonly [T, Set<string>] {
  const called = new Set<string>();
  const watched = new Proxy(target, {
    get: (_, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      called.add(String(name));
      return value.bind(target);
    },
  });
  return [watched, called];
}

/** The functions of an object, but for those that end the connection. */
const walked = (target: object) => functionsOf(target).filter((name) => name !== "disconnect");

// The tests of hostile settings, poolers and small pools rely on it: a new function must be added to the walk.
test("the walk of test/support/ calls every function of an auth and a cache", async () => {
  await withDrivers({ connectionString: database.url }, async (auth, cache) => {
    const [watchedAuth, calledOnAuth] = watch(auth);
    await walkAuth(watchedAuth);
    expect([...calledOnAuth].sort()).toEqual(walked(auth));
    const [watchedCache, calledOnCache] = watch(cache);
    await walkCache(watchedCache);
    expect([...calledOnCache].sort()).toEqual(walked(cache));
  });
});

import type { Auth, AuthDriver } from "../../src/auth/index.js";
import type { Cache, CacheDriver } from "../../src/cache/index.js";

type PublicName = keyof Auth | keyof AuthDriver | keyof Cache | keyof CacheDriver;

/** Returns names of which none is public: a public one does not compile. */
function hidden<Name extends string>(names: readonly (Name extends PublicName ? never : Name)[]): ReadonlySet<string> {
  return new Set(names);
}

/** Members that the classes of an auth keep for one another: TypeScript hides them from callers. */
const PROTECTED = hidden([
  "decode",
  "emit",
  "found",
  "hash",
  "loggedIn",
  "parts",
  "readLogIn",
  "store",
  "emitPasswordChange",
]);

/** The names of the public functions of an object and of its classes. */
export function functionsOf(target: object): string[] {
  const names = new Set<string>();
  for (let object = target; object !== Object.prototype; object = Object.getPrototypeOf(object)) {
    for (const name of Object.getOwnPropertyNames(object)) names.add(name);
  }
  return [...names].filter((name) => name !== "constructor" && !PROTECTED.has(name)).sort();
}

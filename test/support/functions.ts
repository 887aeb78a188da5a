/** Members that the classes of an auth keep for one another: TypeScript hides them from callers. */
const PROTECTED: ReadonlySet<string> = new Set([
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

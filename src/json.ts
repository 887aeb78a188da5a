/** Any value that JSON (RFC 8259) can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A type whose values are JSON, or one that has no values. TypeScript does not assign an `interface` to {@link Json}, since it has no
 * index signature; it assigns it to `JsonOf` of itself.
 *
 * @example
 * interface Settings { theme: string; beta?: boolean }
 * function store<T>(value: Json | JsonOf<T>): void { }
 * store<Settings>({ theme: "dark" });
 */
export type JsonOf<T> = T extends Json
  ? T
  : T extends (...args: never) => unknown
    ? never
    : T extends object
      ? { readonly [K in keyof T]: T[K] extends infer V ? (V extends undefined ? V : JsonOf<V>) : never }
      : never;

/** Any value that JSON (RFC 8259) can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

declare const refused: unique symbol;

/** Stands where a value of the type `T`, which is not JSON, would be: no value has this type. It names `T` in messages of the compiler. */
export interface NotJson<T> {
  readonly [refused]: T;
}

/** Objects that have no properties of JSON, or whose JSON text is read back as a value of another type. */
type NotJsonObject =
  | ((...args: never) => unknown)
  | { toJSON(...args: never): unknown }
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | ArrayBufferView
  | RegExp
  | PromiseLike<unknown>;

/**
 * A type whose values are JSON; what is not JSON in it is {@link NotJson}. TypeScript does not assign an `interface` to {@link Json},
 * since it has no index signature; it assigns it to `JsonOf` of itself.
 *
 * @example
 * interface Settings { theme: string; beta?: boolean }
 * function store<T>(value: Json | JsonOf<T>): void { }
 * store<Settings>({ theme: "dark" });
 */
export type JsonOf<T> = T extends Json
  ? T
  : T extends NotJsonObject
    ? NotJson<T>
    : T extends object
      ? { readonly [K in keyof T]: T[K] extends infer V ? (V extends undefined ? V : JsonOf<V>) : never }
      : NotJson<T>;

/**
 * The part of a schema's input that is JSON: `In`, if all of it is. Of a union, the members that are JSON remain. What the input leaves
 * open (`unknown`, as with `z.coerce.date()`) is JSON, or a value of the schema's output if that is JSON, too; it stays open if the
 * output is open as well.
 */
export type JsonInput<In, Out = unknown> = [In] extends [Json | JsonOf<In>]
  ? In
  : unknown extends In
    ? unknown extends Out
      ? In
      : Json | JsonOf<Out>
    : [JsonMembers<In, Out>] extends [never]
      ? NotJson<In>
      : JsonMembers<In, Out>;

type JsonMembers<In, Out> = In extends Json
  ? In
  : In extends NotJsonObject
    ? never
    : In extends object
      ? { [K in keyof In]: JsonInput<Exclude<In[K], undefined>, PropertyOf<Out, K>> | Extract<In[K], undefined> }
      : never;

type PropertyOf<T, K> = K extends keyof T ? Exclude<T[K], undefined> : unknown;

/** What the contracts need of a test runner. Vitest, Jest and Bun have it under these names. */
export interface ContractRunner {
  /** Groups tests. */
  describe(name: string, body: () => void): unknown;
  /** Declares a test. */
  test(name: string, body: () => Promise<void>): unknown;
  /** Runs something before the tests of the group. */
  beforeAll(body: () => Promise<void>): unknown;
  /** Runs something after the tests of the group. */
  afterAll(body: () => Promise<void>): unknown;
  readonly expect: ContractExpect;
}

/** Assertions, of which the package `expect` has those that the contracts use. */
export interface ContractExpect {
  (actual: unknown): ContractAssertion;
  /** Matches an instance of a class, or a value of the primitive type. */
  readonly any: (type: unknown) => unknown;
  /** Matches a string by a pattern. */
  readonly stringMatching: (pattern: RegExp) => unknown;
  /** Matches a number, give or take half a unit of the last digit. */
  readonly closeTo: (number: number, digits?: number) => unknown;
}

/** The assertions on a value. */
export interface ContractMatchers {
  /** Is the same value, by `Object.is`. */
  readonly toBe: (expected: unknown) => unknown;
  /** Is a number, give or take half a unit of the last digit. */
  readonly toBeCloseTo: (expected: number, digits?: number) => unknown;
  /** Is a greater number. */
  readonly toBeGreaterThan: (expected: number) => unknown;
  /** Is a number that is as great, or greater. */
  readonly toBeGreaterThanOrEqual: (expected: number) => unknown;
  /** Is a lesser number. */
  readonly toBeLessThan: (expected: number) => unknown;
  /** Is a number that is as great, or lesser. */
  readonly toBeLessThanOrEqual: (expected: number) => unknown;
  /** Is null. */
  readonly toBeNull: () => unknown;
  /** Is an array with this very item. */
  readonly toContain: (item: unknown) => unknown;
  /** Is an array with an item that is deeply equal. */
  readonly toContainEqual: (item: unknown) => unknown;
  /** Is deeply equal, undefined properties aside. */
  readonly toEqual: (expected: unknown) => unknown;
  /** Has a property `length` with this value. */
  readonly toHaveLength: (length: number) => unknown;
  /** Is a string that a pattern matches. */
  readonly toMatch: (pattern: RegExp) => unknown;
  /** Is an object that has these properties, among others. */
  readonly toMatchObject: (expected: object) => unknown;
}

/** The assertions on a value, or on what a promise comes to. */
export interface ContractAssertion extends ContractMatchers {
  readonly not: ContractMatchers;
  readonly resolves: ContractMatchers & { readonly not: ContractMatchers };
  readonly rejects: ContractMatchers;
}

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
  readonly any: (type: unknown) => unknown;
  readonly stringMatching: (pattern: RegExp) => unknown;
  readonly closeTo: (number: number, digits?: number) => unknown;
}

/** The assertions on a value. */
export interface ContractMatchers {
  readonly toBe: (expected: unknown) => unknown;
  readonly toBeCloseTo: (expected: number, digits?: number) => unknown;
  readonly toBeGreaterThan: (expected: number) => unknown;
  readonly toBeGreaterThanOrEqual: (expected: number) => unknown;
  readonly toBeLessThan: (expected: number) => unknown;
  readonly toBeLessThanOrEqual: (expected: number) => unknown;
  readonly toBeNull: () => unknown;
  readonly toContain: (item: unknown) => unknown;
  readonly toContainEqual: (item: unknown) => unknown;
  readonly toEqual: (expected: unknown) => unknown;
  readonly toHaveLength: (length: number) => unknown;
  readonly toMatch: (pattern: RegExp) => unknown;
  readonly toMatchObject: (expected: object) => unknown;
}

/** The assertions on a value, or on what a promise comes to. */
export interface ContractAssertion extends ContractMatchers {
  readonly not: ContractMatchers;
  readonly resolves: ContractMatchers & { readonly not: ContractMatchers };
  readonly rejects: ContractMatchers;
}

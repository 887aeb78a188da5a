/** A parsed hash whose parameters are within bounds, so it is safe to verify. */
export interface ReadableHash {
  /** Returns whether the password matches. Computes in the thread pool. */
  verify(password: string): Promise<boolean>;
}

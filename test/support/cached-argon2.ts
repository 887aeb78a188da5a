type Argon2 = typeof import("@node-rs/argon2");

/**
 * The real argon2, but each password is verified once against a hash: tests of many attempts do not wait for hashing.
 * Use it as `vi.mock("@node-rs/argon2", async (original) => (await import("./cached-argon2.js")).cached(original))`.
 */
export async function cached(original: <T>() => Promise<T>): Promise<Argon2> {
  const real = await original<Argon2>();
  const verified = new Map<string, Promise<boolean>>();
  const verify: Argon2["verify"] = (hash, password, ...rest) => {
    const key = JSON.stringify([String(hash), String(password)]);
    const known = verified.get(key) ?? real.verify(hash, password, ...rest);
    verified.set(key, known);
    return known;
  };
  return { ...real, verify };
}

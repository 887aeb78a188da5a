import type { PasswordHashingOptions } from "../auth/index.js";

/**
 * For `createAuth({ passwordHashing: fastPasswordHashing })` in tests: hashes take microseconds instead of some 20 ms, and protect
 * nothing. They are argon2id hashes in their usual form. `createAuth` refuses it where NODE_ENV is `production`, and an auth
 * without it replaces such a hash at the next login.
 */
export const fastPasswordHashing: PasswordHashingOptions = { cost: "minimal" };

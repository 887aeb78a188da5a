import { createCipheriv } from "node:crypto";
import type { ReadableHash } from "./readable-hash.js";
import { areEqual, decodeBase64, decodeSaltAndKey } from "./salt-and-key.js";
import { boundedScrypt, deriveScryptKey } from "./scrypt-hash.js";

/** AES-256 takes a key of 32 bytes, and counter mode an initial counter of one block. */
const AES_KEY_BYTES = 32;
const FIRST_COUNTER = Buffer.alloc(16);

const MAX_SEPARATOR_BYTES = 128;

const BASE64 = "[A-Za-z0-9+/_-]+={0,2}";

/**
 * This package's own text form. `ln` is the project's `mem_cost`, `r` its `rounds`, `sep` its `base64_salt_separator` and
 * `key` its `base64_signer_key`; the user's salt and hash follow.
 *
 * All four are base64 or base64url, with or without padding: `firebase auth:export` writes the former, and `listUsers` of
 * the Admin SDK the latter.
 */
const FORM = new RegExp(
  `^\\$firebase-scrypt\\$ln=([1-9]\\d?),r=([1-9]\\d{0,2}),sep=(|${BASE64}),key=(${BASE64})\\$(${BASE64})\\$(${BASE64})$`,
);

/**
 * Reads a hash of Firebase's variant of scrypt: the project's signer key, encrypted with AES-256-CTR, a counter that
 * starts at zero, and the key that scrypt derives from the password. Returns null if it is another text, or if verifying
 * it could exhaust memory or a processor.
 *
 * @see https://github.com/firebase/scrypt
 */
export function readFirebaseHash(text: string): ReadableHash | null {
  const [, logN, blockSize, separator, key, salt, hash] = FORM.exec(text) ?? [];
  const parameters = boundedScrypt(Number(logN), Number(blockSize), 1);
  const stored = decodeSaltAndKey(salt, hash);
  const signerKey = decodeBase64(key);
  const saltSeparator = decodeBase64(separator);
  if (parameters === null || stored === null || signerKey === null || saltSeparator === null) return null;
  // Counter mode keeps the length, so the hash is as long as the signer key.
  if (signerKey.length !== stored.key.length || saltSeparator.length > MAX_SEPARATOR_BYTES) return null;
  const fullSalt = Buffer.concat([stored.salt, saltSeparator]);
  return {
    verify: async (password) => {
      const aesKey = await deriveScryptKey(password, fullSalt, AES_KEY_BYTES, parameters);
      const cipher = createCipheriv("aes-256-ctr", aesKey, FIRST_COUNTER);
      return areEqual(Buffer.concat([cipher.update(signerKey), cipher.final()]), stored.key);
    },
  };
}

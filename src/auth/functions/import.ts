import { invalidInput, PevensieError } from "../../errors/index.js";
import { parseId } from "../../input/uuid.js";
import { optionalDate, optionalFunction, requireInteger, requireOptions } from "../../input/values.js";
import type { ImportOptions, ImportResult, RefusedImport, UserImport } from "../api/users.js";
import type { AuthStore, ImportedUser } from "../driver/index.js";
import { requireEmail } from "../email.js";
import { optionalPhoneNumber, optionalRole } from "../input.js";
import type { MetadataFormat } from "../metadata.js";
import { requirePasswordHash } from "../passwords/password-hash.js";
import type { InvokeCallback } from "../transactions/calls.js";
import type { AuthParts } from "./context.js";

/** How much metadata one statement carries, in UTF-16 code units, unless a single user has more. */
const MAX_CHUNK_LENGTH = 4 * 1024 * 1024;

const KEYS = [
  "email",
  "passwordHash",
  "userMetadata",
  "role",
  "phoneNumber",
  "emailConfirmedAt",
  "createdAt",
  "id",
] as const;

/** Imports users, of which it holds one chunk at a time. */
export async function importInChunks<M>(
  store: Pick<AuthStore, "importUsers">,
  { metadata, invokeCallback }: Pick<AuthParts<M>, "metadata" | "invokeCallback">,
  users: Iterable<UserImport<M>> | AsyncIterable<UserImport<M>>,
  options: ImportOptions,
): Promise<ImportResult> {
  const { onProgress, chunkSize = 500 } = requireOptions(options, "options", ["onProgress", "chunkSize"]);
  optionalFunction(onProgress, "onProgress");
  const size = requireInteger(chunkSize, "chunkSize", 1, 10_000);
  requireIterable(users);
  let imported = 0;
  const refused: RefusedImport[] = [];
  let chunk: (ImportedUser & { readonly index: number })[] = [];
  let chunkLength = 0;
  const flush = async () => {
    const refusals = chunk.length === 0 ? [] : await store.importUsers(chunk);
    for (const [place, code] of refusals.entries()) {
      const { index, email } = chunk[place] as (typeof chunk)[number];
      if (code === null) imported += 1;
      else refused.push({ index, email, code });
    }
    chunk = [];
    chunkLength = 0;
    const progress = { imported, refused: refused.length };
    await invokeCallback(() => (onProgress as ImportOptions["onProgress"])?.(progress));
  };
  let index = 0;
  for await (const user of iterateBy(invokeCallback, users)) {
    try {
      const read = readUser(metadata, user);
      chunk.push({ ...read, index });
      chunkLength += read.userMetadata.length;
    } catch (error) {
      refused.push(toRefusedImport(error, index, user));
    }
    index += 1;
    if (chunk.length === size || index % size === 0 || chunkLength >= MAX_CHUNK_LENGTH) await flush();
  }
  await flush();
  return { imported, refused: refused.sort((one, other) => one.index - other.index) };
}

function requireIterable(users: unknown): void {
  const given = users as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  const isIterable =
    typeof given?.[Symbol.iterator] === "function" || typeof given?.[Symbol.asyncIterator] === "function";
  if (typeof users === "string" || !isIterable) throw invalidInput("users", "must be an iterable of users");
}

/** Iterates as `for await` does. Calls the iterator through `invokeCallback`, also its `return`, which may close a cursor. */
function iterateBy<T>(invokeCallback: InvokeCallback, items: Iterable<T> | AsyncIterable<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator =
        (items as Partial<AsyncIterable<T>>)[Symbol.asyncIterator]?.() ?? (items as Iterable<T>)[Symbol.iterator]();
      return {
        next: async () => {
          const result = await invokeCallback(() => iterator.next());
          // As in `for await`, an item may be a promise.
          return result.done ? result : { done: false, value: await invokeCallback(() => result.value) };
        },
        return: async () => {
          await invokeCallback(() => iterator.return?.());
          return { done: true, value: undefined };
        },
      };
    },
  };
}

function readUser<M>(metadata: MetadataFormat<M>, user: UserImport<M>): ImportedUser {
  const given = requireOptions(user, "user", KEYS);
  const id = given.id === undefined ? null : parseId(given.id, "id");
  if (id === null && given.id !== undefined) throw invalidInput("id", "must be a UUID");
  const { passwordHash, userMetadata = {} } = given;
  return {
    id,
    email: requireEmail(given.email),
    role: optionalRole(given.role),
    phoneNumber: optionalPhoneNumber(given.phoneNumber),
    passwordHash:
      passwordHash === undefined || passwordHash === null ? null : requirePasswordHash(passwordHash, "passwordHash"),
    userMetadata: metadata.encode(userMetadata),
    emailConfirmedAt: optionalDate(given.emailConfirmedAt ?? null, "emailConfirmedAt"),
    createdAt: optionalDate(given.createdAt ?? null, "createdAt"),
  };
}

/** Throws what is not a refusal of the user. */
function toRefusedImport(error: unknown, index: number, user: unknown): RefusedImport {
  if (!(error instanceof PevensieError)) throw error;
  const { code, field } = error;
  if (code !== "INVALID_INPUT" && code !== "INVALID_METADATA") throw error;
  const email = emailOf(user);
  return { index, code, ...(email === null ? {} : { email }), ...(field === undefined ? {} : { field }) };
}

function emailOf(user: unknown): string | null {
  try {
    return requireEmail((user as { email?: unknown } | null)?.email);
  } catch {
    return null;
  }
}

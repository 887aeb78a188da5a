import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import type { Auth, RefusedImport, UserImport } from "../auth/index.js";
import { createAuth } from "../auth/index.js";
import { isPevensieError } from "../errors/index.js";
import type { Json } from "../json.js";
import { createAuthDriver } from "../postgres/index.js";
import { linesOf } from "./lines.js";
import { ProgressBar } from "./progress-bar.js";
import { addressOf, describe, parse, report, UsageError } from "./usage.js";

/** How many refused lines are named; the others are counted. */
const MAX_REPORTED = 20;

/** Of one call. The length is that of the lines: a batch is in memory. */
const MAX_BATCH = { users: 500, length: 4 * 1024 * 1024 } as const;

/** A batch of long lines may take minutes to be sent. */
const QUERY_TIMEOUT_MILLIS = 300_000;

const DATES = ["emailConfirmedAt", "createdAt"] as const;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** `pevensie import`: creates users from newline-delimited JSON. The exit status is 1 if any was refused. */
export async function runImport(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, { addr: { type: "string" }, schema: { type: "string" } });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError("name one file of newline-delimited JSON");
  const connectionString = addressOf(values.addr);
  const size = await sizeOf(file);
  const lines = new Lines(file);
  const bar = new ProgressBar(process.stderr, size);
  // No cookie is signed here.
  const cookieKey = randomBytes(32).toString("hex");
  const driver = createAuthDriver({
    connectionString,
    schema: values.schema,
    max: 1,
    query_timeout: QUERY_TIMEOUT_MILLIS,
  });
  const auth = await createAuth({ driver, cookieKey }).connect();
  const outcome = new Outcome();
  const stop = new AbortController();
  const end = () => {
    // A second signal ends the process as if nothing listened.
    for (const signal of SIGNALS) process.off(signal, end);
    stop.abort();
  };
  for (const signal of SIGNALS) process.on(signal, end);
  try {
    for await (const batch of lines.batches()) {
      await importBatch(auth, batch, outcome);
      bar.show(lines.bytesRead, `${outcome.imported} imported, ${outcome.refused.length} refused`);
      if (stop.signal.aborted) throw new UsageError(`stopped by a signal after line ${lastOf(batch)}`);
    }
    // Thrown after the batches, since the lines before are imported.
    if (lines.failure !== null) throw lines.failure;
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
    bar.end();
    outcome.report();
    await auth.disconnect();
  }
}

/** Imports a batch. An error names its lines. */
async function importBatch(auth: Auth<Json>, batch: readonly Line[], outcome: Outcome): Promise<void> {
  const users: { readonly number: number; readonly user: UserImport<Json> }[] = [];
  for (const { number, content } of batch) {
    if (typeof content === "string") outcome.refused.push({ number, code: "INVALID_INPUT", reason: content });
    else users.push({ number, user: content });
  }
  try {
    const { imported, refused } = await auth.importUsers(users.map(({ user }) => user));
    outcome.imported += imported;
    for (const refusal of refused) {
      const { number } = users[refusal.index] as (typeof users)[number];
      outcome.refused.push({ number, code: refusal.code, reason: reasonOf(refusal) });
    }
  } catch (error) {
    if (!isPevensieError(error)) throw error;
    throw new UsageError(`stopped at lines ${batch[0]?.number} to ${lastOf(batch)}: ${describe(error)}`);
  }
}

function lastOf(batch: readonly Line[]): number | undefined {
  return batch.at(-1)?.number;
}

/** Returns the size of a file that can be read. */
async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  // A directory can be opened, and fails when it is read.
  const isReadable =
    found?.isDirectory() === false &&
    (await access(file, constants.R_OK).then(
      () => true,
      () => false,
    ));
  if (found === null || !isReadable) throw new UsageError(`${file} is no file that can be read`);
  return found.size;
}

/** Emails are withheld: the output may be kept. */
function reasonOf({ code, field }: RefusedImport): string {
  return field === undefined ? code : `${code} (${field})`;
}

/** A line whose user is refused. */
interface RefusedLine {
  readonly number: number;
  readonly code: string;
  readonly reason: string;
}

/** What an import has done so far. */
class Outcome {
  imported = 0;
  readonly refused: RefusedLine[] = [];

  /** Prints it. Where not all refused lines are named, those come last that a repeated import refuses for being there already. */
  report(): void {
    const isTaken = ({ code }: RefusedLine) => Number(code === "EMAIL_TAKEN");
    const isLong = this.refused.length > MAX_REPORTED;
    const sorted = this.refused.toSorted((a, b) => (isLong ? isTaken(a) - isTaken(b) : 0) || a.number - b.number);
    for (const { number, reason } of sorted.slice(0, MAX_REPORTED)) report(`line ${number}: ${reason}`);
    const others = new Map<string, number>();
    for (const { code } of sorted.slice(MAX_REPORTED)) others.set(code, (others.get(code) ?? 0) + 1);
    for (const [code, count] of others) report(`and ${count} more: ${code}`);
    report(`imported ${this.imported} ${this.imported === 1 ? "user" : "users"}, refused ${this.refused.length}`);
    if (this.refused.length > 0) process.exitCode = 1;
  }
}

/** A line of a file. */
interface Line {
  readonly number: number;
  /** The user in it, or why there is none. */
  readonly content: UserImport<Json> | string;
}

/** The users in a file, a line each. */
class Lines {
  bytesRead = 0;
  /** Why the file was not read to its end; null if it was. */
  failure: UsageError | null = null;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async *batches(): AsyncGenerator<readonly Line[]> {
    let batch: Line[] = [];
    let length = 0;
    for await (const { line, number } of this.#lines()) {
      batch.push({ number, content: contentOf(line) });
      length += line?.length ?? 0;
      if (batch.length < MAX_BATCH.users && length < MAX_BATCH.length) continue;
      yield batch;
      batch = [];
      length = 0;
    }
    if (batch.length > 0) yield batch;
  }

  /** Yields the lines that are not blank, with their numbers. */
  async *#lines(): AsyncGenerator<{ readonly line: string | null; readonly number: number }> {
    const stream = createReadStream(this.#file);
    let number = 0;
    try {
      for await (const line of linesOf(textOf(stream))) {
        number += 1;
        this.bytesRead = stream.bytesRead;
        if (line?.trim() !== "") yield { line, number };
      }
    } catch (error) {
      // Kept, not thrown: the batch of the lines before it is still to be imported.
      const reason = error instanceof NotUtf8 ? "the file is not UTF-8" : `the file cannot be read (${String(error)})`;
      this.failure = new UsageError(`stopped at line ${number + 1}: ${reason}`);
    }
  }
}

/** Returns the user in a line, or why it is refused. */
function contentOf(line: string | null): UserImport<Json> | string {
  if (line === null) return "INVALID_INPUT (user): the line is too long; the file has to be newline-delimited JSON";
  const user = userIn(line);
  if (user === null) return "INVALID_INPUT (user)";
  if (!hasRoundedInteger(line)) return user;
  return "INVALID_INPUT (user): an integer has more digits than a JavaScript number holds, and would be rounded; write it as a string";
}

/** Strings and numbers of JSON. */
const LITERALS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Returns whether JSON.parse would change an integer in the line, such as an id of 64 bits in metadata. */
function hasRoundedInteger(line: string): boolean {
  // Integers of up to 15 digits are exact, and most lines have no longer one.
  if (!/\d{16}/.test(line)) return false;
  for (const [literal] of line.matchAll(LITERALS)) {
    if (/^-?\d{16,}$/.test(literal) && String(Number(literal)) !== literal) return true;
  }
  return false;
}

class NotUtf8 extends Error {}

/** Decodes UTF-8, and throws {@link NotUtf8} at other bytes; a byte order mark is skipped. */
async function* textOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes: Buffer | undefined) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new NotUtf8();
    }
  };
  for await (const bytes of stream) {
    // Each line is decoded on its own: an error discards everything decoded with it.
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf("\n", start) + 1 || bytes.length;
      yield decode(bytes.subarray(start, end));
      start = end;
    }
  }
  yield decode(undefined);
}

/** ISO 8601, as JSON has dates: a time needs its zone. */
const ISO_DATE = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Returns the date in a text; an invalid one for any other text, such as a day that no month has. */
function dateIn(text: string): Date {
  const [, day] = ISO_DATE.exec(text) ?? [];
  const isDay = day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  return new Date(isDay ? text : Number.NaN);
}

/** Returns the user in a line; null if it is no JSON, or has no fields. */
function userIn(line: string): UserImport<Json> | null {
  try {
    const user = JSON.parse(line) as Record<string, unknown> | string | number | boolean | null;
    if (typeof user !== "object" || user === null) return null;
    for (const field of DATES) {
      const value = user[field];
      if (typeof value === "string") user[field] = dateIn(value);
    }
    return user as unknown as UserImport<Json>;
  } catch {
    return null;
  }
}

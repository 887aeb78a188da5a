import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import type { ImportResult, RefusedImport, UserImport } from "../auth/index.js";
import { createAuth } from "../auth/index.js";
import type { Json } from "../json.js";
import { createAuthDriver } from "../postgres/index.js";
import { linesOf } from "./lines.js";
import { ProgressBar } from "./progress-bar.js";
import { addressOf, parse, report, UsageError } from "./usage.js";

/** How many refused lines are named; the others are counted. */
const MAX_REPORTED = 20;

const DATES = ["emailConfirmedAt", "createdAt"] as const;

/** Why a line is refused although it is a user. */
const ROUNDED = "an integer has more digits than a JavaScript number holds, and would be rounded; write it as a string";

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
  const auth = await createAuth({
    driver: createAuthDriver({ connectionString, schema: values.schema, max: 1 }),
    cookieKey,
  }).connect();
  try {
    const result = await auth.importUsers(lines.users(), {
      onProgress: ({ imported, refused }) => bar.show(lines.bytesRead, `${imported} imported, ${refused} refused`),
    });
    bar.end();
    reportResult(result, lines);
    // Thrown after the report, since the lines before are imported.
    if (lines.failure !== null) throw lines.failure;
  } finally {
    await auth.disconnect();
  }
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
  if (found === null || !isReadable) throw new UsageError("there is no such file, or it cannot be read");
  return found.size;
}

function reportResult({ imported, refused }: ImportResult, lines: Lines): void {
  for (const refusal of refused.slice(0, MAX_REPORTED)) {
    const detail = lines.isRounded(refusal.index) ? `: ${ROUNDED}` : "";
    report(`line ${lines.numberOf(refusal.index)}: ${reasonOf(refusal)}${detail}`);
  }
  if (refused.length > MAX_REPORTED) report(`and ${refused.length - MAX_REPORTED} more`);
  report(`imported ${imported} users, refused ${refused.length}`);
  if (refused.length > 0) process.exitCode = 1;
}

/** Emails are withheld: the output may be kept. */
function reasonOf({ code, field }: RefusedImport): string {
  return field === undefined ? code : `${code} (${field})`;
}

/** The users in a file, a line each. */
class Lines {
  bytesRead = 0;
  /** Why the file was not read to its end; null if it was. */
  failure: UsageError | null = null;
  readonly #file: string;
  /** The numbers of blank lines, which are skipped. */
  readonly #blank: number[] = [];
  /** The indices of users with an integer that would be rounded. */
  readonly #rounded = new Set<number>();

  constructor(file: string) {
    this.#file = file;
  }

  async *users(): AsyncGenerator<UserImport<Json>> {
    const stream = createReadStream(this.#file);
    let number = 0;
    let index = 0;
    try {
      for await (const line of linesOf(textOf(stream))) {
        number += 1;
        this.bytesRead = stream.bytesRead;
        if (line.trim() === "") {
          this.#blank.push(number);
          continue;
        }
        const user = userIn(line);
        const isRounded = typeof user === "object" && hasRoundedInteger(line);
        if (isRounded) this.#rounded.add(index);
        // importUsers refuses a string, so that the refusal is counted at this index.
        yield isRounded ? (line as unknown as UserImport<Json>) : user;
        index += 1;
      }
    } catch (error) {
      // Kept, not thrown: it would reject importUsers, and the users who are imported would not be reported.
      const reason = error instanceof NotUtf8 ? "the file is not UTF-8" : `the file cannot be read (${String(error)})`;
      this.failure = new UsageError(`stopped at line ${number + 1}: ${reason}`);
    }
  }

  /** Returns whether the user at an index is refused for an integer that would be rounded. */
  isRounded(index: number): boolean {
    return this.#rounded.has(index);
  }

  /** Returns the number of the line with the user at an index. */
  numberOf(index: number): number {
    let number = index + 1;
    for (const blank of this.#blank) if (blank <= number) number += 1;
    return number;
  }
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

/** Returns the user in a line. What is no JSON is passed on as it is, to be refused. */
function userIn(line: string): UserImport<Json> {
  try {
    const user = JSON.parse(line) as Record<string, unknown>;
    for (const field of DATES) {
      const value = user[field];
      if (typeof value === "string") user[field] = dateIn(value);
    }
    return user as unknown as UserImport<Json>;
  } catch {
    return line as unknown as UserImport<Json>;
  }
}

import pg from "pg";
import { expect, test, vi } from "vitest";
import { createAuth } from "../../src/auth/index.js";
import { createAuthDriver } from "../../src/postgres/index.js";
import { COOKIE_KEY, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { textOf } from "../support/documents.js";
import { PATIENT } from "../support/patience.js";

const database = useDatabase();

const SUBMIT = "postgres/protocol/pg-internals.ts";

/** The list of docs/architecture.md. */
const PATH = callPath();

function callPath(): string[] {
  const [, section = ""] = textOf("docs/architecture.md").split("\n## Call path of a lookup\n");
  const [text = ""] = section.split("\n## ");
  return Array.from(text.matchAll(/^- `(\S+\.ts)`/gm), ([, file]) => String(file));
}

/** Returns the files of src on a stack, from the outermost call. Calls that follow each other in one file count once. */
function filesOn(stack: string | undefined): string[] {
  const files = Array.from(stack?.matchAll(/.*\/src\/([\w/-]+\.ts):\d+/g) ?? [], ([, file]) => String(file)).reverse();
  return files.filter((file, index) => file !== files[index - 1]);
}

/** Returns the stacks on which a Bind message is written while `work` runs. */
async function stacksOfBind(work: () => Promise<unknown>): Promise<(string | undefined)[]> {
  const stacks: (string | undefined)[] = [];
  const { prototype } = pg.Connection as unknown as { prototype: { bind(message: unknown): void } };
  const bind = prototype.bind;
  const spy = vi.spyOn(prototype, "bind").mockImplementation(function (this: unknown, message) {
    stacks.push(new Error("bind").stack);
    bind.call(this, message);
  });
  await work().finally(() => spy.mockRestore());
  return stacks;
}

test("a lookup passes through the files of docs/architecture.md, each of them once", async () => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const driver = createAuthDriver({ ...PATIENT, connectionString: database.url, max: 1, idleTimeoutMillis: 600_000 });
  const auth = await createAuth({ driver, cookieKey: COOKIE_KEY }).connect();
  try {
    const { id } = await auth.createSession({ userId: (await createUser(auth)).id });
    const lookUp = (calls: number) => () => Promise.all(Array.from({ length: calls }, () => auth.getSession(id)));
    const bound = [...(await stacksOfBind(lookUp(1))), ...(await stacksOfBind(lookUp(1)))];
    // Until the first statement of several is prepared, the response to it sends the others.
    await lookUp(12)();
    bound.push(...(await stacksOfBind(lookUp(12))));
    await driver.disconnect();
    // The function that refuses the call now would have queued it.
    const refused: Error = await auth.getSession(id).catch((error) => error);
    const queued = filesOn(refused.stack);
    expect(queued.slice(0, 3)).toEqual(PATH.slice(0, 3));
    expect(new Set(bound.map((stack) => filesOn(stack).join()))).toEqual(
      new Set([
        PATH.slice(2).join(),
        // A pipelined statement is sent before pg submits it.
        PATH.slice(2)
          .filter((file) => file !== SUBMIT)
          .join(),
      ]),
    );
  } finally {
    Error.stackTraceLimit = limit;
    await auth.disconnect();
  }
});

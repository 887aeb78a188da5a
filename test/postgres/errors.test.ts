import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import type { PevensieErrorCode } from "../../src/errors/index.js";
import { connectError } from "../../src/postgres/pool/connect-errors.js";
import { sanitizeCause } from "../../src/postgres/protocol/sanitize.js";
import { type StatementKind, translateStatementError } from "../../src/postgres/protocol/statement-errors.js";
import { createUser, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { errorOf } from "../support/fault-outcome.js";

const database = useDatabase();
const auth = useAuth(database.url);

/** The error with which Postgres answers. */
async function answered(statement: string): Promise<unknown> {
  return database.rows(statement).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Everything that a log could show of an error. */
function everythingOf(error: unknown): string {
  return [inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error), String(error)].join("\n");
}

const raise = (state: string) =>
  answered(
    `do $$ begin raise exception using errcode = '${state}', message = 'planted', detail = 'planted detail'; end $$`,
  );

describe("SQLSTATE", () => {
  const codes: readonly (readonly [state: string, kind: StatementKind, code: PevensieErrorCode])[] = [
    ["23505", "once", "CONSTRAINT_VIOLATED"],
    ["23503", "once", "CONSTRAINT_VIOLATED"],
    ["23514", "once", "CONSTRAINT_VIOLATED"],
    ["57014", "once", "TIMEOUT"],
    ["57014", "idempotent", "TIMEOUT"],
    ["42P01", "idempotent", "SCHEMA_OUTDATED"],
    ["42703", "once", "SCHEMA_OUTDATED"],
    ["42883", "idempotent", "SCHEMA_OUTDATED"],
    ["3F000", "idempotent", "SCHEMA_OUTDATED"],
    ["57P01", "idempotent", "CONNECTION_UNAVAILABLE"],
    ["57P01", "once", "CONNECTION_UNAVAILABLE"],
    ["57P03", "once", "CONNECTION_UNAVAILABLE"],
    ["25P03", "once", "CONNECTION_UNAVAILABLE"],
    ["25P04", "once", "CONNECTION_UNAVAILABLE"],
    ["25P04", "idempotent", "CONNECTION_UNAVAILABLE"],
    ["57P02", "idempotent", "CONNECTION_UNAVAILABLE"],
    // The server went down while the statement may have been at its commit.
    ["57P02", "once", "OUTCOME_UNKNOWN"],
    ["08006", "idempotent", "CONNECTION_UNAVAILABLE"],
    ["08006", "once", "OUTCOME_UNKNOWN"],
    ["40001", "once", "DATABASE_ERROR"],
    ["25006", "idempotent", "CONNECTION_UNAVAILABLE"],
    ["25006", "once", "CONNECTION_UNAVAILABLE"],
    ["53100", "once", "DATABASE_ERROR"],
    ["XX000", "idempotent", "DATABASE_ERROR"],
  ];

  test.each(codes)("%s of a %s is %s", async (state, kind, code) => {
    const error = translateStatementError(await raise(state), kind);
    expect(error.code).toBe(code);
    expect(error.cause).toMatchObject({ code: state });
    expect(everythingOf(error)).not.toContain("planted detail");
  });

  test("a socket error makes the outcome of a write ambiguous, and not that of a read", () => {
    const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    expect(translateStatementError(reset, "once")).toMatchObject({
      code: "OUTCOME_UNKNOWN",
      cause: { code: "ECONNRESET" },
    });
    expect(translateStatementError(reset, "idempotent").code).toBe("CONNECTION_UNAVAILABLE");
  });
});

describe("constraints", () => {
  test("the email's and the phone number's have codes of their own", async () => {
    const [email, phoneNumber] = [uniqueEmail(), "+44 planted-number"];
    await createUser(auth.current, { email, phoneNumber });
    const taken = await errorOf(createUser(auth.current, { email }));
    expect(taken.code).toBe("EMAIL_TAKEN");
    expect(taken.cause).toMatchObject({ code: "23505", constraint: "user_email_unique_idx" });
    expect(everythingOf(taken)).not.toContain(email);
    const number = await errorOf(createUser(auth.current, { phoneNumber }));
    expect(number.code).toBe("PHONE_NUMBER_TAKEN");
    expect(everythingOf(number)).not.toContain("planted-number");
  });

  test.each([
    ["user_email_unique_idx_102008", "EMAIL_TAKEN"],
    ["user_phone_number_unique_idx_102008", "PHONE_NUMBER_TAKEN"],
    ["user_email_unique_idx_of_mine", "CONSTRAINT_VIOLATED"],
    ["user_email_unique_idx_", "CONSTRAINT_VIOLATED"],
  ])("a shard's constraint %s is %s", (constraint, code) => {
    const violation = Object.assign(new Error("violated"), { code: "23505", severity: "ERROR", constraint });
    expect(translateStatementError(violation, "once").code).toBe(code);
  });

  test.each([
    ["user_email_unique_idx_102008", "EMAIL_TAKEN"],
    ["user_phone_number_unique_idx_102008", "PHONE_NUMBER_TAKEN"],
    ["user_email_unique_idx_of_mine", "CONSTRAINT_VIOLATED"],
  ])("a constraint %s that only the message names is %s", (constraint, code) => {
    const message = `duplicate key value violates unique constraint "${constraint}"`;
    const violation = Object.assign(new Error(message), { code: "23505", severity: "ERROR" });
    expect(translateStatementError(violation, "once").code).toBe(code);
  });

  test("the error names any other constraint, without the row", async () => {
    await database.pool.query(`alter table pevensie."user" add constraint no_planted check (role <> 'planted-role')`);
    try {
      const error = await errorOf(createUser(auth.current, { role: "planted-role" }));
      expect(error.code).toBe("CONSTRAINT_VIOLATED");
      expect(error.message).toContain("no_planted");
      expect(error.cause).toMatchObject({ code: "23514", schema: "pevensie", table: "user", constraint: "no_planted" });
      expect(everythingOf(error)).not.toMatch(/planted-role|@example\.com|argon2/);
    } finally {
      await database.pool.query(`alter table pevensie."user" drop constraint no_planted`);
    }
  });

  test("an index of the application's own on the email is not the email's", async () => {
    const name = randomUUID();
    await database.pool.query(`create unique index own_idx on pevensie."user" (split_part(email, '@', 1))`);
    try {
      await createUser(auth.current, { email: `${name}@example.com` });
      const error = await errorOf(createUser(auth.current, { email: `${name}@example.org` }));
      expect(error).toMatchObject({ code: "CONSTRAINT_VIOLATED", cause: { constraint: "own_idx" } });
      expect(everythingOf(error)).not.toContain(name);
    } finally {
      await database.pool.query("drop index pevensie.own_idx");
    }
  });
});

describe("the cause", () => {
  test("has no value of a row or a parameter", async () => {
    const error = (await answered("select 'planted-value'::uuid")) as pg.DatabaseError;
    expect(error.message).toContain("planted-value");
    const cause = sanitizeCause(error);
    expect(cause).toMatchObject({ name: "DatabaseError", code: "22P02", severity: "ERROR" });
    expect(everythingOf(cause)).not.toContain("planted-value");
  });

  test("has only properties that are known to be safe, whatever the error has", () => {
    const secret = "planted-value";
    const unsafe = ["detail", "hint", "where", "internalQuery", "query", "parameters", "position", "dataType", "stack"];
    fc.assert(
      fc.property(
        fc.subarray(unsafe, { minLength: 1 }),
        fc.constantFrom("23505", "22001", "22P02", "XX000"),
        (names, code) => {
          const error = Object.assign(new Error("message"), { code, severity: "ERROR", client: { password: secret } });
          for (const name of names) Object.assign(error, { [name]: secret });
          expect(everythingOf(sanitizeCause(error))).not.toContain(secret);
        },
      ),
    );
  });

  test.each([undefined, null, "text", 5, {}, new Error("")])(
    "of a value that is not an error (%j) is an error",
    (thrown) => {
      expect(sanitizeCause(thrown)).toBeInstanceOf(Error);
      expect(sanitizeCause(thrown).message).not.toBe("");
      expect(connectError(thrown, { names: "" }).code).toBe("CONNECTION_UNAVAILABLE");
    },
  );
});

import { describe, expect, test } from "vitest";
import { PevensieError, type PevensieErrorCode } from "../../src/errors/index.js";
import { httpHeadersOf, httpStatusOf } from "../../src/web/index.js";
import { textOf } from "../support/documents.js";

const errorWith = (code: string, retryAfterSeconds?: number) =>
  new PevensieError(code as PevensieErrorCode, "a message", { retryAfterSeconds });

/** By code, as docs/errors.md has them. */
const documented = new Map(
  [...textOf("docs/errors.md").matchAll(/^\| (`[A-Z_`, ]+`) \|.*\| (\d{3}) \|$/gm)].flatMap(
    ({ 1: codes = "", 2: status = "" }) =>
      [...codes.matchAll(/`([A-Z_]+)`/g)].map(({ 1: code = "" }) => [code, Number(status)] as const),
  ),
);

describe("httpStatusOf", () => {
  test("G63: returns the documented status of every code", () => {
    expect(documented.size).toBe(25);
    for (const [code, status] of documented) expect([code, httpStatusOf(errorWith(code))]).toEqual([code, status]);
  });

  test("is 500 for what is no error of the package, and for a code of a newer copy", () => {
    for (const value of [new Error("x"), "x", null, undefined, 404, { status: 404 }, errorWith("toString")]) {
      expect(httpStatusOf(value)).toBe(500);
    }
  });

  test("keeps the status that an error of the framework has, if it is one of an error", () => {
    const withStatus = (properties: object) => httpStatusOf(Object.assign(new Error("x"), properties));
    expect(withStatus({ status: 413 })).toBe(413);
    expect(withStatus({ statusCode: 415 })).toBe(415);
    for (const status of [200, 302, 399, 600, 404.5, "404", Number.NaN]) expect(withStatus({ status })).toBe(500);
  });
});

describe("httpHeadersOf", () => {
  test("G63: has Retry-After in whole seconds, rounded up, if the error says when to try again", () => {
    const retryAfter = (seconds: number) => new Headers(httpHeadersOf(errorWith("TOO_MANY_ATTEMPTS", seconds)));
    expect(retryAfter(0.001).get("Retry-After")).toBe("1");
    expect(retryAfter(60).get("Retry-After")).toBe("60");
    expect(retryAfter(60.5).get("Retry-After")).toBe("61");
    for (const value of [errorWith("OVERLOADED"), new Error("x"), null]) expect(httpHeadersOf(value)).toEqual([]);
  });
});

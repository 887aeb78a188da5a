import { randomUUID } from "node:crypto";
import { describe, test, vi } from "vitest";
import type { Session } from "../../src/auth/index.js";
import { PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { useWatchedAuth } from "../support/watched-auth.js";

// The real thing, counted.
const argon2 = vi.hoisted(() => ({ runs: 0 }));
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  const counted =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      argon2.runs += 1;
      return work(...args);
    };
  return { ...real, hash: counted(real.hash), verify: counted(real.verify) };
});

const database = useDatabase();
const watched = useWatchedAuth(database.url, () => argon2.runs);

const ID = randomUUID();
const NOW = new Date();
const TOKEN = { userId: ID, tokenType: "password-reset", token: "pr_x" } as const;
const newUser = (overrides: object) =>
  watched.auth.createUserWithEmail({ email: uniqueEmail(), password: PASSWORD, userMetadata: {}, ...overrides });

/** An argument: which field names it, and a call that has the given value there and is right otherwise. */
interface Argument {
  readonly field: string;
  readonly call: (value: never) => unknown;
  /** Whether null and undefined are right. */
  readonly optional?: true;
  readonly nullable?: true;
  /** Whether undefined is right, and null is not. */
  readonly mayBeUndefined?: true;
}

const TEXTS: Readonly<Record<string, Argument>> = {
  "getUserById.userId": { field: "userId", call: (value) => watched.auth.getUserById(value) },
  "getUserByEmail.email": { field: "email", call: (value) => watched.auth.getUserByEmail(value) },
  "getUserByPhoneNumber.phoneNumber": {
    field: "phoneNumber",
    call: (value) => watched.auth.getUserByPhoneNumber(value),
  },
  "getUserByEmailAndPassword.email": {
    field: "email",
    call: (value) => watched.auth.getUserByEmailAndPassword(value, PASSWORD),
  },
  "getUserByEmailAndPassword.password": {
    field: "password",
    call: (value) => watched.auth.getUserByEmailAndPassword(uniqueEmail(), value),
  },
  "createUserWithEmail.email": { field: "email", call: (email) => newUser({ email }) },
  "createUserWithEmail.password": { field: "password", call: (password) => newUser({ password }), nullable: true },
  "createUserWithEmail.role": { field: "role", call: (role) => newUser({ role }), optional: true },
  "createUserWithEmail.phoneNumber": {
    field: "phoneNumber",
    call: (phoneNumber) => newUser({ phoneNumber }),
    optional: true,
  },
  "updateUser.userId": { field: "userId", call: (value) => watched.auth.updateUser(value, { role: "x" }) },
  "updateUser.role": {
    field: "role",
    call: (role) => watched.auth.updateUser(watched.userId, { role }),
    optional: true,
  },
  "updateUser.email": {
    field: "email",
    call: (email) => watched.auth.updateUser(watched.userId, { email: email ?? (5 as never) }),
  },
  "updateUser.phoneNumber": {
    field: "phoneNumber",
    call: (phoneNumber) => watched.auth.updateUser(watched.userId, { phoneNumber }),
    optional: true,
  },
  "updateUser.password": {
    field: "password",
    call: (password) => watched.auth.updateUser(watched.userId, { password }),
    optional: true,
  },
  "setUserRole.userId": { field: "userId", call: (value) => watched.auth.setUserRole(value, "x") },
  "setUserRole.role": {
    field: "role",
    call: (value) => watched.auth.setUserRole(watched.userId, value),
    nullable: true,
  },
  "setUserEmail.userId": { field: "userId", call: (value) => watched.auth.setUserEmail(value, uniqueEmail()) },
  "setUserEmail.email": { field: "email", call: (value) => watched.auth.setUserEmail(watched.userId, value) },
  "setUserPassword.userId": { field: "userId", call: (value) => watched.auth.setUserPassword(value, PASSWORD) },
  "setUserPassword.password": {
    field: "password",
    call: (value) => watched.auth.setUserPassword(watched.userId, value),
    nullable: true,
  },
  "setUserPassword.keepSessionId": {
    field: "keepSessionId",
    call: (keepSessionId) =>
      watched.auth.setUserPassword(watched.userId, PASSWORD, { keepSessionId: keepSessionId ?? (5 as never) }),
  },
  "updateLastSignIn.userId": { field: "userId", call: (value) => watched.auth.updateLastSignIn(value, NOW) },
  "updateUserMetadata.userId": { field: "userId", call: (value) => watched.auth.updateUserMetadata(value, {}) },
  "deleteUserById.userId": { field: "userId", call: (value) => watched.auth.deleteUserById(value) },
  "createSession.userId": { field: "userId", call: (value) => watched.auth.createSession({ userId: value }) },
  "createSession.ip": {
    field: "ip",
    call: (ip) => watched.auth.createSession({ userId: watched.userId, ip }),
    optional: true,
  },
  "createSession.userAgent": {
    field: "userAgent",
    call: (userAgent) => watched.auth.createSession({ userId: watched.userId, userAgent }),
    optional: true,
  },
  "getSession.sessionId": { field: "sessionId", call: (value) => watched.auth.getSession(value) },
  "getSession.ip": { field: "ip", call: (ip) => watched.auth.getSession(ID, { ip }), optional: true },
  "getSession.userAgent": {
    field: "userAgent",
    call: (userAgent) => watched.auth.getSession(ID, { userAgent }),
    optional: true,
  },
  "deleteSession.sessionId": { field: "sessionId", call: (value) => watched.auth.deleteSession(value) },
  "logInUser.email": { field: "email", call: (email) => watched.auth.logInUser({ email, password: PASSWORD }) },
  "logInUser.password": {
    field: "password",
    call: (password) => watched.auth.logInUser({ email: uniqueEmail(), password }),
  },
  "logInUser.replaceSessionId": {
    field: "replaceSessionId",
    call: (replaceSessionId) => watched.auth.logInUser({ email: uniqueEmail(), password: PASSWORD, replaceSessionId }),
    optional: true,
  },
  "logInUser.ip": {
    field: "ip",
    call: (ip) => watched.auth.logInUser({ email: uniqueEmail(), password: PASSWORD, ip }),
    optional: true,
  },
  "logInUser.userAgent": {
    field: "userAgent",
    call: (userAgent) => watched.auth.logInUser({ email: uniqueEmail(), password: PASSWORD, userAgent }),
    optional: true,
  },
  "createSessionCookie.session": {
    field: "session.id",
    call: (id) => watched.auth.createSessionCookie({ id } as unknown as Session),
  },
  "validateSessionCookie.cookie": { field: "cookie", call: (value) => watched.auth.validateSessionCookie(value) },
  "createOneTimeToken.userId": {
    field: "userId",
    call: (value) => watched.auth.createOneTimeToken({ userId: value, tokenType: "password-reset", ttlSeconds: 60 }),
  },
  "createOneTimeToken.tokenType": {
    field: "tokenType",
    call: (tokenType) => watched.auth.createOneTimeToken({ userId: watched.userId, tokenType, ttlSeconds: 60 }),
  },
  "validateOneTimeToken.token": {
    field: "token",
    call: (token) => watched.auth.validateOneTimeToken({ ...TOKEN, token }),
  },
  "useOneTimeToken.token": { field: "token", call: (token) => watched.auth.useOneTimeToken({ ...TOKEN, token }) },
  "deleteOneTimeToken.token": { field: "token", call: (token) => watched.auth.deleteOneTimeToken({ ...TOKEN, token }) },
  "validateOneTimeToken.userId": {
    field: "userId",
    call: (value) => watched.auth.validateOneTimeToken({ ...TOKEN, userId: value }),
    mayBeUndefined: true,
  },
  "useOneTimeToken.tokenType": {
    field: "tokenType",
    call: (tokenType) => watched.auth.useOneTimeToken({ ...TOKEN, tokenType }),
  },
  "deleteOneTimeToken.tokenType": {
    field: "tokenType",
    call: (tokenType) => watched.auth.deleteOneTimeToken({ ...TOKEN, tokenType }),
  },
  "resetPassword.token": {
    field: "token",
    call: (token) => watched.auth.resetPassword({ token, password: PASSWORD }),
  },
  "resetPassword.password": {
    field: "password",
    call: (password) => watched.auth.resetPassword({ token: TOKEN.token, password }),
  },
  "listUsers.filters.id": {
    field: "filters.id",
    call: (value) => watched.auth.listUsers({ filters: { id: [value] } }),
  },
  "listUsers.filters.email": {
    field: "filters.email",
    call: (value) => watched.auth.listUsers({ filters: { email: [value] } }),
  },
  "listUsers.filters.phoneNumber": {
    field: "filters.phoneNumber",
    call: (value) => watched.auth.listUsers({ filters: { phoneNumber: [value] } }),
  },
};

describe("texts", () => {
  const wrongTypes = [
    ["a"],
    [],
    {},
    { length: 1 },
    new String("text"),
    5,
    5n,
    Number.NaN,
    true,
    Symbol("s"),
    () => "x",
  ];

  test.each(Object.entries(TEXTS))("G1: %s that is not text is refused before any SQL", async (_, argument) => {
    const absent = [
      ...(argument.optional || argument.mayBeUndefined ? [] : [undefined]),
      ...(argument.optional || argument.nullable ? [] : [null]),
    ];
    for (const value of [...wrongTypes, ...absent]) {
      await watched.expectRefused(argument.field, () => argument.call(value as never));
    }
  });

  const FREE_TEXTS = Object.entries(TEXTS).filter(([, { field }]) => !/Id$|id$|token|cookie|^ip$/.test(field));

  test.each(FREE_TEXTS)("G2: %s with a NUL or a lone surrogate is refused before any SQL", async (_, argument) => {
    for (const bad of ["\0", "\ud800", "\udc00", "\udc00\ud800"]) {
      await watched.expectRefused(argument.field, () => argument.call(`longer text ${bad}@example.com` as never));
    }
  });
});

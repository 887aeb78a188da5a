import { code, type Mutation, tests } from "./mutation.js";

const STORE = "src/postgres/drivers/auth/user-store.ts";
const CHANGES = "src/postgres/drivers/auth/user-changes.ts";

/** What would put emails and phone numbers into the server's log. */
export const SERVER_LOG: readonly Mutation[] = [
  {
    guard: "A sign-up that is refused puts no email and no phone number into the server's log",
    edits: [code(STORE, "statements.createUserUnlessTaken, params", "statements.createUser, params")],
    tests: [tests("auth/server-log", "of a sign-up that is refused", "of one of two concurrent sign-ups")],
  },
  {
    guard: "A change that is refused puts no email and no phone number into the server's log",
    edits: [code(CHANGES, "    await executor.read(statements.refuseTaken, { id, ...claims, isNew: false });\n", "")],
    tests: [tests("auth/server-log", "of a change that is refused")],
  },
  {
    guard: "A sign-up continues if the other user is deleted meanwhile",
    edits: [
      code(
        STORE,
        "const [row] = await this.executor.write(statements.createUser, params);",
        "const [row] = [] as queries.ICreateUserResult[];",
      ),
    ],
    tests: [tests("auth/server-log", "a sign-up succeeds if the user is deleted", "an index of the application's own")],
  },
  {
    guard: "The phone number of an unknown user is not looked up",
    edits: [code(CHANGES, "{ id, ...claims, isNew: false }", "{ id, ...claims, isNew: true }")],
    tests: [tests("auth/server-log", "USER_NOT_FOUND comes before EMAIL_TAKEN")],
  },
];

import { randomUUID } from "node:crypto";
import type { AuthDriver } from "../../auth/index.js";
import { apiKeysContract } from "./auth-driver-api-keys.js";
import {
  type AuthContractContext,
  type AuthDriverVariant,
  newEmail,
  PASSWORD_HASH,
  readerWith,
} from "./auth-driver-context.js";
import { identitiesContract } from "./auth-driver-identities.js";
import { logInsContract } from "./auth-driver-log-ins.js";
import { loginSessionsContract } from "./auth-driver-login-sessions.js";
import { mailboxLogInsContract } from "./auth-driver-mailbox-log-ins.js";
import { sessionLivesContract } from "./auth-driver-session-lives.js";
import { sessionsContract } from "./auth-driver-sessions.js";
import { tokensContract } from "./auth-driver-tokens.js";
import { updatesContract } from "./auth-driver-updates.js";
import { userLivesContract } from "./auth-driver-user-lives.js";
import { userTokensContract } from "./auth-driver-user-tokens.js";
import { usersContract } from "./auth-driver-users.js";

import type { ContractRunner } from "./runner.js";

export type { AuthBackdoor, AuthDriverVariant } from "./auth-driver-context.js";

/**
 * Declares the tests that every AuthDriver has to pass, whatever its storage.
 *
 * @param name - names the driver in the titles of the tests
 * @param runner - the functions of a test runner
 * @example
 * import { afterAll, beforeAll, describe, expect, test } from "vitest";
 *
 * const runner = { describe, test, expect, beforeAll, afterAll };
 * authDriverContract("my database", { createDriver: () => createMyDriver(), backdoor }, runner);
 */
export function authDriverContract(name: string, variant: AuthDriverVariant, runner: ContractRunner): void {
  const { afterAll, beforeAll, describe } = runner;
  describe(`AuthDriver: ${name}`, () => {
    let driver: AuthDriver;
    beforeAll(async () => {
      driver = variant.createDriver();
      await driver.connect();
    });
    afterAll(() => driver.disconnect());
    const context: AuthContractContext = {
      get driver() {
        return driver;
      },
      backdoor: variant.backdoor,
      runner,
      asRead: readerWith(runner.expect),
      createUser: (overrides) =>
        driver.createUser({
          email: newEmail(),
          role: null,
          phoneNumber: null,
          passwordHash: PASSWORD_HASH,
          userMetadata: "{}",
          ...overrides,
        }),
    };

    usersContract(context);
    updatesContract(context);
    userLivesContract(context);
    sessionsContract(context);
    sessionLivesContract(context);
    tokensContract(context);
    userTokensContract(context);
    logInsContract(context);
    loginSessionsContract(context);
    mailboxLogInsContract(context);
    identitiesContract(context);
    apiKeysContract(context);
    connectionContract(variant, runner);
  });
}

function connectionContract({ createDriver }: AuthDriverVariant, { describe, expect, test }: ContractRunner): void {
  describe("connection", () => {
    test("a driver works after connect() alone, and again after disconnect() and connect()", async () => {
      const driver = createDriver();
      await expect(driver.getUserById(randomUUID())).rejects.toMatchObject({ code: "NOT_CONNECTED" });
      await driver.connect();
      await expect(driver.getUserById(randomUUID())).resolves.toBeNull();
      await driver.disconnect();
      await expect(driver.getUserById(randomUUID())).rejects.toMatchObject({ code: "NOT_CONNECTED" });
      await driver.connect();
      await expect(driver.getUserById(randomUUID())).resolves.toBeNull();
      await driver.disconnect();
    });

    test("a second connect() is ALREADY_CONNECTED, also while the first is in flight, and has no effect", async () => {
      const driver = createDriver();
      const first = driver.connect();
      await expect(driver.connect()).rejects.toMatchObject({ code: "ALREADY_CONNECTED" });
      await first;
      await expect(driver.connect()).rejects.toMatchObject({ code: "ALREADY_CONNECTED" });
      await expect(driver.getUserById(randomUUID())).resolves.toBeNull();
      await driver.disconnect();
    });

    test("disconnect() is idempotent, also without connect()", async () => {
      const driver = createDriver();
      await driver.disconnect();
      await driver.connect();
      await Promise.all([driver.disconnect(), driver.disconnect()]);
      await driver.disconnect();
      await expect(driver.getUserById(randomUUID())).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    });
  });
}

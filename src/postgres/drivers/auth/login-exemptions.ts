import * as statements from "#generated/statements.js";
import type { NewLogInExemption } from "../../../auth/driver/index.js";
import type { Executor } from "../../execution/executor.js";

/** Grants a user exemptions from the budgets of failed logins, unless the password has changed. */
export async function grantExemptions(
  executor: Pick<Executor, "write">,
  userId: string,
  passwordHash: string,
  exemptions: readonly NewLogInExemption[],
): Promise<void> {
  await executor.write(statements.grantLogInExemptions, {
    userId,
    passwordHash,
    scopes: exemptions.map(({ scope }) => scope),
    budgetKeys: exemptions.map(({ budgetKey }) => budgetKey),
    ttlsSeconds: exemptions.map(({ ttlSeconds }) => ttlSeconds),
  });
}

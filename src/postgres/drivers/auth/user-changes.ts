import type * as queries from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type { UserChanges } from "../../../auth/driver/index.js";
import type { Executor } from "../../execution/executor.js";
import { formatTimestamptz } from "../../protocol/encode.js";

/** Refuses a taken value before the update, whose own error would write the value to the server's log. */
export async function changeUser(
  executor: Pick<Executor, "read" | "write">,
  params: queries.IUpdateUserParams,
): Promise<queries.IUpdateUserResult[]> {
  const { id, email, phoneNumber } = params;
  const claims = { email: email ?? null, phoneNumber: phoneNumber ?? null };
  if (claims.email !== null || claims.phoneNumber !== null) {
    await executor.read(statements.refuseTaken, { id, ...claims, isNew: false });
  }
  return executor.write(statements.updateUser, params);
}

/** Returns the parameters of updateUser. */
export function updateParams(
  id: string,
  changes: UserChanges,
  accessVersion: string | null = null,
): queries.IUpdateUserParams {
  return {
    id,
    accessVersion,
    setRole: "role" in changes,
    role: changes.role ?? null,
    setEmail: "email" in changes,
    email: changes.email ?? null,
    setEmailConfirmedAt: "emailConfirmedAt" in changes,
    emailConfirmedAt: timestamp(changes.emailConfirmedAt),
    setPhoneNumber: "phoneNumber" in changes,
    phoneNumber: changes.phoneNumber ?? null,
    setPhoneNumberConfirmedAt: "phoneNumberConfirmedAt" in changes,
    phoneNumberConfirmedAt: timestamp(changes.phoneNumberConfirmedAt),
    setPasswordHash: "passwordHash" in changes,
    passwordHash: changes.passwordHash ?? null,
    setLastSignIn: "lastSignIn" in changes,
    lastSignIn: timestamp(changes.lastSignIn),
    setAppMetadata: "appMetadata" in changes,
    appMetadata: changes.appMetadata ?? null,
    setUserMetadata: "userMetadata" in changes,
    userMetadata: changes.userMetadata ?? null,
    setBannedUntil: "bannedUntil" in changes,
    bannedUntil: timestamp(changes.bannedUntil),
  };
}

/** Returns a parameter of the type timestamptz. */
export function timestamp(date: Date | null | undefined): string | null {
  return date ? formatTimestamptz(date) : null;
}

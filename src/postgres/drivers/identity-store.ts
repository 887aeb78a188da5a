import { uuidv7 } from "uuidv7";
import * as statements from "#generated/statements.js";
import type { Identity, IdentityKey, IdentityLoggedIn, IdentityLogIn } from "../../auth/driver.js";
import { invalidInput, PevensieError } from "../../errors/index.js";
import type { Executor } from "../execution/executor.js";
import { LogInStore, signIn } from "./log-in-store.js";
import { toIdentity } from "./rows.js";
import { userBanned, userNotFound } from "./user-store.js";

/** The functions of an AuthDriver that concern identities. */
export class IdentityStore extends LogInStore {
  logInWithIdentity(logIn: IdentityLogIn): Promise<IdentityLoggedIn> {
    const { issuer, subject } = logIn.identity;
    return this.executor.transaction(async (transaction) => {
      // Logins of one identity come one after the other: a second one finds what the first one created.
      await transaction.write(statements.lockIdentity, { issuer, subject });
      const [owner] = await transaction.read(statements.getIdentityOwner, { issuer, subject });
      if (owner?.banned) throw userBanned();
      if (owner !== undefined) return enter(transaction, owner.userId, logIn, "logged-in");
      return this.#logInNewIdentity(transaction, logIn);
    });
  }

  async #logInNewIdentity(transaction: Executor, logIn: IdentityLogIn): Promise<IdentityLoggedIn> {
    const { email } = logIn.identity;
    if (email === null) throw invalidInput("email", "is needed to create a user");
    const [namesake] = await transaction.write(statements.getEmailOwner, { email });
    if (namesake !== undefined) {
      const { userId, isConfirmed, banned } = namesake;
      if (!logIn.emailVerified || !isConfirmed) return { outcome: "link-required", userId };
      if (banned) throw userBanned();
      return enter(transaction, userId, logIn, "logged-in");
    }
    const [created] = await transaction.write(statements.createUserUnlessTaken, {
      id: uuidv7(),
      email,
      role: null,
      phoneNumber: null,
      passwordHash: null,
      appMetadata: "{}",
      userMetadata: logIn.userMetadata,
    });
    // A user with the email was created meanwhile, and is visible now.
    if (created === undefined) return this.#logInNewIdentity(transaction, logIn);
    if (logIn.emailVerified) await transaction.write(statements.confirmUserEmail, { id: created.id });
    return enter(transaction, created.id, logIn, "created");
  }

  linkIdentity(userId: string, identity: IdentityKey & { readonly email: string | null }): Promise<Identity> {
    const { issuer, subject, email } = identity;
    return this.executor.transaction(async (transaction) => {
      await transaction.write(statements.lockIdentity, { issuer, subject });
      const locked = await transaction.write(statements.lockUser, { userId });
      if (locked.length === 0) throw userNotFound();
      const saved = { issuer, subject, email, userId, isUsed: false };
      const [row] = await transaction.write(statements.saveIdentity, saved);
      if (row === undefined) {
        throw new PevensieError("IDENTITY_TAKEN", "Another user logs in with this identity.");
      }
      return toIdentity(row);
    });
  }

  async unlinkIdentity(userId: string, { issuer, subject }: IdentityKey): Promise<void> {
    await this.executor.transaction(async (transaction) => {
      await transaction.write(statements.lockUser, { userId });
      const deleted = await transaction.write(statements.deleteIdentity, { issuer, subject, userId });
      if (deleted.length === 0) return;
      const [standing] = await transaction.read(statements.hasLogInMethod, { userId });
      if (standing?.hasOne === false) {
        const message = "Without this identity the user could not log in: set a password or link another one first.";
        throw new PevensieError("LAST_LOGIN_METHOD", message);
      }
    });
  }

  async listIdentities(userId: string): Promise<Identity[]> {
    return (await this.executor.read(statements.listIdentities, { userId })).map(toIdentity);
  }
}

/** Logs the user in and keeps the identity, which may be new. */
async function enter(
  transaction: Executor,
  userId: string,
  logIn: IdentityLogIn,
  outcome: "logged-in" | "created",
): Promise<IdentityLoggedIn> {
  const loggedIn = await signIn(transaction, { userId }, logIn);
  // Deleted or banned since it was found.
  if (loggedIn === null) throw userBanned();
  await transaction.write(statements.saveIdentity, { ...logIn.identity, userId, isUsed: true });
  return { outcome, loggedIn };
}

import { uuidv7 } from "uuidv7";
import * as statements from "#generated/statements.js";
import type { Identity, IdentityKey, IdentityLoggedIn, IdentityLogIn } from "../../../auth/driver/index.js";
import { changedConcurrently, invalidInput, PevensieError, userBanned, userNotFound } from "../../../errors/index.js";
import type { Executor } from "../../execution/executor.js";
import { LoginStore, recordLogin } from "./login-store.js";
import { toIdentity } from "./rows.js";

/** The functions of an AuthDriver that concern identities. */
export class IdentityStore extends LoginStore {
  logInWithIdentity(logIn: IdentityLogIn): Promise<IdentityLoggedIn> {
    const { issuer, subject } = logIn.identity;
    return this.executor.transaction(async (transaction) => {
      // Logins of one identity come one after the other: a second one finds what the first one created.
      await transaction.write(statements.lockIdentity, { issuer, subject });
      const [found] = await transaction.read(statements.getIdentityOwner, { issuer, subject });
      if (found === undefined) return logInNewIdentity(transaction, logIn);
      await transaction.write(statements.lockUser, { userId: found.userId });
      // Read again under the lock: a first proof of the mailbox, or unlinkIdentity, may have removed it meanwhile.
      const [owner] = await transaction.read(statements.getIdentityOwner, { issuer, subject });
      if (owner === undefined) return logInNewIdentity(transaction, logIn);
      if (owner.banned) throw userBanned();
      await transaction.write(statements.useIdentity, { ...logIn.identity, userId: owner.userId });
      return finishLogin(transaction, owner.userId, logIn, "logged-in");
    });
  }

  linkIdentity(userId: string, identity: IdentityKey & { readonly email: string | null }): Promise<Identity> {
    const { issuer, subject, email } = identity;
    // Kept when the transaction is retried after a deadlock, such as with a first proof of the mailbox.
    let requested: string | undefined;
    return this.executor.transaction(async (transaction) => {
      // Read before any wait: lockUser alone would not notice a change for which lockIdentity has waited.
      requested ??= (await transaction.read(statements.getUserAccess, { id: userId }))[0]?.accessVersion;
      await transaction.write(statements.lockIdentity, { issuer, subject });
      const [locked] = await transaction.write(statements.lockUser, { userId });
      if (requested === undefined || locked === undefined || locked.isDeleted) throw userNotFound();
      // Asked for before a change of the password or a first proof of the mailbox: perhaps by a stranger.
      if (locked.accessVersion !== requested) throw changedConcurrently();
      const saved = { issuer, subject, email, userId, isUsed: false };
      const [row] = await transaction.write(statements.saveIdentity, saved);
      if (row === undefined) throw identityTaken();
      return toIdentity(row);
    });
  }

  async unlinkIdentity(userId: string, { issuer, subject }: IdentityKey): Promise<void> {
    await this.executor.transaction(async (transaction) => {
      await transaction.write(statements.lockIdentity, { issuer, subject });
      await transaction.write(statements.lockUser, { userId });
      const key = { userId, issuer, subject };
      const [methods] = await transaction.read(statements.getOtherLogInMethod, key);
      // Before the deletion: a caller's transaction may go on after the error.
      if (methods?.hasIdentity && !methods.hasOther) {
        const message = "Without this identity the user could not log in: set a password or link another one first.";
        throw new PevensieError("LAST_LOGIN_METHOD", message);
      }
      await transaction.write(statements.deleteIdentity, key);
    });
  }

  async listIdentities(userId: string): Promise<Identity[]> {
    return (await this.executor.read(statements.listIdentities, { userId })).map(toIdentity);
  }
}

/** Links a new identity to the user with its email, or creates a user. */
async function logInNewIdentity(transaction: Executor, logIn: IdentityLogIn): Promise<IdentityLoggedIn> {
  const { identity, emailVerified, userMetadata } = logIn;
  const { email } = identity;
  if (email === null) throw invalidInput("email", "is needed to create a user, as one that can be stored");
  const linked = await linkByEmail(transaction, logIn, email);
  if (linked !== null) return linked;
  if (userMetadata === null) throw invalidInput("userMetadata", "is needed to create a user");
  const nobody = { role: null, phoneNumber: null, passwordHash: null, appMetadata: "{}" };
  const user = { ...nobody, id: uuidv7(), email, userMetadata };
  let [created] = await transaction.write(statements.createUserUnlessTaken, user);
  if (created === undefined) {
    // A user with the email was created meanwhile, and is visible now.
    const second = await linkByEmail(transaction, logIn, email);
    if (second !== null) return second;
    // The row violates an index of the application's own, whose error names it.
    [created] = await transaction.write(statements.createUser, user);
  }
  const userId = (created as { id: string }).id;
  if (emailVerified) await transaction.write(statements.confirmUserEmail, { id: userId });
  await link(transaction, userId, logIn);
  return finishLogin(transaction, userId, logIn, "created");
}

/** Returns null if nobody has the email. */
async function linkByEmail(
  transaction: Executor,
  logIn: IdentityLogIn,
  email: string,
): Promise<IdentityLoggedIn | null> {
  const [namesake] = await transaction.write(statements.getEmailOwner, { email });
  if (namesake === undefined) return null;
  const { userId, isConfirmed, banned } = namesake;
  if (!logIn.emailVerified || !isConfirmed) return { outcome: "link-required", userId };
  if (banned) throw userBanned();
  await link(transaction, userId, logIn);
  return finishLogin(transaction, userId, logIn, "logged-in");
}

async function link(transaction: Executor, userId: string, { identity }: IdentityLogIn): Promise<void> {
  const saved = await transaction.write(statements.saveIdentity, { ...identity, userId, isUsed: true });
  // Its user was deleted, and has been restored meanwhile.
  if (saved.length === 0) throw identityTaken();
}

async function finishLogin(
  transaction: Executor,
  userId: string,
  logIn: IdentityLogIn,
  outcome: "logged-in" | "created",
): Promise<IdentityLoggedIn> {
  const loggedIn = await recordLogin(transaction, { userId }, logIn);
  // The user's row is locked, and live: only a ban that has begun since can be in the way.
  if (loggedIn === null) throw userBanned();
  return { outcome, loggedIn };
}

function identityTaken(): PevensieError {
  return new PevensieError("IDENTITY_TAKEN", "Another user logs in with this identity.");
}

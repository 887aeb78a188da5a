import type { NewOneTimeToken, OneTimeTokenKey } from "../../../auth/driver/index.js";
import type { Json } from "../../../json.js";
import type { Executor } from "../../execution/executor.js";

/** A token to create, with the id of its row. */
export interface IdentifiedToken extends NewOneTimeToken {
  readonly id: string;
}

/** What the row of a used token yields. */
export interface UsedTokenRow {
  readonly userId: string;
  readonly payload: Json | null;
}

/** The row of a live token. */
export interface LiveTokenRow extends UsedTokenRow {
  readonly expiresAt: string;
}

/** The statements of a table of one-time tokens. */
export interface TokenTable {
  /** Returns false if the user does not exist, is deleted or is banned. */
  create(executor: Executor, token: IdentifiedToken): Promise<boolean>;
  /** Returns the token if it could be used now. The user of the key is not compared. */
  get(executor: Executor, token: OneTimeTokenKey): Promise<LiveTokenRow | undefined>;
  /** Uses the token. Returns undefined if it is not usable. */
  use(executor: Executor, token: OneTimeTokenKey): Promise<UsedTokenRow | undefined>;
  /** Voids this token and no other. */
  remove(executor: Executor, token: OneTimeTokenKey): Promise<void>;
}

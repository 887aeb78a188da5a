/**
 * One of many concurrent users of an auth and a cache, each with its own users, sessions, tokens and entries, so that it
 * knows what every answer has to be.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Auth, PevensieError, type Session, type User } from "pevensie";
import type { Cache } from "pevensie/cache";
import type { Ledger } from "./ledger.js";
import { type Breaches, Register, type Tally } from "./model.js";

export interface Surroundings {
  readonly auth: Auth;
  readonly cache: Cache;
  readonly ledger: Ledger;
  readonly breaches: Breaches;
  readonly calls: Tally;
  readonly errors: Tally;
  /** Rises when the server is killed, and again when it is back. */
  epoch(): number;
}

interface OwnSession {
  readonly id: string;
  readonly live: Register<boolean>;
}

interface OwnUser {
  readonly id: string;
  readonly email: string;
  readonly metadata: Register<number>;
  /** The live token; null if there is none, "?" if there may be one whose value is unknown. */
  readonly token: Register<string | null>;
  /** The API key that was created last. */
  key: { readonly text: string; readonly id: string; readonly live: Register<boolean> } | null;
  sessions: OwnSession[];
}

interface Entry {
  readonly key: string;
  readonly value: Register<string | null>;
  /** When the value was last known to be there. */
  epoch: number;
}

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PevensieError };

/** What a lost connection, a server that is away or a full pool may bring about. */
const FAULTS: ReadonlySet<string> = new Set(["CONNECTION_UNAVAILABLE", "TIMEOUT"]);

const USERS = 3;
const SESSIONS = 4;
const ENDED = 24;
const ENTRIES = 8;
const PASSWORD = "a password of the soak's";

export class Worker {
  readonly #name: string;
  readonly #on: Surroundings;
  readonly #entries: Entry[];
  /** What was computed for the worker's tagged entry since the last invalidation that was acknowledged. */
  #computed = new Set<string>();
  /** The first one has a password, and is never deleted. */
  readonly #users: OwnUser[] = [];
  /** Sessions that have ended, which must stay so. */
  readonly #ended: string[] = [];
  #number = 0;

  constructor(name: string, surroundings: Surroundings) {
    this.#name = name;
    this.#on = surroundings;
    this.#entries = Array.from({ length: ENTRIES }, (_, index) => ({
      key: `key ${index}`,
      value: new Register<string | null>(null),
      epoch: 0,
    }));
  }

  /** Calls one function after the other until it is stopped; after a crash of the server it reads back all that it knows. */
  async run(stopped: () => boolean): Promise<void> {
    let epoch = this.#on.epoch();
    while (!stopped()) {
      if (epoch !== this.#on.epoch()) {
        epoch = this.#on.epoch();
        await this.verify();
      }
      if (!(await this.#step())) await sleep(20 + Math.random() * 200);
    }
  }

  /** Reads back all that it has written. */
  async verify(): Promise<void> {
    for (const user of this.#users) {
      await this.#untilAnswered(() => this.#readUser(user));
      await this.#untilAnswered(() => this.#readToken(user));
      await this.#untilAnswered(() => this.#readKey(user));
      for (const session of user.sessions) await this.#untilAnswered(() => this.#readSession(session));
    }
    for (const id of this.#ended) await this.#untilAnswered(() => this.#readEnded(id));
    for (const entry of this.#entries) await this.#untilAnswered(() => this.#readEntry(entry));
  }

  async #untilAnswered(read: () => Promise<boolean>): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if (await read()) return;
      await sleep(100);
    }
    this.#on.breaches.add("nothing heals", `${this.#name} had no response to a read 200 times`);
  }

  /** One call, sometimes two or three. False where it failed. */
  async #step(): Promise<boolean> {
    const [first] = this.#users;
    if (first === undefined) return this.#createUser(PASSWORD);
    const user = pick(this.#users) ?? first;
    const other = pick(this.#users.slice(1));
    const session = pick(user.sessions);
    const ended = pick(this.#ended);
    const entry = pick(this.#entries) as Entry;
    const steps: readonly (readonly [number, (() => Promise<boolean>) | null])[] = [
      [25, session ? () => this.#readSession(session) : null],
      [5, ended ? () => this.#readEnded(ended) : null],
      [8, user.sessions.length < SESSIONS ? () => this.#createSession(user) : null],
      [6, session ? () => this.#deleteSession(user, session) : null],
      [3, this.#users.length < USERS ? () => this.#createUser(null) : null],
      [1, this.#users.length < USERS ? () => this.#createUserAndSession() : null],
      [1, other ? () => this.#deleteUser(other) : null],
      [1, other ? () => this.#clearPassword(other) : null],
      [8, () => this.#readUser(user)],
      [8, () => this.#writeMetadata(user)],
      [2, () => this.#createKey(user)],
      [6, () => this.#readKey(user)],
      [1, () => this.#revokeKey(user)],
      [3, () => this.#createToken(user)],
      [5, () => this.#readToken(user)],
      [3, () => this.#useToken(user)],
      [14, () => this.#readEntry(entry)],
      [10, () => this.#writeEntry(entry)],
      [3, () => this.#deleteEntry(entry)],
      [6, () => this.#readEntries()],
      [2, () => this.#writeEntries()],
      [6, () => this.#computeEntry()],
      [3, () => this.#invalidate()],
      [0.3, () => this.#logIn(first)],
      [0.1, () => this.#resetPassword(first)],
    ];
    const possible = steps.filter(([, run]) => run !== null);
    let at = Math.random() * possible.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, run] of possible) {
      at -= weight;
      if (at < 0 && run !== null) return run();
    }
    return true;
  }

  /** @param also - codes that are right answers beside those of faults */
  async #call<T>(
    name: string,
    kind: "read" | "write",
    call: () => Promise<T>,
    also: readonly string[] = [],
  ): Promise<Answer<T>> {
    this.#on.calls.add(name);
    try {
      return { ok: true, value: await call() };
    } catch (error) {
      if (!(error instanceof PevensieError)) {
        this.#on.breaches.add("an error that is not typed", `${name}: ${String(error)}`);
        return { ok: false, error: new PevensieError("DATABASE_ERROR", "not typed", { cause: error }) };
      }
      const { code } = error;
      if (also.includes(code)) return { ok: false, error };
      this.#on.errors.add(code);
      if (!FAULTS.has(code) && !(code === "OUTCOME_UNKNOWN" && kind === "write")) {
        this.#on.breaches.add("an error of a code that has no reason", `${name}: ${code}: ${error.message}`);
      }
      return { ok: false, error };
    }
  }

  #wrong(what: string, detail: string): void {
    this.#on.breaches.add(what, `${this.#name}: ${detail}`);
  }

  async #createUser(password: string | null): Promise<boolean> {
    const email = this.#newEmail();
    const n = this.#next();
    const create = () => this.#on.auth.createUserWithEmail({ email, password, userMetadata: { n } });
    const answer = await this.#call("createUserWithEmail", "write", create);
    if (answer.ok) {
      this.#own(answer.value, n);
      return true;
    }
    // No other worker uses this email: a user with it was created by the call whose response was lost.
    const found = await this.#call("getUserByEmail", "read", () => this.#on.auth.getUserByEmail(email));
    if (found.ok && found.value !== null) {
      if (answer.error.code !== "OUTCOME_UNKNOWN") {
        this.#wrong("a write that changed nothing took effect", `createUserWithEmail: ${answer.error.code}`);
      }
      this.#own(found.value, n);
    }
    return false;
  }

  #own(user: User, n: number): OwnUser {
    this.#on.ledger.user("made", user.id);
    this.#on.ledger.metadata("made", user.id, n);
    const own: OwnUser = {
      id: user.id,
      email: user.email,
      metadata: new Register(n),
      token: new Register<string | null>(null),
      key: null,
      sessions: [],
    };
    this.#users.push(own);
    return own;
  }

  /** A user and a session, together or not at all. */
  async #createUserAndSession(): Promise<boolean> {
    const email = this.#newEmail();
    const n = this.#next();
    const work = () =>
      this.#on.auth.withTransaction(async (auth) => {
        const user = await auth.createUserWithEmail({ email, password: null, userMetadata: { n } });
        return { user, session: await auth.createSession({ userId: user.id }) };
      });
    const answer = await this.#call("withTransaction", "write", work);
    if (answer.ok) this.#ownSession(this.#own(answer.value.user, n), answer.value.session);
    return answer.ok;
  }

  async #readUser(user: OwnUser): Promise<boolean> {
    const answer = await this.#call("getUserById", "read", () => this.#on.auth.getUserById(user.id));
    if (!answer.ok) return false;
    if (answer.value === null) this.#wrong("an acknowledged user is not found", user.id);
    else this.#observeMetadata(user, answer.value);
    return true;
  }

  #observeMetadata(user: OwnUser, { userMetadata }: User): void {
    const { n } = userMetadata as { n: number };
    const expected = String(user.metadata);
    if (!user.metadata.observe((value) => value === n)) {
      this.#wrong("a wrong or stale user", `${user.id}: ${n}, not ${expected}`);
    }
  }

  async #writeMetadata(user: OwnUser): Promise<boolean> {
    const n = this.#next();
    const write = () => this.#on.auth.updateUserMetadata(user.id, { n });
    const answer = await this.#call("updateUserMetadata", "write", write);
    if (answer.ok) {
      user.metadata.acknowledge(n);
      this.#on.ledger.metadata("made", user.id, n);
      for (const value of user.metadata.lingering) this.#on.ledger.metadata("doubt", user.id, value);
    } else if (isDoubtful(answer.error)) {
      user.metadata.maybe(n, mayStillRun(answer.error));
      this.#on.ledger.metadata("doubt", user.id, n);
    }
    return answer.ok;
  }

  async #deleteUser(user: OwnUser): Promise<boolean> {
    const answer = await this.#call("deleteUserById", "write", () => this.#on.auth.deleteUserById(user.id));
    if (!answer.ok && !isDoubtful(answer.error)) return false;
    const fact = answer.ok ? "gone" : "doubt";
    this.#on.ledger.user(fact, user.id);
    this.#on.ledger.sessionsOf(fact, user.id);
    this.#users.splice(this.#users.indexOf(user), 1);
    if (answer.ok) for (const { id } of user.sessions) this.#keepEnded(id);
    return answer.ok;
  }

  /** Ends every session but one. */
  async #clearPassword(user: OwnUser): Promise<boolean> {
    const kept = pick(user.sessions);
    const options = kept ? { keepSessionId: kept.id } : {};
    const clear = () => this.#on.auth.setUserPassword(user.id, null, options);
    const answer = await this.#call("setUserPassword", "write", clear);
    this.#endSessions(user, answer, kept);
    return answer.ok;
  }

  /** The sessions of a user, but one, and the token end with a call. */
  #endSessions(user: OwnUser, answer: Answer<unknown>, kept?: OwnSession): void {
    if (!answer.ok && !isDoubtful(answer.error)) return;
    this.#on.ledger.sessionsOf(answer.ok ? "gone" : "doubt", user.id, kept?.id);
    const others = user.sessions.filter((session) => session !== kept);
    if (answer.ok) {
      user.token.acknowledge(null);
      for (const { id } of others) this.#keepEnded(id);
      user.sessions = kept ? [kept] : [];
      return;
    }
    user.token.maybe(null, mayStillRun(answer.error));
    for (const { live } of others) live.maybe(false, mayStillRun(answer.error));
  }

  async #createSession(user: OwnUser): Promise<boolean> {
    const life = Math.random() < 0.5 ? { ttlSeconds: 86_400 } : { idleSeconds: 600 };
    const create = () => this.#on.auth.createSession({ userId: user.id, ...life });
    const answer = await this.#call("createSession", "write", create);
    if (answer.ok) this.#ownSession(user, answer.value);
    return answer.ok;
  }

  #ownSession(user: OwnUser, { id, userId }: Session): void {
    if (userId !== user.id) this.#wrong("a session of another user", `${userId}, not ${user.id}`);
    this.#on.ledger.session("made", id, user.id);
    user.sessions.push({ id, live: new Register(true) });
  }

  async #readSession(session: OwnSession): Promise<boolean> {
    const answer = await this.#findSession(session.id);
    if (!answer.ok) return false;
    if (!session.live.observe((live) => live === (answer.value !== null))) {
      this.#wrong("an acknowledged session is not found", session.id);
    }
    if (answer.value !== null && answer.value.id !== session.id) this.#wrong("another session", answer.value.id);
    if (session.live.certain === false) {
      for (const user of this.#users) user.sessions = user.sessions.filter((own) => own !== session);
      this.#keepEnded(session.id);
    }
    return true;
  }

  /** Reads a session, alone or with its user. */
  #findSession(id: string): Promise<Answer<Session | null>> {
    const { auth } = this.#on;
    if (Math.random() < 0.5) return this.#call("getSession", "read", () => auth.getSession(id));
    const find = async () => (await auth.getSessionWithUser(id))?.session ?? null;
    return this.#call("getSessionWithUser", "read", find);
  }

  async #deleteSession(user: OwnUser, session: OwnSession): Promise<boolean> {
    const answer = await this.#call("deleteSession", "write", () => this.#on.auth.deleteSession(session.id));
    if (answer.ok) {
      this.#on.ledger.session("gone", session.id, user.id);
      user.sessions = user.sessions.filter((own) => own !== session);
      this.#keepEnded(session.id);
    } else if (isDoubtful(answer.error)) {
      this.#on.ledger.session("doubt", session.id, user.id);
      session.live.maybe(false, mayStillRun(answer.error));
    }
    return answer.ok;
  }

  #keepEnded(id: string): void {
    this.#ended.push(id);
    if (this.#ended.length > ENDED) this.#ended.splice(Math.floor(Math.random() * ENDED), 1);
  }

  async #readEnded(id: string): Promise<boolean> {
    const answer = await this.#findSession(id);
    if (answer.ok && answer.value !== null) this.#wrong("a session is accepted after its end", id);
    return answer.ok;
  }

  async #createKey(user: OwnUser): Promise<boolean> {
    const create = () => this.#on.auth.createApiKey({ userId: user.id, name: this.#name });
    const answer = await this.#call("createApiKey", "write", create);
    if (answer.ok) user.key = { text: answer.value.key, id: answer.value.apiKey.id, live: new Register(true) };
    return answer.ok;
  }

  async #readKey({ id, key }: OwnUser): Promise<boolean> {
    if (key === null) return true;
    const answer = await this.#call("getApiKeyWithUser", "read", () => this.#on.auth.getApiKeyWithUser(key.text));
    if (!answer.ok) return false;
    if (!key.live.observe((live) => live === (answer.value !== null))) {
      this.#wrong("an acknowledged API key is not found, or a revoked one is", key.id);
    }
    if (answer.value !== null && answer.value.user.id !== id) this.#wrong("another user's API key", key.id);
    return true;
  }

  async #revokeKey({ key }: OwnUser): Promise<boolean> {
    if (key === null) return true;
    const answer = await this.#call("revokeApiKey", "write", () => this.#on.auth.revokeApiKey(key.id));
    if (answer.ok) key.live.acknowledge(false);
    else if (isDoubtful(answer.error)) key.live.maybe(false, mayStillRun(answer.error));
    return answer.ok;
  }

  async #createToken(user: OwnUser): Promise<boolean> {
    const create = () => this.#on.auth.createOneTimeToken({ ...ownerOf(user), ttlSeconds: 3600 });
    const answer = await this.#call("createOneTimeToken", "write", create);
    if (answer.ok) user.token.acknowledge(answer.value);
    else if (isDoubtful(answer.error)) user.token.maybe("?", mayStillRun(answer.error));
    return answer.ok;
  }

  async #readToken(user: OwnUser): Promise<boolean> {
    const token = user.token.certain;
    if (typeof token !== "string" || token === "?") return true;
    const validate = () => this.#on.auth.validateOneTimeToken({ ...ownerOf(user), token });
    const answer = await this.#call("validateOneTimeToken", "read", validate);
    if (answer.ok && !answer.value) this.#wrong("an acknowledged token is refused", user.id);
    return answer.ok;
  }

  /** Uses the token; once it has been used it is refused. */
  async #useToken(user: OwnUser): Promise<boolean> {
    const token = user.token.certain;
    if (typeof token !== "string" || token === "?") return true;
    const use = () => this.#on.auth.useOneTimeToken({ ...ownerOf(user), token });
    const answer = await this.#call("useOneTimeToken", "write", use);
    if (!answer.ok) {
      if (isDoubtful(answer.error)) user.token.maybe(null, mayStillRun(answer.error));
      return false;
    }
    user.token.acknowledge(null);
    const again = await this.#call("useOneTimeToken", "write", use, ["INVALID_ONE_TIME_TOKEN"]);
    if (again.ok) this.#wrong("a token was used twice", user.id);
    return true;
  }

  async #logIn(user: OwnUser): Promise<boolean> {
    const logIn = () => this.#on.auth.logInUser({ email: user.email, password: PASSWORD });
    // Attempts whose responses were lost count as failed.
    const answer = await this.#call("logInUser", "write", logIn, ["TOO_MANY_ATTEMPTS"]);
    if (!answer.ok) return false;
    if (answer.value === null) this.#wrong("a login with the right password is refused", user.id);
    else {
      this.#ownSession(user, answer.value.session);
      this.#observeMetadata(user, answer.value.user);
    }
    return true;
  }

  async #resetPassword(user: OwnUser): Promise<boolean> {
    if (!(await this.#createToken(user))) return false;
    const token = user.token.certain;
    if (typeof token !== "string") return true;
    const reset = () => this.#on.auth.resetPassword({ token, password: PASSWORD });
    const answer = await this.#call("resetPassword", "write", reset);
    this.#endSessions(user, answer);
    // The first reset proves the mailbox, which revokes the keys from before.
    if (user.key !== null) user.key.live.maybe(false, !answer.ok);
    return answer.ok;
  }

  async #readEntry(entry: Entry): Promise<boolean> {
    const epoch = this.#on.epoch();
    const answer = await this.#call("cache.get", "read", () => this.#on.cache.get(this.#name, entry.key));
    if (answer.ok) this.#observeEntry(entry, answer.value, epoch);
    return answer.ok;
  }

  /** @param epoch - when the read began */
  #observeEntry(entry: Entry, value: string | null, epoch: number): void {
    // A crash empties the cache.
    if (this.#on.epoch() !== entry.epoch) entry.value.maybe(null, false);
    const expected = String(entry.value);
    if (!entry.value.observe((possible) => possible === value)) {
      this.#wrong("a wrong or stale cache entry", `${entry.key}: ${value}, not ${expected}`);
    }
    entry.epoch = epoch;
  }

  async #readEntries(): Promise<boolean> {
    const epoch = this.#on.epoch();
    const keys = this.#entries.map(({ key }) => key);
    const answer = await this.#call("cache.getMany", "read", () => this.#on.cache.getMany(this.#name, keys));
    if (!answer.ok) return false;
    for (const entry of this.#entries) this.#observeEntry(entry, answer.value.get(entry.key) ?? null, epoch);
    return true;
  }

  async #writeEntry(entry: Entry): Promise<boolean> {
    const epoch = this.#on.epoch();
    const value = String(this.#next());
    const set = () => this.#on.cache.set(this.#name, entry.key, value, { ttlSeconds: 86_400 });
    const answer = await this.#call("cache.set", "write", set);
    this.#wrote(entry, value, answer, epoch);
    return answer.ok;
  }

  async #deleteEntry(entry: Entry): Promise<boolean> {
    const epoch = this.#on.epoch();
    const answer = await this.#call("cache.delete", "write", () => this.#on.cache.delete(this.#name, entry.key));
    this.#wrote(entry, null, answer, epoch);
    return answer.ok;
  }

  async #writeEntries(): Promise<boolean> {
    const epoch = this.#on.epoch();
    const values = this.#entries.slice(0, 4).map((entry) => [entry.key, String(this.#next())] as const);
    const answer = await this.#call("cache.setMany", "write", () => this.#on.cache.setMany(this.#name, values));
    values.forEach(([, value], index) => {
      this.#wrote(this.#entries[index] as Entry, value, answer, epoch);
    });
    return answer.ok;
  }

  /** No value from before an acknowledged invalidation may be there, not even one whose storing was given up. */
  async #computeEntry(): Promise<boolean> {
    const produce = () => {
      const value = String(this.#next());
      this.#computed.add(value);
      return value;
    };
    const compute = () =>
      this.#on.cache.getOrSet(this.#name, "computed", produce, {
        ttlSeconds: 86_400,
        leaseSeconds: 1,
        tags: [this.#name],
      });
    const answer = await this.#call("cache.getOrSet", "write", compute);
    if (answer.ok && !this.#computed.has(answer.value)) {
      this.#wrong("an invalidated cache entry", `${answer.value}, not one of ${[...this.#computed].join(", ")}`);
    }
    return answer.ok;
  }

  async #invalidate(): Promise<boolean> {
    const answer = await this.#call("cache.invalidateTags", "write", () => this.#on.cache.invalidateTags([this.#name]));
    if (answer.ok) this.#computed = new Set();
    return answer.ok;
  }

  #wrote(entry: Entry, value: string | null, answer: Answer<unknown>, epoch: number): void {
    if (answer.ok) {
      entry.value.acknowledge(value);
      entry.epoch = epoch;
    } else if (isDoubtful(answer.error)) entry.value.maybe(value, mayStillRun(answer.error));
  }

  #next(): number {
    this.#number += 1;
    return this.#number;
  }

  #newEmail(): string {
    return `${this.#name}-${this.#next()}@example.com`;
  }
}

function ownerOf({ id }: OwnUser) {
  return { userId: id, tokenType: "password-reset" } as const;
}

/** Every other error says that nothing was changed, and is held to that. */
function isDoubtful({ code }: PevensieError): boolean {
  return code === "OUTCOME_UNKNOWN";
}

/** A lost connection ends what ran on it; a statement that was given up may still run. */
function mayStillRun({ cause }: PevensieError): boolean {
  return cause === undefined;
}

function pick<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)];
}

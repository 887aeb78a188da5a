import { userNotFound } from "../../errors/index.js";
import { parseId } from "../../input/uuid.js";
import { requireBoolean, requireOptions } from "../../input/values.js";
import type {
  ClientDescription,
  CreateSessionOptions,
  DeleteSessionOptions,
  DeleteSessionsOptions,
  SessionFunctions,
} from "../api/sessions.js";
import { CLIENT_KEYS, readClient, readKeepSessionId, readOwnerId, readSessionTerms } from "../input.js";
import type { Session } from "../session.js";
import type { User } from "../user.js";
import { Users } from "./users.js";

/** The functions of an auth that concern sessions and their cookies. */
export class Sessions<M> extends Users<M> implements SessionFunctions<M> {
  async createSession(options: CreateSessionOptions): Promise<Session> {
    requireOptions(options, "options", [
      "userId",
      "ttlSeconds",
      "idleSeconds",
      "bindTo",
      "deleteOtherSessions",
      ...CLIENT_KEYS,
    ]);
    const { deleteOtherSessions = false } = options;
    requireBoolean(deleteOtherSessions, "deleteOtherSessions");
    const userId = parseId(options.userId, "userId");
    const terms = readSessionTerms(options, null);
    if (userId === null) throw userNotFound();
    const created = await this.store.createSession({ ...terms, userId }, deleteOtherSessions);
    // A session that is void from the start has replaced none.
    const isVoid = created.expiresAt?.getTime() === created.createdAt.getTime();
    if (deleteOtherSessions && !isVoid) this.emit({ type: "session-ended", reason: "replaced", userId });
    return created;
  }

  getSession(sessionId: string, presentation: ClientDescription = {}): Promise<Session | null> {
    // Not async, which would create another promise for every request, and without promiseOf, which would call back into this file.
    try {
      requireOptions(presentation, "presentation", CLIENT_KEYS);
      const client = readClient(presentation);
      const id = parseId(sessionId, "sessionId");
      return Promise.resolve(id === null ? null : this.store.getSession(id, client));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async getSessionWithUser(
    sessionId: string,
    presentation: ClientDescription = {},
  ): Promise<{ session: Session; user: User<M> } | null> {
    requireOptions(presentation, "presentation", CLIENT_KEYS);
    const client = readClient(presentation);
    const id = parseId(sessionId, "sessionId");
    const found = id === null ? null : await this.store.getSessionWithUser(id, client);
    return found && { ...found, user: this.decode(found.user) };
  }

  async listSessions(userId: string): Promise<Session[]> {
    const id = parseId(userId, "userId");
    return id === null ? [] : this.store.listSessions(id);
  }

  async deleteSession(sessionId: string, options: DeleteSessionOptions = {}): Promise<void> {
    const given = requireOptions(options, "options", ["userId"]);
    const id = parseId(sessionId, "sessionId");
    const userId = readOwnerId(given);
    if (id === null || userId === null) return;
    const owner = await this.store.deleteSession(id, userId ?? null);
    this.emit({ type: "session-ended", reason: "log-out", userId: owner });
  }

  async deleteSessions(userId: string, options: DeleteSessionsOptions = {}): Promise<number> {
    const id = parseId(userId, "userId");
    const keepSessionId = readKeepSessionId(options);
    if (id === null) return 0;
    const ended = await this.store.deleteSessions(id, keepSessionId);
    if (ended > 0) this.emit({ type: "session-ended", reason: "log-out", userId: id });
    return ended;
  }

  createSessionCookie(session: Session): string {
    return this.parts.signer.sign(session);
  }

  validateSessionCookie(cookie: string): string | null {
    return this.parts.signer.verify(cookie);
  }
}

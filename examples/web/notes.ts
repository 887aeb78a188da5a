import type { Auth, AuthFunctions, Cache, CacheResource } from "pevensie";
import type pg from "pg";
import type { Profile } from "./profile.js";

/** The longest note that is accepted. */
export const NOTE_LENGTH = 500;

/** A note on the board. Dates are texts, since the board is cached as JSON. */
export interface Note {
  readonly id: string;
  readonly userId: string;
  readonly author: string;
  readonly text: string;
  readonly postedAt: string;
}

/** What the front page shows. */
export interface Board {
  readonly notes: readonly Note[];
  readonly noteCount: number;
  readonly authorCount: number;
  /** When it was computed, and how long that took. */
  readonly computedAt: string;
  readonly milliseconds: number;
}

const TAG = "notes";
const LATEST = 30;

const SELECT_LATEST = `
  select note.id::text, note.user_id as "userId", note.text, note.posted_at as "postedAt", author.user_metadata ->> 'name' as author
  from public.note join pevensie."user" as author on author.id = note.user_id
  where author.deleted_at is null and (author.banned_until is null or author.banned_until <= now())
  order by note.posted_at desc, note.id desc
  limit $1`;

const COUNT = `
  select count(*)::int as "noteCount", count(distinct note.user_id)::int as "authorCount"
  from public.note join pevensie."user" as author on author.id = note.user_id
  where author.deleted_at is null and (author.banned_until is null or author.banned_until <= now())`;

/**
 * The notes, and the board that shows them. The board is computed once for all processes and everybody who asks, and is invalidated in
 * the transaction that changes what it shows: nobody is shown what was there before a change that has ended.
 */
export class Notes {
  readonly #auth: Auth<Profile>;
  readonly #cache: Cache;
  readonly #pool: pg.Pool;
  readonly #boards: CacheResource<Board>;
  readonly #onLookup: (outcome: "hit" | "miss") => void;

  constructor(auth: Auth<Profile>, cache: Cache, pool: pg.Pool, onLookup: (outcome: "hit" | "miss") => void) {
    this.#auth = auth;
    this.#cache = cache;
    this.#pool = pool;
    this.#onLookup = onLookup;
    this.#boards = cache.resource<Board>("board", { ttlSeconds: 300, graceSeconds: 3600, tags: [TAG] });
  }

  /** Returns the board, computed or cached. */
  async board(): Promise<Board> {
    let outcome: "hit" | "miss" = "hit";
    const board = await this.#boards.getOrSet("latest", () => {
      outcome = "miss";
      return this.#compute();
    });
    this.#onLookup(outcome);
    return board;
  }

  async #compute(): Promise<Board> {
    const start = performance.now();
    const [latest, counts] = await Promise.all([
      this.#pool.query<Omit<Note, "postedAt"> & { postedAt: Date }>(SELECT_LATEST, [LATEST]),
      this.#pool.query<Pick<Board, "noteCount" | "authorCount">>(COUNT),
    ]);
    return {
      notes: latest.rows.map((note) => ({ ...note, postedAt: note.postedAt.toISOString() })),
      noteCount: counts.rows[0]?.noteCount ?? 0,
      authorCount: counts.rows[0]?.authorCount ?? 0,
      computedAt: new Date().toISOString(),
      milliseconds: performance.now() - start,
    };
  }

  async post(userId: string, text: string): Promise<void> {
    await this.#auth.withTransaction(async (_, client) => {
      await client.query("insert into public.note (user_id, text) values ($1, $2)", [userId, text]);
      await this.#cache.invalidateTags([TAG], { client });
    });
  }

  /** Removes a note if it is this user's. */
  async remove(userId: string, noteId: string): Promise<void> {
    if (!/^\d{1,18}$/.test(noteId)) return;
    await this.#auth.withTransaction(async (_, client) => {
      await client.query("delete from public.note where id = $1 and user_id = $2", [noteId, userId]);
      await this.#cache.invalidateTags([TAG], { client });
    });
  }

  async countOf(userId: string): Promise<number> {
    const text = "select count(*)::int as count from public.note where user_id = $1";
    const { rows } = await this.#pool.query<{ count: number }>(text, [userId]);
    return rows[0]?.count ?? 0;
  }

  /** Changes users whose notes the board shows, and has the board computed anew, in one transaction. */
  async withUsers<T>(change: (auth: AuthFunctions<Profile>) => Promise<T>): Promise<T> {
    return this.#auth.withTransaction(async (auth, client) => {
      const result = await change(auth);
      await this.#cache.invalidateTags([TAG], { client });
      return result;
    });
  }
}

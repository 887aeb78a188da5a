import type { Auth, AuthFunctions, Cache, CacheResource } from "pevensie";
import type pg from "pg";
import type { Profile } from "./profile.js";

/** The longest note that is accepted. */
export const NOTE_LENGTH = 500;

/** The most lines of a note: the board is everybody's. */
export const NOTE_LINES = 20;

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
/** How many notes a page shows. */
const PAGE_SIZE = 30;

const NOTES = `
  select note.id::text, note.user_id as "userId", note.text, note.posted_at as "postedAt", author.user_metadata ->> 'name' as author
  from public.note join pevensie."user" as author on author.id = note.user_id`;

const SHOWN = "author.deleted_at is null and (author.banned_until is null or author.banned_until <= now())";

const LATEST = `${NOTES} where ${SHOWN} order by note.posted_at desc, note.id desc limit $1`;

const OWN = `${NOTES} where note.user_id = $2 and ($3::bigint is null or note.id < $3) order by note.id desc limit $1`;

const COUNT = `
  select count(*)::int as "noteCount", count(distinct note.user_id)::int as "authorCount"
  from public.note join pevensie."user" as author on author.id = note.user_id
  where ${SHOWN}`;

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
    const [notes, counts] = await Promise.all([
      this.#select(LATEST, PAGE_SIZE),
      this.#pool.query<Pick<Board, "noteCount" | "authorCount">>(COUNT),
    ]);
    return {
      notes,
      noteCount: counts.rows[0]?.noteCount ?? 0,
      authorCount: counts.rows[0]?.authorCount ?? 0,
      computedAt: new Date().toISOString(),
      milliseconds: performance.now() - start,
    };
  }

  async #select(text: string, ...values: unknown[]): Promise<Note[]> {
    const { rows } = await this.#pool.query<Omit<Note, "postedAt"> & { postedAt: Date }>(text, values);
    return rows.map((note) => ({ ...note, postedAt: note.postedAt.toISOString() }));
  }

  /** Returns a page of a user's notes, newest first, and the id after which the next page begins; null on the last one. */
  async pageOf(userId: string, after = ""): Promise<{ readonly notes: readonly Note[]; readonly last: string | null }> {
    // One more than is shown: whether there is a next page.
    const rows = await this.#select(OWN, PAGE_SIZE + 1, userId, isNoteId(after) ? after : null);
    const notes = rows.slice(0, PAGE_SIZE);
    return { notes, last: rows.length > PAGE_SIZE ? (notes.at(-1)?.id ?? null) : null };
  }

  async post(userId: string, text: string): Promise<void> {
    await this.#auth.withTransaction(async (_, client) => {
      await client.query("insert into public.note (user_id, text) values ($1, $2)", [userId, text]);
      await this.#cache.invalidateTags([TAG], { client });
    });
  }

  /** Removes a note if it is this user's. */
  async remove(userId: string, noteId: string): Promise<void> {
    if (!isNoteId(noteId)) return;
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

function isNoteId(text: string): boolean {
  return /^\d{1,18}$/.test(text);
}

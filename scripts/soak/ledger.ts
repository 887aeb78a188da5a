/**
 * A file of what was acknowledged: the memory of this process must not grow with it.
 *
 * @module
 */
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type pg from "pg";
import type { Breaches } from "./model.js";

/** What is known of a user or a session after a call: it is there, it is gone, or either may be. */
type Fact = "made" | "gone" | "doubt";

/** Acknowledged writes to the logged tables, in the order of their answers. */
export class Ledger {
  readonly #folder = mkdtempSync(join(tmpdir(), "pevensie-soak-"));
  readonly #path = join(this.#folder, "ledger");
  readonly #file = openSync(this.#path, "w");
  #written = "";

  user(fact: Fact, id: string): void {
    this.#write(`user ${fact} ${id} -`);
  }

  session(fact: Fact, id: string, userId: string): void {
    this.#write(`session ${fact} ${id} ${userId}`);
  }

  /** All sessions of a user but one: they are gone, or may be. */
  sessionsOf(fact: "gone" | "doubt", userId: string, spared = "-"): void {
    this.#write(`sessions ${fact} ${userId} ${spared}`);
  }

  /** The number that a user's metadata holds, or may hold. */
  metadata(fact: "made" | "doubt", userId: string, value: number): void {
    this.#write(`metadata ${fact} ${userId} ${value}`);
  }

  #write(line: string): void {
    this.#written += `${line}\n`;
    if (this.#written.length < 65_536) return;
    writeSync(this.#file, this.#written);
    this.#written = "";
  }

  /** Compares all of it with the tables. Gives how many rows were compared. */
  async compare(client: pg.ClientBase, breaches: Breaches): Promise<number> {
    writeSync(this.#file, this.#written);
    const { users, sessions, metadata } = await this.#replay();
    const rows = await client.query<{ id: string; live: boolean; n: number | null }>(
      `select id, deleted_at is null as live, (user_metadata ->> 'n')::int as n from pevensie."user"`,
    );
    const found = new Map(rows.rows.map((row) => [row.id, row]));
    for (const [id, fact] of users) {
      const row = found.get(id);
      if (fact === "made" && row?.live !== true) breaches.add("an acknowledged user is lost", id);
      if (fact === "gone" && row?.live !== false) breaches.add("an acknowledged deletion is lost", id);
      const allowed = metadata.get(id);
      if (fact === "made" && row && allowed && !allowed.has(row.n ?? -1)) {
        breaches.add("acknowledged metadata is lost", `${id}: ${row.n}, not one of ${[...allowed].join(", ")}`);
      }
    }
    const there = await client.query<{ id: string }>("select id from pevensie.session");
    const live = new Set(there.rows.map(({ id }) => id));
    for (const [id, { fact, userId }] of sessions) {
      const owner = users.get(userId);
      if (fact === "made" && owner === "made" && !live.has(id)) breaches.add("an acknowledged session is lost", id);
      if (fact === "gone" && live.has(id)) breaches.add("an acknowledged logout is lost", id);
    }
    const orphans = await client.query<{ id: string }>(
      `select s.id from pevensie.session s join pevensie."user" u on u.id = s.user_id where u.deleted_at is not null`,
    );
    for (const { id } of orphans.rows) breaches.add("a deleted user has a session", id);
    return users.size + sessions.size;
  }

  async #replay() {
    const users = new Map<string, Fact>();
    const sessions = new Map<string, { fact: Fact; readonly userId: string }>();
    const sessionsByUser = new Map<string, string[]>();
    const metadata = new Map<string, Set<number>>();
    for await (const line of createInterface({ input: createReadStream(this.#path) })) {
      const [kind, fact, id, other] = line.split(" ") as [string, Fact, string, string];
      if (kind === "user") users.set(id, fact);
      else if (kind === "metadata") {
        const values = fact === "made" ? new Set<number>() : (metadata.get(id) ?? new Set());
        metadata.set(id, values.add(Number(other)));
      } else if (kind === "session") {
        sessions.set(id, { fact, userId: other });
        if (fact === "made") sessionsByUser.set(other, [...(sessionsByUser.get(other) ?? []), id]);
      } else {
        for (const session of sessionsByUser.get(id) ?? []) {
          const entry = sessions.get(session);
          if (entry !== undefined && session !== other && entry.fact !== "gone") entry.fact = fact;
        }
      }
    }
    return { users, sessions, metadata };
  }

  discard(): void {
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

import type pg from "pg";

/** Creates the application's own table. A user who is erased takes the notes along. */
export async function createTables(pool: pg.Pool): Promise<void> {
  await pool.query(`
    create table if not exists public.note (
      id bigint generated always as identity primary key,
      user_id uuid not null references pevensie."user" (id) on delete cascade,
      text text not null check (length(text) between 1 and 1000),
      posted_at timestamptz not null default now()
    );
    create index if not exists note_user_id_idx on public.note (user_id);
    create index if not exists note_posted_at_idx on public.note (posted_at desc, id desc);
  `);
}

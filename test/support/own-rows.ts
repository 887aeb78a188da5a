import { beforeAll } from "vitest";
import type { TransactionClient } from "../../src/auth/driver/index.js";
import type { TestDatabase } from "./database.js";

/** A table of an application's own, beside the package's. Call it at the file's top level. */
export interface OwnRows {
  /** Adds a row by a client of a transaction. */
  add(client: TransactionClient, name: string): Promise<unknown>;
  /** The names of the rows that are committed. */
  names(): Promise<string[]>;
}

export function useOwnRows(database: TestDatabase): OwnRows {
  beforeAll(async () => {
    await database.pool.query("create table public.own (name text primary key check (name <> 'bad'), user_id uuid)");
  });
  return {
    add: (client, name) => client.query("insert into public.own (name) values ($1)", [name]),
    names: async () =>
      (await database.rows<{ name: string }>("select name from public.own order by name")).map(({ name }) => name),
  };
}

/** A promise, and the function that fulfils it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

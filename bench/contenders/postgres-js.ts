import { textOf } from "../statements.js";
import { type Candidate, expect, pick } from "./contender.js";

/** The same statement through postgres.js, which prepares it by itself and pipelines over its ten connections. */
export const postgresJs: Candidate = {
  name: "postgres.js",
  async connect({ data }) {
    const { default: postgres } = await import("postgres");
    const sql = postgres(data.url, { max: 10 });
    const text = textOf("getSession", ["id"]);
    const getSession = (id: string) => sql.unsafe(text, [id], { prepare: true });
    return {
      operations: [
        {
          path: "getSession",
          contender: "postgres.js",
          server: "postgres",
          run: async () => getSession(pick(data.sessionIds)),
          async check() {
            const id = pick(data.sessionIds);
            const rows = await getSession(id);
            expect(rows.length === 1 && rows[0]?.["id"] === id, "postgres.js");
          },
        },
      ],
      close: () => sql.end(),
    };
  },
};

import { hash, verify } from "@node-rs/argon2";
import { PASSWORD } from "../seed.js";
import { type Candidate, expect } from "./contender.js";

export const ARGON2 = "@node-rs/argon2 verify";

/** The verification of one hash, which every login needs. */
export const argon2: Candidate = {
  name: ARGON2,
  async connect() {
    const stored = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    const run = () => verify(stored, PASSWORD);
    return {
      operations: [
        {
          path: "logIn",
          contender: ARGON2,
          server: "postgres",
          run,
          async check() {
            expect((await run()) && !(await verify(stored, "an open sesame")), "argon2");
          },
        },
      ],
      close: async () => {},
    };
  },
};

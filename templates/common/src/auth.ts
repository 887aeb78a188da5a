import { existsSync } from "node:fs";
import { createAuth } from "pevensie";
import { createAuthDriver } from "pevensie/postgres";

// Variables that are set already win, such as DATABASE_URL of `npm run dev`.
if (existsSync(".env")) process.loadEnvFile();

const { DATABASE_URL, COOKIE_KEY = "" } = process.env;
if (DATABASE_URL === undefined) throw new Error("Set DATABASE_URL, or use `npm run dev`, which starts a database.");

export const port = Number(process.env["PORT"] ?? 3000);

export const auth = await createAuth({
  driver: createAuthDriver({ connectionString: DATABASE_URL }),
  cookieKey: COOKIE_KEY,
}).connect();

/** The example application: `npm run example`. With DATABASE_URL it uses that database, else PostgreSQL in `.pevensie/`. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { migrate } from "pevensie/postgres";
import { startDevServer } from "pevensie/testing";
import { ADMIN, seed } from "./seed.js";
import { startServer } from "./server.js";
import { connectServices } from "./services.js";
import { InvalidSetting, readSettings, type Settings } from "./settings.js";

const FOLDER = join(import.meta.dirname, "..", "..", ".pevensie");

/** Where the data is, and how to let go of it. */
interface Database {
  readonly url: string;
  readonly place: string;
  stop(): Promise<void>;
}

const isEphemeral = process.argv.includes("--ephemeral");

async function openDatabase(): Promise<Database> {
  const url = process.env["DATABASE_URL"];
  if (url) return { url, place: "DATABASE_URL", stop: async () => {} };
  const where = isEphemeral ? { ephemeral: true } : { folder: FOLDER };
  const server = await startDevServer({ ...where, onNotice: (line) => console.log(line) });
  const place = isEphemeral ? "a temporary PostgreSQL" : "PostgreSQL in .pevensie, which keeps its data";
  return { url: server.connectionString, place, stop: () => server.stop() };
}

/** The key that signs cookies: that of the environment, else one that is kept beside the data, so that a restart logs nobody out. */
function readCookieKey(): string {
  const given = process.env["COOKIE_KEY"];
  if (given) return given;
  if (isEphemeral) return randomBytes(32).toString("base64");
  const file = join(FOLDER, "example-cookie-key");
  if (!existsSync(file)) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, randomBytes(32).toString("base64"), { mode: 0o600 });
  }
  return readFileSync(file, "utf8");
}

function printWelcome(settings: Settings, place: string): void {
  console.log(`Lantern Post is at ${settings.origin}, on ${place}.`);
  if (settings.seed) console.log(`The administrator is ${ADMIN.email}, with the password "${ADMIN.password}".`);
  if (settings.smtpUrl === undefined) console.log(`Mail is at ${settings.origin}/mailbox.`);
  console.log("Ctrl-C stops it.");
}

/** Resolves when somebody asks the process to end. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
}

/** What to do about a mistake in the environment; undefined for any other error. */
function adviceFor(error: unknown): string | undefined {
  if (error instanceof InvalidSetting) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return "The port is in use. Choose another: PORT=3001 npm run example";
  if (code === "ENOTFOUND" || code === "EADDRNOTAVAIL") return "Set HOST to an address of this machine.";
  return undefined;
}

const stopped = stopSignal();
const database = await openDatabase();
try {
  const settings = readSettings(process.env, database.url, readCookieKey());
  await migrate({ modules: ["auth", "cache"], apply: true, connectionString: settings.databaseUrl });
  const services = await connectServices(settings);
  try {
    if (settings.seed) await seed(services);
    const server = await startServer(services);
    printWelcome(settings, database.place);
    await stopped;
    await server.close();
  } finally {
    await services.disconnect();
  }
} catch (error) {
  const advice = adviceFor(error);
  if (advice === undefined) throw error;
  console.error(advice);
  process.exitCode = 1;
} finally {
  await database.stop();
}

/** What the environment says. */
export interface Settings {
  readonly databaseUrl: string;
  readonly cookieKey: string;
  readonly port: number;
  /** The address that the server listens on. */
  readonly host: string;
  /** Where people reach the application: links in mails begin with it. */
  readonly origin: string;
  /** Sends mail through this server. Without one, mail goes to the page /mailbox. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** The number of proxies in front of the application: each adds an address to X-Forwarded-For. */
  readonly trustedProxies: number;
  /** Adds an administrator and sample data where there are no users. */
  readonly seed: boolean;
}

/** A variable of the environment that cannot be used; the message says how to set it. */
export class InvalidSetting extends Error {
  override readonly name = "InvalidSetting";
}

/**
 * Reads the settings of a process, with the address of the database that it uses.
 *
 * @throws InvalidSetting
 */
export function readSettings(env: NodeJS.ProcessEnv, databaseUrl: string, cookieKey: string): Settings {
  const port = readNumber(env, "PORT", 3000, 65_535);
  const smtpUrl = env["SMTP_URL"]
    ? readUrl(env, "SMTP_URL", "smtps://mail.example.com", ["smtp:", "smtps:"])
    : undefined;
  // Links in the mailbox open the account of anybody.
  if (env["NODE_ENV"] === "production" && smtpUrl === undefined) {
    throw new InvalidSetting("Set SMTP_URL: in production, mail must not go to the page /mailbox.");
  }
  return {
    databaseUrl,
    cookieKey,
    port,
    host: env["HOST"] ?? "localhost",
    origin: env["ORIGIN"]
      ? readUrl(env, "ORIGIN", "https://app.example.com", ["http:", "https:"]).origin
      : `http://localhost:${port}`,
    smtpUrl: smtpUrl?.href,
    mailFrom: env["MAIL_FROM"] ?? "Lantern Post <no-reply@localhost>",
    trustedProxies: readNumber(env, "TRUSTED_PROXIES", 0, 10),
    seed: env["NODE_ENV"] !== "production",
  };
}

function readNumber(env: NodeJS.ProcessEnv, name: string, fallback: number, max: number): number {
  const text = env[name] || String(fallback);
  if (!/^\d{1,5}$/.test(text) || Number(text) > max)
    throw new InvalidSetting(`Set ${name} to a number from 0 to ${max}.`);
  return Number(text);
}

function readUrl(env: NodeJS.ProcessEnv, name: string, example: string, protocols: readonly string[]): URL {
  const text = env[name] ?? "";
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new InvalidSetting(`Set ${name} to an address such as ${example}.`);
  }
  return new URL(text);
}

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

/** Reads the settings of a process, with the address of the database that it uses. */
export function readSettings(env: NodeJS.ProcessEnv, databaseUrl: string, cookieKey: string): Settings {
  const port = Number(env["PORT"] ?? 3000);
  const smtpUrl = env["SMTP_URL"] || undefined;
  // Links in the mailbox open the account of anybody.
  if (env["NODE_ENV"] === "production" && smtpUrl === undefined) {
    throw new Error("Set SMTP_URL: in production, mail must not go to the page /mailbox.");
  }
  return {
    databaseUrl,
    cookieKey,
    port,
    host: env["HOST"] ?? "localhost",
    origin: env["ORIGIN"] ?? `http://localhost:${port}`,
    smtpUrl,
    mailFrom: env["MAIL_FROM"] ?? "Lantern Post <no-reply@localhost>",
    trustedProxies: Number(env["TRUSTED_PROXIES"] ?? 0),
    seed: env["NODE_ENV"] !== "production",
  };
}

import { invalidInput } from "../../errors/index.js";

/**
 * Supported parameters of a connection string: libpq's, and pg's own (`uselibpqcompat`, `sslmode=no-verify`, timeouts
 * of the server). A value is one of a list or matches a pattern; null accepts any text.
 */
const ACCEPTED = {
  host: null,
  port: /^\d{1,5}$|^\d{0,5}(?:,\d{0,5})+$/,
  user: null,
  password: null,
  dbname: null,
  sslmode: ["disable", "prefer", "require", "verify-ca", "verify-full", "no-verify"],
  sslcert: /./,
  sslkey: /./,
  sslrootcert: /./,
  ssl: ["true", "1", "false", "0", "no-verify"],
  uselibpqcompat: ["true", "false"],
  sslnegotiation: ["postgres", "direct"],
  channel_binding: ["disable", "prefer"],
  gssencmode: ["disable", "prefer"],
  target_session_attrs: ["any", "primary", "read-write"],
  application_name: null,
  fallback_application_name: null,
  options: null,
  client_encoding: /^(?:utf-?8|auto)$/i,
  connect_timeout: /^[1-9]\d{0,5}$/,
  statement_timeout: /^[1-9]\d{0,8}$/,
  lock_timeout: /^[1-9]\d{0,8}$/,
  idle_in_transaction_session_timeout: /^[1-9]\d{0,8}$/,
} as const satisfies Readonly<Record<string, readonly string[] | RegExp | null>>;

export type ParameterName = keyof typeof ACCEPTED;
export type Parameters = Readonly<Partial<Record<ParameterName, string>>>;

/**
 * libpq's environment variables that select the server or affect security. pg itself reads others (PGHOST, PGOPTIONS
 * …).
 */
const VARIABLES: readonly (readonly [variable: string, name: ParameterName])[] = [
  ["PGSSLMODE", "sslmode"],
  ["PGSSLCERT", "sslcert"],
  ["PGSSLKEY", "sslkey"],
  ["PGSSLROOTCERT", "sslrootcert"],
  ["PGSSLNEGOTIATION", "sslnegotiation"],
  ["PGCHANNELBINDING", "channel_binding"],
  ["PGGSSENCMODE", "gssencmode"],
  ["PGTARGETSESSIONATTRS", "target_session_attrs"],
];

/** Variables of the same kind that this package cannot honour. */
const UNSUPPORTED_VARIABLES = [
  "PGREQUIREAUTH",
  "PGREQUIREPEER",
  "PGREQUIRESSL",
  "PGSSLCERTMODE",
  "PGSSLCRL",
  "PGSSLCRLDIR",
  "PGSSLMAXPROTOCOLVERSION",
  "PGSSLMINPROTOCOLVERSION",
];

const TLS_NAMES: ReadonlySet<ParameterName> = new Set(["sslmode", "sslcert", "sslkey", "sslrootcert"]);

export function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(ACCEPTED, name);
}

/** Returns whether any parameter concerns TLS. */
export function hasTlsParameter(parameters: Parameters): boolean {
  return [...TLS_NAMES].some((name) => parameters[name] !== undefined);
}

/**
 * Validates a parameter's value.
 *
 * @param what - the words that follow the field in the error, such as `has`
 */
export function requireAccepted(name: ParameterName, value: string, field: string, what: string): void {
  const accepted: readonly string[] | RegExp | null = ACCEPTED[name];
  if (accepted === null || (accepted instanceof RegExp ? accepted.test(value) : accepted.includes(value))) return;
  const choice = accepted instanceof RegExp ? "" : `; supported: ${accepted.join(", ")}`;
  throw invalidInput(field, `${what} a value that is not supported${choice}`);
}

/**
 * Returns the environment's security settings as parameters of a connection string.
 *
 * @param given - parameters that are set already, whose variables are ignored
 * @param isTlsGiven - whether TLS is configured already
 * @throws INVALID_INPUT, with the variable as field, for what is not supported
 */
export function parametersOfEnvironment(given: Parameters = {}, isTlsGiven = false): Parameters {
  const found: Partial<Record<ParameterName, string>> = {};
  for (const [variable, name] of VARIABLES) {
    const value = process.env[variable];
    const counts = given[name] === undefined && !(isTlsGiven && TLS_NAMES.has(name));
    if (!value || !counts) continue;
    requireAccepted(name, value, variable, "has");
    found[name] = value;
  }
  for (const variable of UNSUPPORTED_VARIABLES) {
    const counts = !(isTlsGiven && variable.startsWith("PGSSL"));
    if (process.env[variable] && counts) throw invalidInput(variable, "is not supported: unset it for this process");
  }
  return found;
}

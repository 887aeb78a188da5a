import { isIPv6 } from "node:net";
import { invalidInput, type PevensieError } from "../../errors/index.js";
import { isParameterName, type ParameterName, type Parameters, requireAccepted } from "./connection-parameters.js";

const FIELD = "connectionString";

/**
 * The last `@` of the authority ends the user and password. A bare `@` after the authority indicates a malformed URL.
 */
const URL_FORM =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^:/?#]*)(?::(?<password>[^/?#]*))?@)?(?<servers>[^@/?#]*)(?:\/(?<dbname>[^@?#]*))?(?:\?(?<query>[^@#]*))?$/i;

/** One server of a URL's authority; several are separated by commas, as in libpq. */
const SERVER_FORM = /^(?<host>\[[^\]]*\]|[^:[\]]*)(?::(?<port>\d{0,5}))?$/;

/** pg's own form: `socket:/run/postgresql?db=shop`. */
const SOCKET_FORM =
  /^socket:(?:\/\/(?:(?<user>[^:/?#]*)(?::(?<password>[^/?#]*))?@)?)?(?<host>\/[^/@?#][^@?#]*)(?:\?(?<query>[^@#]*))?$/i;

/** pg's own form: the directory of a Unix socket and, after a blank, a database. */
const PATH_FORM = /^(?<host>\/[^\s/@?#][^\s@?#]*)(?: (?<dbname>[^\s@?#]+))?$/;

const SOCKET_NAMES: Readonly<Record<string, ParameterName>> = { db: "dbname", encoding: "client_encoding" };

/** pg's `ssl` parameter, as values of `sslmode`. */
const MODES_OF_SSL: Readonly<Record<string, string>> = {
  true: "verify-full",
  1: "verify-full",
  false: "disable",
  0: "disable",
  "no-verify": "no-verify",
};

/**
 * Returns the parameters of a connection string; what it does not set is absent. Errors repeat nothing of its text
 * except names of parameters, since any part of a malformed string may be a password.
 *
 * @throws INVALID_INPUT
 */
export function parseConnectionString(text: string): Parameters {
  const trimmed = text.trim();
  const { host: path, dbname } = PATH_FORM.exec(trimmed)?.groups ?? {};
  if (path !== undefined) return present({ host: requireHost(path, FIELD), dbname });
  const isSocket = /^socket:/i.test(trimmed);
  const groups = (isSocket ? SOCKET_FORM : URL_FORM).exec(trimmed)?.groups;
  if (groups === undefined || !isWellEncoded(trimmed)) throw malformed();
  const { query = "", servers = "", ...parts } = groups;
  const decoded = Object.entries({ ...parts, ...(isSocket ? {} : serversOfAuthority(servers)) }).map(
    ([name, part = ""]) => [name, decodeURIComponent(part)],
  );
  const parameters = present({ ...Object.fromEntries(decoded), ...parseQuery(query, isSocket) });
  const { host } = parameters;
  if (isSocket && host !== undefined) return { ...parameters, host: requireHost(host, FIELD) };
  const hosts = host?.split(",").map(requireUrlHost);
  requirePorts(parameters.port, hosts?.length ?? 1);
  return hosts === undefined ? parameters : { ...parameters, host: hosts.join(",") };
}

/** Returns the hosts and ports of an authority, each list separated by commas. */
function serversOfAuthority(text: string): { readonly host: string; readonly port: string } {
  const servers = text.split(",").map((server) => SERVER_FORM.exec(server)?.groups ?? null);
  // An encoded comma would become a separator.
  if (servers.includes(null) || /%2c/i.test(text)) throw malformed();
  const all = servers as readonly { readonly host?: string; readonly port?: string }[];
  if (all.length > 1 && all.some(({ host }) => !host)) throw malformed();
  const ports = all.map(({ port = "" }) => port);
  return { host: all.map(({ host }) => host).join(","), port: ports.some(Boolean) ? ports.join(",") : "" };
}

/** As in libpq, there is one port for all hosts or one for each, of which some may be empty. */
function requirePorts(port: string | undefined, hostCount: number): void {
  if (port === undefined) return;
  const ports = port.split(",");
  if (ports.length !== 1 && ports.length !== hostCount) {
    throw invalidInput(FIELD, `has ${ports.length} ports for ${hostCount} hosts: name one for all, or one for each`);
  }
  if (ports.some((one) => one !== "" && !(Number(one) >= 1 && Number(one) <= 65_535))) throw malformed();
}

/**
 * Returns a host name, an address, or the directory of a Unix socket. Anything else is INVALID_INPUT and is not
 * repeated: it may be a URL with a password.
 */
export function requireHost(host: string, field: string): string {
  if (host.includes(",")) throw severalHosts(field);
  if (/^[\p{L}\p{N}._-]+$/u.test(host) || /^\/[^/@?#\0][^@?#\0]*$/.test(host) || isIPv6(host)) return host;
  throw invalidInput(field, "must name a host by its name, its address or the absolute path of a Unix socket's folder");
}

function requireUrlHost(host: string): string {
  const [, address] = /^\[(.*)\]$/.exec(host) ?? [];
  if (address !== undefined && !isIPv6(address)) throw malformed();
  return requireHost(address ?? host, FIELD);
}

function parseQuery(query: string, isSocket: boolean): Parameters {
  const parameters: Partial<Record<ParameterName, string>> = {};
  for (const [given, value] of new URLSearchParams(query)) {
    const name = (isSocket ? SOCKET_NAMES[given] : undefined) ?? given;
    if (!isParameterName(name)) throw unknownParameter(given);
    if (parameters[name] !== undefined) throw invalidInput(FIELD, `has its parameter "${given}" twice`);
    requireAccepted(name, value, FIELD, `has for its parameter "${given}"`);
    if (value !== "") parameters[name] = value;
  }
  const { ssl, ...others } = parameters;
  return ssl === undefined ? others : { sslmode: MODES_OF_SSL[ssl] as string, ...others };
}

/** Returns whether a URL has no bare blanks or controls, no malformed escapes, and no NUL, which PostgreSQL rejects. */
function isWellEncoded(url: string): boolean {
  if (/[\s\p{Cc}]/u.test(url)) return false;
  try {
    return !decodeURIComponent(url).includes("\0");
  } catch {
    return false;
  }
}

function present(parts: Readonly<Record<string, string | undefined>>): Parameters {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined && value !== ""));
}

function unknownParameter(name: string): PevensieError {
  const shown = /^\w{1,40}$/.test(name) ? `: "${name}"` : "";
  return invalidInput(FIELD, `has a parameter that is not supported${shown}`);
}

function malformed(): PevensieError {
  return invalidInput(
    FIELD,
    "must be a URL like postgresql://user:password@host:5432/database, with special characters percent-encoded",
  );
}

function severalHosts(field: string): PevensieError {
  return invalidInput(field, "names several hosts: use the setting `hosts`, or a postgresql:// URL");
}

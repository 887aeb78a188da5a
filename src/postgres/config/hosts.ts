import { invalidInput } from "../../errors/index.js";
import { requireInteger, requireOptions } from "../../input/values.js";
import { type Parameters, parametersOfEnvironment } from "./connection-parameters.js";
import { requireHost } from "./connection-string.js";

/** The address of one of several servers. */
export interface HostAddress {
  /** Host name, IP address, or directory of a Unix socket. */
  readonly host: string;
  /** Default: 5432. */
  readonly port?: number | undefined;
}

/** Which servers are connected to: those that accept writes by default, those that are not in recovery, or any. */
export type TargetSessionAttrs = "read-write" | "primary" | "any";

const TARGETS: readonly unknown[] = ["read-write", "primary", "any"] satisfies readonly TargetSessionAttrs[];

/** The servers of a pool, and which of them it connects to. */
export interface ServerChoice {
  /** One or more; without a host, the one of pg's settings. */
  readonly servers: readonly Partial<HostAddress>[];
  readonly target: TargetSessionAttrs;
}

/** What a configuration says of servers. */
export interface GivenServers {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly hosts?: readonly HostAddress[] | undefined;
  readonly targetSessionAttrs?: TargetSessionAttrs | undefined;
}

/**
 * Returns the servers of a configuration: of its connection string, else of `hosts`, else the one of pg's settings.
 *
 * @param ignored - the values of `host` and `port` that `hosts` may replace, since `defaultConfig()` has them
 * @throws INVALID_INPUT
 */
export function serversOf(given: GivenServers, parameters: Parameters, ignored: GivenServers): ServerChoice {
  const servers = given.hosts === undefined ? hostsIn(parameters) : requireHosts(given, parameters, ignored);
  const target =
    parameters.target_session_attrs ??
    given.targetSessionAttrs ??
    parametersOfEnvironment(parameters, true).target_session_attrs ??
    (servers.length > 1 ? "read-write" : "any");
  if (!TARGETS.includes(target)) throw invalidInput("targetSessionAttrs", 'must be "read-write", "primary" or "any"');
  return { servers, target: target as TargetSessionAttrs };
}

function requireHosts(given: GivenServers, parameters: Parameters, ignored: GivenServers): readonly HostAddress[] {
  const { hosts } = given;
  if (!Array.isArray(hosts) || hosts.length === 0) throw invalidInput("hosts", "must be a list of one host or more");
  if (parameters.host !== undefined || parameters.port !== undefined) {
    throw invalidInput("hosts", "cannot be combined with a connection string that names a host or port");
  }
  for (const field of ["host", "port"] as const) {
    if (given[field] === undefined || given[field] === ignored[field]) continue;
    throw invalidInput(field, "would be ignored beside hosts: leave it out");
  }
  return hosts.map((address: unknown) => {
    const { host, port } = requireOptions(address, "hosts", ["host", "port"]);
    if (typeof host !== "string") throw invalidInput("hosts", "must have a host in each element");
    requireHost(host, "hosts");
    return port === undefined ? { host } : { host, port: requireInteger(port, "hosts", 1, 65_535) };
  });
}

/** Returns the several hosts of a connection string, or one server without an address, which pg's settings have. */
function hostsIn({ host, port }: Parameters): readonly Partial<HostAddress>[] {
  if (host === undefined || !host.includes(",")) return [{}];
  const hosts = host.split(",");
  const ports = port?.split(",") ?? [];
  return hosts.map((name, index) => {
    const portText = ports.length === 1 ? ports[0] : ports[index];
    return portText === undefined || portText === "" ? { host: name } : { host: name, port: Number(portText) };
  });
}

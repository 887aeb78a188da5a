import type { ConnectionOptions } from "node:tls";
import pg from "pg";
import { invalidInput } from "../../errors/index.js";
import { hasTlsParameter, type Parameters, parametersOfEnvironment } from "./connection-parameters.js";

type Ssl = boolean | ConnectionOptions;

/**
 * Returns pg's settings for TLS and channel binding: from the connection string, else the config, else the environment.
 *
 * @throws INVALID_INPUT
 */
export function securityOf(given: Ssl | undefined, parameters: Parameters): pg.ClientConfig {
  if (given !== undefined && typeof given !== "boolean" && (typeof given !== "object" || given === null)) {
    throw invalidInput("ssl", "must be a boolean, or Node's TLS options");
  }
  const isInString = hasTlsParameter(parameters);
  const isGiven = !isInString && given !== undefined;
  const all = { ...parametersOfEnvironment(parameters, isGiven), ...parameters };
  const ssl = isGiven ? given : (readTls(all, isInString ? "connectionString" : "ssl") ?? false);
  const { sslnegotiation, channel_binding: binding } = all;
  if (sslnegotiation === "direct" && ssl === false) {
    const field = parameters.sslnegotiation === undefined ? "PGSSLNEGOTIATION" : "connectionString";
    throw invalidInput(field, "asks for TLS by direct negotiation, and TLS is off: set ssl or sslmode");
  }
  return {
    ssl,
    ...(sslnegotiation === undefined ? {} : { sslnegotiation: sslnegotiation as "postgres" | "direct" }),
    ...(binding === undefined ? {} : { enableChannelBinding: binding === "prefer" }),
  };
}

/**
 * Returns pg's `ssl` setting for the TLS parameters of a connection string or the environment; undefined without any.
 * As in pg, every `sslmode` except `disable` and `no-verify` verifies certificate and name, unless
 * `uselibpqcompat=true` selects libpq's meaning.
 *
 * @throws INVALID_INPUT for a file that cannot be read
 */
export function readTls(parameters: Parameters, field: string): Ssl | undefined {
  const { sslmode, sslcert, sslkey, sslrootcert, uselibpqcompat, sslnegotiation } = parameters;
  if (sslmode === "disable") return false;
  // Direct negotiation implies TLS.
  if (!hasTlsParameter(parameters)) return sslnegotiation === "direct" ? true : undefined;
  // pg treats these modes as verify-full. Naming that mode avoids its warning that they will weaken in future.
  const isAlias = uselibpqcompat !== "true" && sslmode !== "no-verify";
  const asked = Object.entries({
    sslcert,
    sslkey,
    sslrootcert,
    uselibpqcompat,
    sslmode: isAlias ? "verify-full" : sslmode,
  });
  const query = new URLSearchParams(asked.filter((entry): entry is [string, string] => entry[1] !== undefined));
  try {
    // pg reads the files when a client is created; this one never connects. `sslnegotiation` is given because pg would otherwise read
    // PGSSLNEGOTIATION and throw for an unknown value, even where the connection string overrides it.
    return new pg.Client({ connectionString: `postgresql:///?${query}`, sslnegotiation: "postgres" }).ssl as Ssl;
  } catch {
    throw invalidInput(
      field,
      "or PGSSLROOTCERT, PGSSLCERT or PGSSLKEY names a file that cannot be read, or verify-ca lacks its sslrootcert",
    );
  }
}

import { isIPv6 } from "node:net";

declare const ipAddressBrand: unique symbol;

/**
 * An IP address in canonical form: dotted decimal for IPv4, RFC 5952 for IPv6, and IPv4 for an IPv4-mapped IPv6
 * address. Two addresses are equal exactly if their strings are equal.
 */
export type IpAddress = string & { readonly [ipAddressBrand]: "IpAddress" };

/** The longest textual form, an IPv6 address with an embedded IPv4 one (INET6_ADDRSTRLEN - 1). */
const MAX_LENGTH = 45;

/** IPv4 in canonical form, and as the socket of a server that listens on IPv6 reports it. */
const CANONICAL_IPV4 = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;
const MAPPED_PREFIX = "::ffff:";

/** The IPv6 address that was read last, in canonical form. Each function that a request's address is passed to reads it again. */
let lastIpv6 = "::";

/** One to four numbers, decimal, octal or hexadecimal, as `inet_aton` accepts them. */
const RELAXED_IPV4 = /^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$/i;

const MAPPED_IPV4 = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * Returns the canonical form of an IP address, which may have a relaxed form of `inet_aton` ("127.1", "0x7f.1").
 * Returns null for anything else: ports, masks, brackets, zone ids and surrounding blanks are not part of an address.
 */
export function parseIpAddress(text: string): IpAddress | null {
  if (typeof text !== "string" || text.length > MAX_LENGTH) return null;
  // Every request's address is read twice, and most are in one of these forms. Parsing one as a URL takes as long as an HMAC.
  const last = text.startsWith(MAPPED_PREFIX) ? text.slice(MAPPED_PREFIX.length) : text;
  if (CANONICAL_IPV4.test(last)) return last as IpAddress;
  if (text === lastIpv6) return text as IpAddress;
  // The URL standard's host parser serialises IPv6 by RFC 5952 and reads IPv4 as inet_aton does. It receives only text
  // that can be nothing but an address, so no other part of a URL is parsed.
  if (isIPv6(text) && !text.includes("%")) {
    const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
    const mapped = MAPPED_IPV4.exec(canonical);
    if (mapped) return dottedDecimal(mapped[1] as string, mapped[2] as string) as IpAddress;
    lastIpv6 = canonical;
    return canonical as IpAddress;
  }
  const url = `http://${text}`;
  return RELAXED_IPV4.test(text) && URL.canParse(url) ? (new URL(url).hostname as IpAddress) : null;
}

/** Returns the address as text. An IpAddress is a string already; this function makes the conversion explicit. */
export function formatIpAddress(ip: IpAddress): string {
  return ip;
}

function dottedDecimal(high: string, low: string): string {
  const halves = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return halves.flatMap((half) => [half >> 8, half & 0xff]).join(".");
}

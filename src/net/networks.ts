import { invalidInput } from "../errors/index.js";
import { type IpAddress, parseIpAddress } from "./ip-address.js";

/** The networks of a client, by which requests are counted. */
export interface ClientNetworks {
  /** An IPv4 address, or the /64 network of an IPv6 address: the least that one customer is assigned (RFC 6177). */
  readonly network: string;
  /** The /48 network, the most that one customer is assigned; null for IPv4. */
  readonly site: string | null;
}

/**
 * Returns the networks of an address. An IPv6 address that a transition mechanism derived from an IPv4 address counts
 * as the latter: all users of a translator share a few prefixes, and would be counted together.
 */
export function networksOf(ip: IpAddress): ClientNetworks {
  if (!ip.includes(":")) return { network: ip, site: null };
  const groups = groupsOf(ip);
  const embedded = embeddedIpv4(groups);
  if (embedded !== null) return { network: embedded, site: null };
  return { network: prefixOf(groups, 4), site: prefixOf(groups, 3) };
}

/**
 * Returns the network of a client, as a key of a limit: the /64 network of an IPv6 address, of which one client can use every address, such
 * as "2001:db8:0:1::/64"; an IPv4 address itself. An IPv6 address that embeds an IPv4 address (NAT64, 6to4, Teredo) counts as the latter.
 * The limits on logins count by the same networks.
 *
 * @throws PevensieError INVALID_INPUT for what is no address
 *
 * @example
 * const { ip } = web.client(request);
 * await cache.rateLimit("sign-up", ip === null ? "unknown" : networkOf(ip), { limit: 20, windowSeconds: 3600 });
 */
export function networkOf(ip: IpAddress): string {
  const address = parseIpAddress(ip);
  if (address === null) throw invalidInput("ip", "must be an IP address");
  return networksOf(address).network;
}

function prefixOf(groups: readonly number[], count: number): string {
  const prefix = groups.slice(0, count).map((group) => group.toString(16));
  return `${prefix.join(":")}::/${count * 16}`;
}

/** Returns the eight groups of an IPv6 address in canonical form. */
function groupsOf(ip: string): number[] {
  const [head = "", tail = ""] = ip.split("::");
  const numbers = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const [left, right] = [numbers(head), numbers(tail)];
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function embeddedIpv4(groups: readonly number[]): string | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, high = 0, low = 0] = groups;
  // 6to4, RFC 3056.
  if (a === 0x2002) return dotted(b, c);
  // Teredo, RFC 4380: the client's address with every bit inverted.
  if (a === 0x2001 && b === 0) return dotted(high ^ 0xffff, low ^ 0xffff);
  // NAT64, RFC 6052: the well-known /96.
  if (a === 0x64 && b === 0xff9b && c === 0 && d === 0 && e === 0 && f === 0) return dotted(high, low);
  // NAT64 for local use, RFC 8215: a /96 below the /48, or the /48 itself, which has the address around bits 64 to 71.
  if (a === 0x64 && b === 0xff9b && c === 1) {
    return high === 0 && low === 0 ? dotted(d, ((e & 0xff) << 8) | (f >> 8)) : dotted(high, low);
  }
  if (a !== 0 || b !== 0 || c !== 0 || d !== 0) return null;
  // IPv4-translated (SIIT), RFC 2765: ::ffff:0:a.b.c.d.
  if (e === 0xffff && f === 0) return dotted(high, low);
  // IPv4-compatible, RFC 4291: ::a.b.c.d, but for the unspecified address and loopback.
  return e === 0 && f === 0 && (high !== 0 || low > 1) ? dotted(high, low) : null;
}

function dotted(high: number, low: number): string {
  return [high, low].flatMap((half) => [half >> 8, half & 0xff]).join(".");
}

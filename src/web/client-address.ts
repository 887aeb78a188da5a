import type { IncomingMessage } from "node:http";
import proxyAddr from "proxy-addr";
import { invalidInput } from "../errors/index.js";
import { requireInteger } from "../input/values.js";
import { type IpAddress, parseIpAddress } from "../net/index.js";
import { headerOf, isFetchHeaders, type WebRequest } from "./request.js";

/**
 * How the client's address is known: the number of proxies in front of the application that each append to `X-Forwarded-For`, or a
 * function that returns the address.
 */
export type ClientIp = number | ((request: WebRequest) => string | null | undefined);

/** Returns the client's address; null if it is unknown. */
export type ClientAddress = (request: WebRequest) => IpAddress | null;

/** An address of 45 characters, with brackets, a zone and a port. */
const MAX_LENGTH = 80;

/** More proxies than any request passes. */
const MAX_PROXIES = 32;

/** @throws INVALID_INPUT */
export function readClientIp(clientIp: unknown = 0): ClientAddress {
  if (typeof clientIp === "function") {
    return (request) => addressIn((clientIp as (request: WebRequest) => unknown)(request));
  }
  if (typeof clientIp !== "number") {
    throw invalidInput("clientIp", "must be the number of trusted proxies, or a function that returns an address");
  }
  const proxies = requireInteger(clientIp, "clientIp", 0, MAX_PROXIES);
  // Any client can send the header: without a proxy that appends to it, it is not looked at.
  if (proxies === 0) return (request) => addressIn(peerOf(request));
  // The hop with index 0 is the peer, which is the nearest proxy.
  const isTrusted = (_address: string, hop: number) => hop < proxies;
  return (request) => {
    const socket = { remoteAddress: peerOf(request) };
    const headers = { "x-forwarded-for": headerOf(request, "x-forwarded-for") };
    return addressIn(proxyAddr({ headers, socket } as unknown as IncomingMessage, isTrusted));
  };
}

/** Returns the address of the connection's other end; undefined for a request of fetch, which does not know it. */
function peerOf(request: WebRequest): string | undefined {
  return isFetchHeaders(request.headers) ? undefined : (request as IncomingMessage).socket?.remoteAddress;
}

/** Returns the address in a text that may have a port or a zone, which some proxies append. Any other text is no address. */
function addressIn(text: unknown): IpAddress | null {
  if (typeof text !== "string") return null;
  const address = parseIpAddress(text);
  if (address !== null || text.length > MAX_LENGTH) return address;
  const [, bracketed, ipv4, zoned] =
    /^(?:\[([0-9a-f:.]+)(?:%[\w.-]+)?\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+|([0-9a-f:.]+)%[\w.-]+)$/i.exec(text) ?? [];
  return parseIpAddress(bracketed ?? ipv4 ?? zoned ?? "");
}

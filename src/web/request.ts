import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { invalidInput } from "../errors/index.js";

/** A request: that of fetch, or Node's, also of HTTP/2, which those of Express and Fastify are or have. */
export type WebRequest = Request | IncomingMessage | Http2ServerRequest;

/** Header lines as `new Headers(…)` takes them: one for each cookie. */
export type HeaderList = [name: string, value: string][];

/** Throws INVALID_INPUT unless the value is a request. */
export function requireRequest(value: unknown): asserts value is WebRequest {
  const { headers, method } = (value ?? {}) as Partial<WebRequest>;
  if (typeof headers === "object" && headers !== null && typeof method === "string") return;
  throw invalidInput("request", "must be a Request of fetch, or Node's IncomingMessage");
}

/** Returns a header of a request of either kind; undefined without it. The case of `name` does not matter. */
export function headerOf({ headers }: WebRequest, name: string): string | undefined {
  if (isFetchHeaders(headers)) return headers.get(name) ?? undefined;
  const value = headers[name.toLowerCase()];
  return typeof value === "string" ? value : undefined;
}

/** A client may send a header of any name, but none that is a function. */
export function isFetchHeaders(headers: WebRequest["headers"]): headers is Request["headers"] {
  return typeof (headers as Partial<Request["headers"]>).get === "function";
}

/** Returns the host and port that the request was sent to, as it says itself. */
export function hostOf(request: WebRequest): string {
  if (!isFetchHeaders(request.headers)) return request.headers.host ?? authorityOf(request.headers);
  const { url = "" } = request;
  const start = url.indexOf("://") + 3;
  const end = url.indexOf("/", start);
  return url.slice(start, end === -1 ? undefined : end);
}

/** HTTP/2 has a pseudo-header in place of `Host`. */
function authorityOf(headers: IncomingHttpHeaders): string {
  const authority = headers[":authority"];
  return typeof authority === "string" ? authority : "";
}

/** Returns whether the request, or the proxy that passed it on, says that the client used TLS. */
export function isKnownSecure(request: WebRequest): boolean {
  const { url = "" } = request;
  if (
    isFetchHeaders(request.headers)
      ? url.startsWith("https:")
      : isEncrypted(request as IncomingMessage | Http2ServerRequest)
  )
    return true;
  if (headerOf(request, "x-forwarded-proto")?.trimStart().toLowerCase().startsWith("https")) return true;
  const forwarded = headerOf(request, "forwarded");
  return forwarded !== undefined && /\bproto="?https\b/i.test(forwarded);
}

function isEncrypted({ socket }: IncomingMessage | Http2ServerRequest): boolean {
  return (socket as { readonly encrypted?: boolean } | null | undefined)?.encrypted === true;
}

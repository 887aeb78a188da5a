/**
 * Sessions for Fastify 5.
 *
 * @module pevensie/fastify
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Refusal } from "../web/index.js";
import type { RequestSession, SessionFunctions, SessionPlugOptions, SessionSource } from "./session-functions.js";
import { accessHandlers, createPlug, isClosed, linesWithout, requireRead, VISIT } from "./sessions.js";

export type * from "./session-functions.js";

declare module "fastify" {
  // Inherited, so that another plugin's property of the same name keeps its own type.
  interface FastifyRequest extends RequestSession {}
}

/** A `FastifyRequest` of any server, such as one of HTTP/2. */
export type AnyRequest = Pick<FastifyRequest, "id" | "session"> & { raw: IncomingMessage | Http2ServerRequest };

/** A `FastifyReply` of any server. */
export type AnyReply = Pick<FastifyReply, "sent"> & {
  readonly raw: ServerResponse | Http2ServerResponse;
  /** Sets the status. */
  code(status: number): unknown;
  /** Sets a header, or adds a line of Set-Cookie. */
  header(name: string, value: string): unknown;
  /** Returns a header: of Set-Cookie one line, or a list. */
  getHeader(name: string): unknown;
  /** Removes a header, all lines of Set-Cookie included. */
  removeHeader(name: string): unknown;
  /** Sends a body. Never, since the type of a route's replies may admit no text. */
  send(body: never): unknown;
};

/** The plugin, and the functions that change the session of a request. */
export interface FastifySessions<M> extends SessionFunctions<[request: AnyRequest, reply: AnyReply], M> {
  (fastify: FastifyInstance): Promise<void>;
}

/** The decorator that holds which adapter has read the session of a request. */
const OWN = Symbol("pevensie");

/**
 * Creates the plugin: it decorates requests with `session` and `user`, and its `onRequest` hook sets them, renews the cookie, and responds
 * with 403 to requests of other sites that may change something. It applies to the context that registers it, and to those inside.
 *
 * @param source - a connected auth, or what `createWebSessions` returned
 * @throws PevensieError INVALID_INPUT
 *
 * @example
 * const sessions = pevensieSessions(auth, { clientIp: 1 });
 * await app.register(sessions);
 * app.get("/me", { onRequest: requireUser }, async (request) => sessions.current(request).user);
 */
export function pevensieSessions<M>(source: SessionSource<M>, options?: SessionPlugOptions): FastifySessions<M> {
  const { functions, receive } = createPlug<[AnyRequest, AnyReply], M>(
    source,
    options,
    ["request", "reply"],
    (request, reply) => ({
      ...VISIT,
      request: request.raw,
      session: request.session,
      isSent: reply.sent || reply.raw.headersSent || reply.raw.writableEnded || isClosed(reply.raw),
      setHeader: (name, value, replaced) => {
        if (replaced !== undefined) {
          const kept = linesWithout(reply.getHeader(name), replaced);
          reply.removeHeader(name);
          for (const line of kept) reply.header(name, line);
        }
        reply.header(name, value);
      },
      setSession: (session, user) => Object.assign(request, { session, user }),
    }),
  );
  async function plugin(fastify: FastifyInstance): Promise<void> {
    if (!fastify.hasRequestDecorator(OWN)) {
      fastify.decorateRequest(OWN, null).decorateRequest("session", null).decorateRequest("user", null);
    }
    fastify.addHook("onRequest", async (request: FastifyRequest & { [OWN]?: unknown }, reply) => {
      if (request[OWN] === receive) return undefined;
      request[OWN] = receive;
      const refused = await receive(request, reply);
      return refused === null ? undefined : respond(reply, refused);
    });
  }
  return Object.assign(plugin, functions, {
    // What fastify-plugin does: the hook is that of the context that registers the plugin, not of one inside.
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "pevensie",
    [Symbol.for("plugin-meta")]: { fastify: "5.x", name: "pevensie" },
  });
}

/** A hook of Fastify, for `onRequest` or `preHandler`. */
export type AccessHook = <Reply extends AnyReply>(request: AnyRequest, reply: Reply) => Promise<Reply | undefined>;

const access = accessHandlers<FastifyRequest, AccessHook>((admit) => async (request, reply) => {
  // Null from the decorator, if the adapter's hook comes later.
  const isRead = (request as { readonly [OWN]?: unknown })[OWN] !== null;
  const refused = admit(requireRead(isRead ? request.session : undefined), request as FastifyRequest);
  return refused === null ? undefined : respond(reply, refused);
});

/** Responds with 401 if nobody is logged in. A hook as it is, or with options: `requireUser({ redirectTo: "/login" })`. */
export const requireUser = access.requireUser;

/** Responds with 401 if nobody is logged in, and with 403 if the last login, or `reauthenticate`, is more than `seconds` ago. */
export const requireRecentLogin = access.requireRecentLogin;

function respond<Reply extends AnyReply>(reply: Reply, { status, headers, body }: Refusal): Reply {
  for (const [name, value] of headers) reply.header(name, value);
  reply.code(status);
  reply.send(body as never);
  return reply;
}

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import Provider, { type Adapter, type AdapterPayload, type InteractionResults } from "oidc-provider";
import * as openid from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

/** Logins through a real OpenID provider on loopback, with openid-client as the relying party. */

const database = useDatabase();
const auth = useAuth(database.url);

const CLIENT = { id: "pevensie", secret: randomUUID() };
/** The browser stops at this address. Nothing listens there. */
const REDIRECT_URI = "https://app.example.com/callback";
/** Longer than any test takes, so that nothing expires on a busy machine. */
const TTL_SECONDS = 3600;

/** An account at the provider. */
interface Account {
  email?: string;
  email_verified?: boolean;
}

const accounts = new Map<string, Account>();
const server = createServer();
let config: openid.Configuration;
let issuer: string;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = createProvider();
  const handle = provider.callback();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith("/interaction/")) return handle(request, response);
    return interact(provider, request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  config = await openid.discovery(new URL(issuer), CLIENT.id, CLIENT.secret, undefined, {
    // Only because the provider of this test has no certificate.
    execute: [openid.allowInsecureRequests],
  });
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
});

function createProvider(): Provider {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ttl = Object.fromEntries(
    ["AccessToken", "AuthorizationCode", "Grant", "IdToken", "Interaction", "Session"].map((name) => [
      name,
      TTL_SECONDS,
    ]),
  );
  return new Provider(issuer, {
    adapter: MemoryAdapter,
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    // The ID token has the claims `email` and `email_verified`, as that of Google has.
    conformIdTokenClaims: false,
    cookies: { keys: [randomUUID()] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, sub) => {
      const account = accounts.get(sub);
      return account && { accountId: sub, claims: () => ({ sub, ...account }) };
    },
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
    pkce: { methods: ["S256"], required: () => true },
    ttl,
  });
}

/** The pages of the provider that ask for an account, and then for consent. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid, prompt, params, session } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    const page = `<form method="post" action="/interaction/${uid}"><button>${prompt.name}</button></form>`;
    response.setHeader("Content-Type", "text/html").end(page);
    return;
  }
  const form = new URLSearchParams(await text(request));
  let result: InteractionResults;
  if (form.get("decline") === prompt.name) {
    result = { error: "access_denied", error_description: "The user declined." };
  } else if (prompt.name === "login") {
    result = { login: { accountId: form.get("account") ?? "" } };
  } else {
    const grant = new provider.Grant({
      accountId: session?.accountId ?? "",
      clientId: params["client_id"] as string,
    });
    grant.addOIDCScope(params["scope"] as string);
    result = { consent: { grantId: await grant.save() } };
  }
  await provider.interactionFinished(request, response, result, {
    mergeWithLastSubmission: prompt.name === "consent",
  });
}

const stored = new Map<string, AdapterPayload>();

/** The provider's own adapter prints a warning. */
class MemoryAdapter implements Adapter {
  constructor(private readonly model: string) {}

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    stored.set(`${this.model}:${id}`, payload);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return stored.get(`${this.model}:${id}`);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return [...stored].find(([key, payload]) => key.startsWith(`${this.model}:`) && payload.uid === uid)?.[1];
  }

  async findByUserCode(): Promise<undefined> {}

  async consume(id: string): Promise<void> {
    const payload = await this.find(id);
    if (payload !== undefined) payload.consumed = true;
  }

  async destroy(id: string): Promise<void> {
    stored.delete(`${this.model}:${id}`);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of stored) {
      if (key.startsWith(`${this.model}:`) && payload.grantId === grantId) stored.delete(key);
    }
  }
}

/** Follows redirects, keeps cookies and submits forms. */
class Browser {
  /** The number of forms that it has submitted. */
  submitted = 0;
  readonly #cookies = new Map<string, { readonly path: string; readonly pair: string }>();

  /** Opens an address of the provider, fills in its forms and returns the address of the callback. */
  async open(start: URL, fields: Readonly<Record<string, string>>): Promise<URL> {
    let url = start;
    let body: URLSearchParams | null = null;
    while (!url.href.startsWith(REDIRECT_URI)) {
      const response: Response = await this.#fetch(url, body);
      const page = await response.text();
      const location = response.headers.get("location");
      const { 1: action } = /<form method="post" action="([^"]+)"/.exec(page) ?? [];
      const next = location ?? action;
      if (next === undefined) throw new Error(`${url} answered ${response.status}: ${page}`);
      body = location === null ? new URLSearchParams(fields) : null;
      if (body !== null) this.submitted += 1;
      url = new URL(next, url);
    }
    return url;
  }

  async #fetch(url: URL, body: URLSearchParams | null): Promise<Response> {
    const cookie = [...this.#cookies.values()].filter(({ path }) => url.pathname.startsWith(path));
    const response = await fetch(url, {
      method: body === null ? "GET" : "POST",
      headers: { cookie: cookie.map(({ pair }) => pair).join("; ") },
      body,
      redirect: "manual",
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(/;\s*/);
      const { 1: path = "/" } = /^path=(.*)$/im.exec(attributes.join("\n")) ?? [];
      const key = `${path} ${pair.slice(0, pair.indexOf("="))}`;
      if (pair.endsWith("=")) this.#cookies.delete(key);
      else this.#cookies.set(key, { path, pair });
    }
    return response;
  }
}

/** The provider's answer, and what the relying party has kept to check it. */
interface Answer {
  readonly callback: URL;
  readonly checks: {
    readonly expectedState: string;
    readonly expectedNonce: string;
    readonly pkceCodeVerifier: string;
  };
}

/** Sends a browser to the provider, where the user logs in with an account. */
async function authorize(
  subject: string,
  { browser = new Browser(), decline = "" }: { readonly browser?: Browser; readonly decline?: string } = {},
): Promise<Answer> {
  const checks = {
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
  };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: "openid email",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  return { callback: await browser.open(url, { account: subject, decline }), checks };
}

/** What an application does at its callback: it validates the answer, and then logs the user in. */
async function finish({ callback, checks }: Answer) {
  const tokens = await openid.authorizationCodeGrant(config, callback, { ...checks, idTokenExpected: true });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error("no ID token");
  return auth.current.logInWithIdentity({
    issuer: claims.iss,
    subject: claims.sub,
    email: typeof claims["email"] === "string" ? claims["email"] : undefined,
    emailVerified: claims["email_verified"] === true,
  });
}

/** Opens an account at the provider and returns its subject. */
function openAccount(account: Account): string {
  const subject = randomUUID();
  accounts.set(subject, account);
  return subject;
}

const logIn = async (...args: Parameters<typeof authorize>) => finish(await authorize(...args));

async function expectSession(result: Awaited<ReturnType<typeof finish>>, userId: string): Promise<void> {
  if (result.outcome === "link-required") throw new Error("there is no session");
  expect(result.user.id).toBe(userId);
  expect(result.session.userId).toBe(userId);
  await expect(auth.current.getSession(result.session.id)).resolves.toMatchObject({ id: result.session.id, userId });
}

/** Everything that a login can create. */
async function counts() {
  const [row] = await database.rows<{ users: string; identities: string; sessions: string }>(`
    select
      (select count(*) from pevensie."user") as users,
      (select count(*) from pevensie.identity) as identities,
      (select count(*) from pevensie.session) as sessions`);
  return row;
}

test("G47: the first login creates a user with a confirmed email, the second logs the same user in", async () => {
  const email = uniqueEmail();
  const subject = openAccount({ email, email_verified: true });
  const first = await logIn(subject);
  if (first.outcome !== "created") throw new Error(first.outcome);
  expect(first.user).toMatchObject({ email, emailConfirmedAt: expect.any(Date) });
  await expectSession(first, first.user.id);

  const second = await logIn(subject);
  expect(second.outcome).toBe("logged-in");
  await expectSession(second, first.user.id);
  await expect(auth.current.listIdentities(first.user.id)).resolves.toEqual([
    { issuer, subject, email, createdAt: expect.any(Date), lastUsedAt: expect.any(Date) },
  ]);
  await expect(auth.current.logInUser({ email, password: PASSWORD })).resolves.toBeNull();
});

test("G47: a browser that is logged in at the provider logs in without a form", async () => {
  const subject = openAccount({ email: uniqueEmail(), email_verified: true });
  const browser = new Browser();
  await expect(logIn(subject, { browser })).resolves.toMatchObject({ outcome: "created" });
  expect(browser.submitted).toBe(2);
  await expect(logIn(subject, { browser })).resolves.toMatchObject({ outcome: "logged-in" });
  expect(browser.submitted).toBe(2);
});

test.each([false, undefined])(
  "G47: email_verified: %s creates a user whose email is not confirmed",
  async (verified) => {
    const email = uniqueEmail();
    const subject = openAccount({ email, ...(verified === undefined ? {} : { email_verified: verified }) });
    await expect(logIn(subject)).resolves.toMatchObject({
      outcome: "created",
      user: { email, emailConfirmedAt: null },
    });
  },
);

test("G47: a user is known by the subject, whatever the provider's email has become", async () => {
  const subject = openAccount({ email: uniqueEmail(), email_verified: true });
  const first = await logIn(subject);
  if (first.outcome !== "created") throw new Error(first.outcome);
  const stranger = await createUser(auth.current);
  accounts.set(subject, { email: stranger.email, email_verified: true });
  const second = await logIn(subject);
  await expectSession(second, first.user.id);
  expect(second).toMatchObject({ outcome: "logged-in", user: { email: first.user.email } });
});

test("G47: an account without an email creates no user, and is refused with INVALID_INPUT", async () => {
  const subject = openAccount({});
  const before = await counts();
  await expect(logIn(subject)).rejects.toMatchObject({ code: "INVALID_INPUT", field: "email" });
  await expect(counts()).resolves.toEqual(before);
});

test("G47: a user with an unconfirmed email has to log in with the password and link the identity", async () => {
  const user = await createUser(auth.current);
  const subject = openAccount({ email: user.email, email_verified: true });
  const before = await counts();
  await expect(logIn(subject)).resolves.toEqual({ outcome: "link-required", userId: user.id });
  await expect(logIn(subject)).resolves.toEqual({ outcome: "link-required", userId: user.id });
  await expect(counts()).resolves.toEqual(before);

  const loggedIn = await auth.current.logInUser({ email: user.email, password: PASSWORD });
  expect(loggedIn?.user.id).toBe(user.id);
  await auth.current.linkIdentity(user.id, { issuer, subject, email: user.email });
  const result = await logIn(subject);
  expect(result.outcome).toBe("logged-in");
  await expectSession(result, user.id);
});

test("G47: an identity with a verified email is linked to the user with the same confirmed email", async () => {
  const { id: userId, email } = await createUser(auth.current);
  const token = await auth.current.createOneTimeToken({ userId, tokenType: "email-confirmation", ttlSeconds: 3600 });
  await auth.current.confirmEmail({ token });
  const subject = openAccount({ email: email.toUpperCase(), email_verified: true });
  const result = await logIn(subject);
  expect(result.outcome).toBe("logged-in");
  await expectSession(result, userId);
  await expect(auth.current.listIdentities(userId)).resolves.toMatchObject([{ issuer, subject, email }]);
  // The password still works: its owner has proved the mailbox.
  await expect(auth.current.logInUser({ email, password: PASSWORD })).resolves.toMatchObject({ user: { id: userId } });
});

test("G47: an identity with an unverified email is not linked, even to a user with a confirmed email", async () => {
  const user = await createUser(auth.current);
  await auth.current.updateUser(user.id, { emailConfirmedAt: new Date() });
  const subject = openAccount({ email: user.email, email_verified: false });
  await expect(logIn(subject)).resolves.toEqual({ outcome: "link-required", userId: user.id });
  await expect(auth.current.listIdentities(user.id)).resolves.toEqual([]);
});

const INVALID_GRANT = { name: "ResponseBodyError", error: "invalid_grant" };
const invalidResponse = (parameter: string) => ({
  code: "OAUTH_INVALID_RESPONSE",
  cause: { message: `unexpected ${parameter} response parameter value` },
});

/** A copy of the callback's address with another parameter. */
function withParameter(callback: URL, name: string, value: string): URL {
  const changed = new URL(callback);
  changed.searchParams.set(name, value);
  return changed;
}

test.each<[string, (answer: Answer) => Answer, object]>([
  [
    "a forged state",
    ({ callback, checks }) => ({ callback: withParameter(callback, "state", openid.randomState()), checks }),
    invalidResponse('"state"'),
  ],
  [
    "a forged issuer",
    ({ callback, checks }) => ({ callback: withParameter(callback, "iss", "https://evil.example.com"), checks }),
    invalidResponse('"iss" (issuer)'),
  ],
  [
    "a forged code",
    ({ callback, checks }) => ({ callback: withParameter(callback, "code", randomUUID()), checks }),
    INVALID_GRANT,
  ],
  [
    "a wrong nonce",
    ({ callback, checks }) => ({ callback, checks: { ...checks, expectedNonce: openid.randomNonce() } }),
    { code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED", cause: { message: 'unexpected ID Token "nonce" claim value' } },
  ],
  [
    "a wrong PKCE verifier",
    ({ callback, checks }) => ({
      callback,
      checks: { ...checks, pkceCodeVerifier: openid.randomPKCECodeVerifier() },
    }),
    INVALID_GRANT,
  ],
])("G47: %s is refused and creates no user", async (_name, forge, refusal) => {
  const before = await counts();
  const answer = await authorize(openAccount({ email: uniqueEmail(), email_verified: true }));
  await expect(finish(forge(answer))).rejects.toMatchObject(refusal);
  await expect(counts()).resolves.toEqual(before);
});

test("G47: a callback that belongs to the login of another browser is refused and creates no user", async () => {
  const before = await counts();
  const attacker = await authorize(openAccount({ email: uniqueEmail(), email_verified: true }));
  const victim = await authorize(openAccount({ email: uniqueEmail(), email_verified: true }));
  await expect(finish({ ...victim, callback: attacker.callback })).rejects.toMatchObject(invalidResponse('"state"'));
  // With the victim's state in its place, the code is still that of another PKCE challenge.
  const callback = withParameter(attacker.callback, "state", victim.checks.expectedState);
  await expect(finish({ ...victim, callback })).rejects.toMatchObject(INVALID_GRANT);
  await expect(counts()).resolves.toEqual(before);
});

test("G47: a replayed code is refused and creates neither a user nor a session", async () => {
  const answer = await authorize(openAccount({ email: uniqueEmail(), email_verified: true }));
  await expect(finish(answer)).resolves.toMatchObject({ outcome: "created" });
  const before = await counts();
  await expect(finish(answer)).rejects.toMatchObject(INVALID_GRANT);
  await expect(counts()).resolves.toEqual(before);
});

test.each(["login", "consent"])("G47: a user who declines the %s at the provider is not logged in", async (decline) => {
  const before = await counts();
  const answer = await authorize(openAccount({ email: uniqueEmail(), email_verified: true }), { decline });
  await expect(finish(answer)).rejects.toMatchObject({ name: "AuthorizationResponseError", error: "access_denied" });
  await expect(counts()).resolves.toEqual(before);
});

import type { ApiKey, Identity, Session, User } from "pevensie";
import type { LiveToken } from "../admin-queries.js";
import type { Profile } from "../profile.js";
import { describeDevice } from "../user-agent.js";
import type { Visitor } from "../visitor.js";
import { type Html, html } from "./html.js";
import { ago, button, empty, hidden, plural, sentBy, time } from "./parts.js";
import { table } from "./table.js";

/** How many users a page lists. */
export const PAGE_SIZE = 20;

export const STATES = ["any", "live", "banned", "deleted"] as const;
const STATE_NAMES = { any: "All", live: "Live", banned: "Banned", deleted: "Deleted" } as const;

/** A page of users, and what they were selected by. */
export interface UserList {
  readonly users: readonly User<Profile>[];
  readonly hasMore: boolean;
  readonly count: number;
  readonly query: string;
  readonly state: (typeof STATES)[number];
  readonly after: string | null;
}

function listPath({ query, state }: Pick<UserList, "query" | "state">, after?: string): string {
  const parameters = new URLSearchParams();
  if (query !== "") parameters.set("q", query);
  if (state !== "any") parameters.set("state", state);
  if (after !== undefined) parameters.set("after", after);
  const text = parameters.toString();
  return text === "" ? "/admin/users" : `/admin/users?${text}`;
}

export function usersPage(list: UserList): Html {
  const { users, hasMore, count, query, state, after } = list;
  const last = users.at(-1);
  return html`
    <h1>Users</h1>
    <form method="get" action="/admin/users" class="search" role="search">
      <label for="q">Part of an email, or an id</label>
      <input type="search" id="q" name="q" value="${query}">
      ${state === "any" ? null : hidden("state", state)}
      <button class="button">Search</button>
    </form>
    <nav class="chips" aria-label="State">${STATES.map((name) => stateLink(list, name))}</nav>
    <p class="muted" role="status">${plural(count, "user")}${query === "" ? null : html` for “${query}”`}</p>
    ${
      users.length === 0
        ? empty(
            "people",
            "Nobody",
            query === "" ? "There is no user in this state." : "No user matches. Try a shorter part of the email.",
          )
        : table("Users", ["Name", "Email", "State", "Role", "Last login", "Created"], users.map(userRow))
    }
    <nav class="pages" aria-label="Pages">
      ${after === null ? null : html`<a class="button plain" href="${listPath(list)}">From the start</a>`}
      ${hasMore && last !== undefined ? html`<a class="button plain" href="${listPath(list, last.id)}">Next ${PAGE_SIZE}</a>` : null}
    </nav>`;
}

function stateLink(list: UserList, state: UserList["state"]): Html {
  const path = listPath({ ...list, state });
  return list.state === state
    ? html`<a href="${path}" aria-current="true">${STATE_NAMES[state]}</a>`
    : html`<a href="${path}">${STATE_NAMES[state]}</a>`;
}

function userRow(user: User<Profile>): Html[] {
  return [
    html`<a href="/admin/users/${user.id}">${user.userMetadata.name}</a>`,
    html`${user.email}`,
    stateTag(user),
    html`${user.role ?? "–"}`,
    user.lastSignIn === null ? html`never` : ago(user.lastSignIn),
    time(user.createdAt),
  ];
}

function isBanned({ bannedUntil }: User<Profile>): boolean {
  return bannedUntil !== null && bannedUntil.getTime() > Date.now();
}

function stateTag(user: User<Profile>): Html {
  if (user.deletedAt !== null) return html`<span class="tag off">deleted</span>`;
  if (isBanned(user)) return html`<span class="tag bad">banned</span>`;
  if (user.emailConfirmedAt === null) return html`<span class="tag warn">unconfirmed</span>`;
  return html`<span class="tag good">live</span>`;
}

/** Everything about a user. */
export interface UserDetails {
  readonly user: User<Profile>;
  readonly sessions: readonly Session[];
  readonly tokens: readonly LiveToken[];
  readonly identities: readonly Identity[];
  readonly apiKeys: readonly ApiKey[];
  readonly noteCount: number;
  /** Who looks at it. */
  readonly visitor: Visitor;
}

/** The end of Date's range means forever. */
const FOREVER = 8.64e15;

export function userPage({ user, sessions, tokens, identities, apiKeys, noteCount, visitor }: UserDetails): Html {
  const { bannedUntil, deletedAt } = user;
  return html`
    <p class="crumb"><a href="/admin/users">Users</a></p>
    <div class="title-row"><h1>${user.userMetadata.name}</h1>${stateTag(user)}</div>
    <div class="columns">
      <section class="panel" aria-labelledby="details">
        <h2 id="details">Details</h2>
        <dl class="rows">
          <div><dt>Email</dt><dd>${user.email}</dd></div>
          <div><dt>Confirmed</dt><dd>${user.emailConfirmedAt === null ? "no" : time(user.emailConfirmedAt)}</dd></div>
          <div><dt>Role</dt><dd>${user.role ?? "none"}</dd></div>
          <div><dt>Created</dt><dd>${time(user.createdAt)}</dd></div>
          <div><dt>Last login</dt><dd>${user.lastSignIn === null ? "never" : time(user.lastSignIn)}</dd></div>
          <div><dt>Notes</dt><dd>${noteCount}</dd></div>
          ${isBanned(user) && bannedUntil !== null ? html`<div><dt>Banned until</dt><dd>${bannedUntil.getTime() >= FOREVER ? "for good" : time(bannedUntil)}</dd></div>` : null}
          ${deletedAt === null ? null : html`<div><dt>Deleted</dt><dd>${time(deletedAt)}</dd></div>`}
          <div><dt>Id</dt><dd><code>${user.id}</code></dd></div>
        </dl>
      </section>
      ${actions(user, sessions.length, visitor)}
    </div>
    <section aria-labelledby="sessions">
      <h2 id="sessions">Sessions</h2>
      ${
        sessions.length === 0
          ? html`<p class="muted">Not logged in anywhere.</p>`
          : table(
              "Sessions",
              ["Device", "Address", "Seen", "Logged in", "Ends"],
              sessions.map((session) => [
                html`${describeDevice(session.userAgent)}`,
                html`${session.ip ?? "–"}`,
                ago(session.lastSeenAt),
                time(session.createdAt),
                session.expiresAt === null ? html`never` : time(session.expiresAt),
              ]),
            )
      }
    </section>
    <section aria-labelledby="tokens">
      <h2 id="tokens">One-time tokens</h2>
      ${
        tokens.length === 0
          ? html`<p class="muted">None that could be used.</p>`
          : table(
              "One-time tokens",
              ["For", "Created", "Usable until"],
              tokens.map(({ type, purpose, createdAt, expiresAt }) => [
                html`${purpose ?? type}`,
                time(createdAt),
                time(expiresAt),
              ]),
            )
      }
    </section>
    <section aria-labelledby="identities">
      <h2 id="identities">Identities and API keys</h2>
      ${
        identities.length + apiKeys.length === 0
          ? html`<p class="muted">None.</p>`
          : table(
              "Identities and API keys",
              ["Kind", "Name", "Created", "Last used"],
              [
                ...identities.map(({ issuer, email, subject, createdAt, lastUsedAt }) => [
                  html`${issuer}`,
                  html`${email ?? subject}`,
                  time(createdAt),
                  lastUsedAt === null ? html`never` : ago(lastUsedAt),
                ]),
                ...apiKeys.map(({ name, start, createdAt, lastUsedAt }) => [
                  html`API key <code>${start}…</code>`,
                  html`${name}`,
                  time(createdAt),
                  lastUsedAt === null ? html`never` : ago(lastUsedAt),
                ]),
              ],
            )
      }
    </section>`;
}

function actions(user: User<Profile>, sessionCount: number, visitor: Visitor): Html {
  const path = `/admin/users/${user.id}`;
  const isDeleted = user.deletedAt !== null;
  if (user.id === visitor.user.id) {
    return html`<section class="panel" aria-labelledby="actions"><h2 id="actions">Actions</h2>
      <p>This is you. Your own account is on <a href="/account">your page</a>.</p></section>`;
  }
  const plain = { class: "button plain small", hidden: sentBy(visitor) };
  return html`<section class="panel" aria-labelledby="actions">
    <h2 id="actions">Actions</h2>
    <div class="actions">
      ${sessionCount === 0 ? null : button(`${path}/end-sessions`, "End all sessions", plain)}
      ${
        isDeleted
          ? button(`${path}/restore`, "Restore", plain)
          : isBanned(user)
            ? button(`${path}/unban`, "Lift the ban", plain)
            : html`${button(`${path}/ban`, "Ban for a week", { ...plain, hidden: html`${sentBy(visitor)}${hidden("until", "week")}` })}
              ${button(`${path}/ban`, "Ban for good", plain)}`
      }
      ${isDeleted ? null : button(`${path}/delete`, "Delete", plain)}
      <a class="button danger small" href="${path}/erase">Erase …</a>
    </div>
    <p class="hint">Deleted users can be restored. Erased ones are gone, and their notes too.</p>
  </section>`;
}

export function erasePage(user: User<Profile>, noteCount: number, visitor: Visitor): Html {
  const path = `/admin/users/${user.id}`;
  return html`
    <h1>Erase ${user.userMetadata.name}?</h1>
    <p>The account of ${user.email} and ${plural(noteCount, "note")} are removed for good.</p>
    <form method="post" action="${path}/erase" class="stack row">
      ${sentBy(visitor)}<button class="button danger">Erase for good</button><a class="button plain" href="${path}">Keep the user</a>
    </form>`;
}

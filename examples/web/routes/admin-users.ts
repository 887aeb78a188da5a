import { type Context, Hono } from "hono";
import type { AuthFunctions } from "pevensie";
import { listTokens } from "../admin-queries.js";
import { readForm } from "../forms.js";
import { type Notice, redirectWith } from "../notices.js";
import { erasePage, PAGE_SIZE, STATES, type UserList, userPage, usersPage } from "../pages/admin-users.js";
import type { Profile } from "../profile.js";
import { render } from "../render.js";
import { type AppEnv, requireAdmin, requireRecentLogIn, visitorOf } from "../visitor.js";

/** Users, for administrators. */
export const adminUsersRoutes = new Hono<AppEnv>();

adminUsersRoutes.use("/admin", requireAdmin);
adminUsersRoutes.use("/admin/*", requireAdmin);

adminUsersRoutes.get("/admin", (c) => c.redirect("/admin/users", 302));

adminUsersRoutes.get("/admin/users", async (c) => {
  const { auth } = c.var.services;
  const query = (c.req.query("q") ?? "").trim();
  const state = STATES.find((name) => name === c.req.query("state")) ?? "any";
  const after = c.req.query("after") ?? null;
  const selection = { state, ...(query === "" ? {} : { filters: filtersOf(query) }) };
  // One more than is shown: whether there is a next page.
  const [users, count] = await Promise.all([
    auth.listUsers({ ...selection, after, limit: PAGE_SIZE + 1 }),
    auth.countUsers(selection),
  ]);
  const list: UserList = {
    users: users.slice(0, PAGE_SIZE),
    hasMore: users.length > PAGE_SIZE,
    count,
    query,
    state,
    after,
  };
  return render(c, { title: "Users", width: "wide", content: usersPage(list) });
});

/** Emails that contain the text, or a complete id. An email that begins with it is found by an index; the rest reads every user. */
function filtersOf(query: string) {
  const literal = query.replaceAll(/[\\%_]/g, String.raw`\$&`);
  return { email: [`%${literal}%`], id: [literal] };
}

/** Returns the user with this id, if it is in canonical form: Pevensie accepts other spellings, such as one in braces. */
async function find(c: Context<AppEnv>, id: string) {
  // getUserById finds live users alone.
  const filters = { id: [id.replaceAll(/[^0-9a-f-]/gi, "")] };
  const [user] = await c.var.services.auth.listUsers({ filters, state: "any", limit: 1 });
  return user?.id === id ? user : null;
}

adminUsersRoutes.get("/admin/users/:id", async (c) => {
  const { auth, pool, notes } = c.var.services;
  const user = await find(c, c.req.param("id"));
  if (user === null) return c.notFound();
  const [sessions, tokens, identities, apiKeys, noteCount] = await Promise.all([
    auth.listSessions(user.id),
    listTokens(pool, user.id),
    auth.listIdentities(user.id),
    auth.listApiKeys(user.id),
    notes.countOf(user.id),
  ]);
  const content = userPage({ user, sessions, tokens, identities, apiKeys, noteCount, visitor: visitorOf(c) });
  return render(c, { title: user.userMetadata.name, width: "wide", content });
});

/** Administrators must not lock themselves out. The id has to be that of a user who was found. */
const isSelf = (c: Context<AppEnv>, id: string) => id === visitorOf(c).user.id;

const WEEK_MS = 7 * 86_400_000;

type Change = (auth: AuthFunctions<Profile>, id: string, values: Readonly<Record<string, string>>) => Promise<unknown>;

/** What an administrator can do to a user, by the last part of the address, with what the page says afterwards. */
const CHANGES: Readonly<Record<string, readonly [done: Notice, change: Change]>> = {
  ban: [
    "banned",
    (auth, id, { until }) => auth.banUser(id, until === "week" ? { until: new Date(Date.now() + WEEK_MS) } : {}),
  ],
  unban: ["unbanned", (auth, id) => auth.unbanUser(id)],
  delete: ["user-deleted", (auth, id) => auth.deleteUserById(id)],
  restore: ["restored", (auth, id) => auth.restoreUser(id)],
  "end-sessions": ["sessions-ended", (auth, id) => auth.deleteSessions(id)],
};

adminUsersRoutes.get("/admin/users/:id/erase", requireRecentLogIn(15), async (c) => {
  const user = await find(c, c.req.param("id"));
  if (user === null) return c.notFound();
  const content = erasePage(user, await c.var.services.notes.countOf(user.id), visitorOf(c));
  return render(c, { title: `Erase ${user.userMetadata.name}`, width: "narrow", content });
});

adminUsersRoutes.post("/admin/users/:id/erase", requireRecentLogIn(15), async (c) => {
  const user = await find(c, c.req.param("id"));
  if (user === null) return c.notFound();
  if (isSelf(c, user.id)) return c.redirect(`/admin/users/${user.id}`, 303);
  await c.var.services.notes.withUsers((auth) => auth.eraseUser(user.id));
  return redirectWith(c, "/admin/users", "erased");
});

adminUsersRoutes.post("/admin/users/:id/:change", requireRecentLogIn(15), async (c) => {
  const { id: given, change: name } = c.req.param();
  const found = Object.hasOwn(CHANGES, name) ? CHANGES[name] : undefined;
  const id = (await find(c, given))?.id;
  if (found === undefined || id === undefined) return c.notFound();
  const [done, change] = found;
  if (isSelf(c, id)) return c.redirect(`/admin/users/${id}`, 303);
  const values = await readForm(c);
  await c.var.services.notes.withUsers((auth) => change(auth, id, values));
  return redirectWith(c, `/admin/users/${id}`, done);
});

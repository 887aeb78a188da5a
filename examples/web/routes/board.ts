import { type Context, Hono } from "hono";
import { emptyForm, explain, type Form, readForm, refuse } from "../forms.js";
import { NOTE_LENGTH, NOTE_LINES } from "../notes.js";
import { redirectWith } from "../notices.js";
import { boardPage, ownNotesPage } from "../pages/board.js";
import { render, renderForm } from "../render.js";
import { type AppEnv, findVisitor, requireVisitor, safePath, visitorOf } from "../visitor.js";

/** The front page: notes, from the cache, and the form for a new one. One's own are on a page of the account, however old. */
export const boardRoutes = new Hono<AppEnv>();

async function show(c: Context<AppEnv>, form: Form) {
  const board = await c.var.services.notes.board();
  return renderForm(c, form, { title: "Lantern Post", width: "text", content: boardPage(board, findVisitor(c), form) });
}

boardRoutes.get("/", (c) => show(c, emptyForm()));

boardRoutes.post("/", requireVisitor, async (c) => {
  const { user } = visitorOf(c);
  const { notes, limits } = c.var.services;
  const values = await readForm(c);
  // Browsers send line breaks as CRLF, and count them as one character.
  const text = (values["text"] ?? "")
    .replaceAll("\r\n", "\n")
    .replaceAll(/\n(?:[^\S\n]*\n)+/g, "\n\n")
    .trim();
  if (user.emailConfirmedAt === null) return c.redirect("/", 303);
  if (text === "") return show(c, refuse(values, "text", "Write something first."));
  if (text.length > NOTE_LENGTH) {
    return show(c, refuse(values, "text", `Shorten the note by ${text.length - NOTE_LENGTH} characters.`));
  }
  if (text.split("\n").length > NOTE_LINES) {
    return show(c, refuse(values, "text", `Shorten the note to ${NOTE_LINES} lines.`));
  }
  if (text.includes("\0")) return show(c, refuse(values, "text", "Remove the characters that cannot be shown."));
  try {
    await limits.admit("note", user.id);
  } catch (error) {
    return show(c, explain(error, values));
  }
  await notes.post(user.id, text);
  return redirectWith(c, "/", "posted");
});

boardRoutes.get("/account/notes", requireVisitor, async (c) => {
  const visitor = visitorOf(c);
  const { notes, last } = await c.var.services.notes.pageOf(visitor.user.id, c.req.query("after"));
  return render(c, { title: "Your notes", content: ownNotesPage(notes, last, visitor) });
});

boardRoutes.post("/notes/remove", requireVisitor, async (c) => {
  const { id = "", next } = await readForm(c);
  await c.var.services.notes.remove(visitorOf(c).user.id, id);
  return redirectWith(c, safePath(next), "removed");
});

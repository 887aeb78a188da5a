import type { Form } from "../forms.js";
import { type Board, NOTE_LENGTH, type Note } from "../notes.js";
import type { Visitor } from "../visitor.js";
import { type Html, html } from "./html.js";
import { ago, button, empty, field, hidden, plural, postForm, sentBy, time } from "./parts.js";

/** Returns the front page: the notes, and a form for those who may post. */
export function boardPage(board: Board, visitor: Visitor | null, form: Form): Html {
  return html`
    <div class="intro">
      <h1>The board under the lantern</h1>
      <p class="lead">Short notes from whoever passes by. ${
        board.noteCount === 0
          ? null
          : html`${plural(board.noteCount, "note")} by ${plural(board.authorCount, "person", "people")} so far.`
      }</p>
    </div>
    ${composer(visitor, form)}
    <section aria-labelledby="notes-title">
      <h2 id="notes-title" class="spoken">Notes</h2>
      ${
        board.notes.length === 0
          ? empty("note", "The board is empty", "The first note could be yours.")
          : noteList(board.notes, visitor, "/")
      }
    </section>
    <p class="computed">Computed ${time(new Date(board.computedAt))} in ${board.milliseconds.toFixed(1)} ms, once for
      everybody. It is computed anew when a note changes.</p>`;
}

function composer(visitor: Visitor | null, form: Form): Html {
  if (visitor === null) {
    return html`<p class="panel">To leave a note, <a href="/sign-up">sign up</a> or <a href="/log-in">log in</a>.</p>`;
  }
  if (visitor.user.emailConfirmedAt === null) {
    return html`<p class="panel">To leave a note, confirm your address first: open the link in the mail that we sent you.
      <a href="/account">Send it again</a>.</p>`;
  }
  const input = field(form, {
    name: "text",
    label: "Your note",
    type: "textarea",
    hint: `Up to ${NOTE_LENGTH} characters.`,
    maxlength: NOTE_LENGTH,
  });
  return html`<div class="panel">${postForm("/", form, "Post", html`${sentBy(visitor)}${input}`)}</div>`;
}

/** Returns the page of one's own notes. */
export function ownNotesPage(notes: readonly Note[], last: string | null, visitor: Visitor): Html {
  return html`
    <p class="crumb"><a href="/account">Your account</a></p>
    <h1>Your notes</h1>
    ${notes.length === 0 ? empty("note", "No notes", html`Write one on <a href="/">the board</a>.`) : noteList(notes, visitor, OWN_NOTES)}
    ${last === null ? null : html`<nav class="pages" aria-label="Pages"><a class="button plain" href="${OWN_NOTES}?after=${last}">Older notes</a></nav>`}`;
}

const OWN_NOTES = "/account/notes";

/** `page` is where a removal leads back to. */
function noteList(notes: readonly Note[], visitor: Visitor | null, page: string): Html {
  return html`<ol class="notes">${notes.map((note) => noteItem(note, visitor, page))}</ol>`;
}

function noteItem(note: Note, visitor: Visitor | null, page: string): Html {
  return html`<li class="note">
    <p class="note-text">${note.text}</p>
    <div class="note-foot">
      <span class="author">${note.author}</span>
      <span>${ago(new Date(note.postedAt))}</span>
      ${visitor !== null && note.userId === visitor.user.id ? removeButton(note, visitor, page) : null}
    </div>
  </li>`;
}

function removeButton(note: Note, visitor: Visitor, page: string): Html {
  // Heard without the note above it, a button says which one it removes.
  const start = note.text.length > 40 ? `${note.text.slice(0, 40)}…` : note.text;
  return button("/notes/remove", html`Remove<span class="spoken"> “${start}”</span>`, {
    hidden: html`${sentBy(visitor)}${hidden("id", note.id)}${hidden("next", page)}`,
  });
}

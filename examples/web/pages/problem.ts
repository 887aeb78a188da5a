import { type Html, html } from "./html.js";
import { icon } from "./icons.js";

/** Returns the page of an error: what happened, and what to do. */
export function problemPage(title: string, text: string): Html {
  return html`<div class="centred">
    <span class="badge warn">${icon("warning")}</span>
    <h1>${title}</h1>
    <p>${text}</p>
    <p><a class="button" href="/">To the board</a></p>
  </div>`;
}

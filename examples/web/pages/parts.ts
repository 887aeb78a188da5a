import type { Form } from "../forms.js";
import type { Visitor } from "../visitor.js";
import { type Content, type Html, html } from "./html.js";
import { type IconName, icon } from "./icons.js";

/** A labelled input. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: "text" | "email" | "password" | "search" | "textarea" | undefined;
  readonly hint?: string | undefined;
  readonly autocomplete?: string | undefined;
  readonly inputmode?: "numeric" | undefined;
  readonly maxlength?: number | undefined;
  readonly optional?: boolean | undefined;
}

/** Returns the label, the input, its hint, and what is wrong with it: a screen reader reads all of them at the input. */
export function field(form: Form, { name, label, type = "text", hint, optional = false, ...rest }: Field): Html {
  const error = form.errors[name];
  const described = [hint === undefined ? "" : `${name}-hint`, error === undefined ? "" : `${name}-error`];
  // A password is typed again: it must not stand in a page.
  const value = type === "password" ? "" : (form.values[name] ?? "");
  const attributes = html`id="${name}" name="${name}"
    ${optional ? null : html`required`}
    ${rest.autocomplete === undefined ? null : html`autocomplete="${rest.autocomplete}"`}
    ${rest.inputmode === undefined ? null : html`inputmode="${rest.inputmode}"`}
    ${rest.maxlength === undefined ? null : html`maxlength="${rest.maxlength}"`}
    ${described.join("") === "" ? null : html`aria-describedby="${described.join(" ").trim()}"`}
    ${error === undefined ? null : html`aria-invalid="true"`}`;
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${hint === undefined ? null : html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${
      type === "textarea"
        ? html`<textarea rows="3" ${attributes}>${value}</textarea>`
        : html`<input type="${type}" value="${value}" ${attributes}>`
    }
    ${error === undefined ? null : html`<p class="error" id="${name}-error">${icon("warning")}<span>${error}</span></p>`}
  </div>`;
}

/** Returns what is wrong with a form, with links to the fields; nothing if nothing is. It has the focus, so that it is read out. */
export function summary(form: Form): Html | null {
  const errors = Object.entries(form.errors);
  if (form.message === undefined && errors.length === 0) return null;
  return html`<div class="summary" role="alert" tabindex="-1" autofocus>
    ${icon("warning")}
    <div>
      ${form.message === undefined ? null : html`<p>${form.message}</p>`}
      ${
        errors.length === 0
          ? null
          : html`<ul>${errors.map(([name, error]) => html`<li><a href="#${name}">${error}</a></li>`)}</ul>`
      }
    </div>
  </div>`;
}

/** Returns a form that is sent by POST, with what is wrong with it on top. */
export function postForm(action: string, form: Form, submit: string, content: Content): Html {
  // The browser's own messages differ from browser to browser, and are read out by few screen readers.
  return html`<form method="post" action="${action}" class="stack" novalidate>
    ${summary(form)}
    ${content}
    <button class="button">${submit}</button>
  </form>`;
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

/** Names whose page a form is on: in another tab, somebody else may have logged in since. Belongs in each form of a visitor, except "Log out". */
export function sentBy({ user }: Visitor): Html {
  return hidden("visitor", user.id);
}

/** Names the account of a password, for password managers. */
export function username(email: string): Html {
  return html`<input type="email" name="username" autocomplete="username" value="${email}" readonly hidden>`;
}

/** A form of one button. */
export function button(
  action: string,
  label: Content,
  options: { readonly class?: string; readonly hidden?: Html } = {},
): Html {
  return html`<form method="post" action="${action}">${options.hidden ?? null}<button class="${options.class ?? "quiet small"}">${label}</button></form>`;
}

/** What stands where there is nothing to list. */
export function empty(name: IconName, title: string, text: Content): Html {
  return html`<div class="empty">${icon(name)}<p class="empty-title">${title}</p><p>${text}</p></div>`;
}

/** A time that is read by people and machines. */
export function time(date: Date): Html {
  return html`<time datetime="${date.toISOString()}">${shortTime(date)}</time>`;
}

/** A point in time as the distance from now: "3 minutes ago". */
export function ago(date: Date): Html {
  return html`<time datetime="${date.toISOString()}" title="${shortTime(date)}">${distance(date)}</time>`;
}

function shortTime(date: Date): string {
  return `${date.toISOString().slice(0, 10)} ${date.toISOString().slice(11, 16)} UTC`;
}

function distance(date: Date): string {
  const seconds = (Date.now() - date.getTime()) / 1000;
  if (seconds < 45) return "just now";
  for (const [unit, length] of [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const) {
    const count = Math.round(seconds / length);
    if (seconds >= length * 0.75) return `${Math.max(count, 1)} ${unit}${count > 1 ? "s" : ""} ago`;
  }
  return "a minute ago";
}

/** A number with separators: 12,345. */
export function number(value: number): string {
  return value.toLocaleString("en-GB");
}

/** "1 note", "2 notes". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

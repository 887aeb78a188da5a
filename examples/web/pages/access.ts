import type { Form } from "../forms.js";
import { NAME_LENGTH } from "../profile.js";
import { type Html, html } from "./html.js";
import { icon } from "./icons.js";
import { field, hidden, postForm, username } from "./parts.js";

/** Pages for those who are not logged in: sign-up, login, and what leads back to an account. */

const EMAIL = { name: "email", label: "Email address", type: "email", autocomplete: "username" } as const;
export const PASSWORD = {
  name: "password",
  label: "Password",
  type: "password",
  autocomplete: "current-password",
} as const;
export const NEW_PASSWORD = {
  name: "password",
  label: "Password",
  type: "password",
  autocomplete: "new-password",
  hint: "At least 8 characters. A few words in a row are easy to remember.",
} as const;

export function signUpPage(form: Form): Html {
  const name = { name: "name", label: "Your name", autocomplete: "nickname", hint: "It stands under your notes." };
  return html`
    <h1>Sign up</h1>
    ${postForm(
      "/sign-up",
      form,
      "Sign up",
      html`${field(form, { ...name, maxlength: NAME_LENGTH })}${field(form, EMAIL)}${field(form, NEW_PASSWORD)}`,
    )}
    <p class="aside">You have an account? <a href="/log-in">Log in</a>.</p>`;
}

/** What follows a request for a mail: the same whether or not somebody has the address. */
export function mailSentPage(title: string, text: string, hasMailbox: boolean): Html {
  return html`<div class="centred">
    <span class="badge">${icon("mail")}</span>
    <h1>${title}</h1>
    <p>${text}</p>
    <p class="muted">Nothing after a few minutes? Look into the folder for spam, and check the address.</p>
    ${hasMailbox ? html`<p><a class="button" href="/mailbox">Open the mailbox</a></p>` : null}
  </div>`;
}

/** Needs the password of somebody who is not logged in, who is known by `email`. */
export function confirmPage(form: Form, token: string, email: string, needsPassword: boolean): Html {
  return html`
    <h1>Confirm your address</h1>
    <p>${needsPassword ? "Enter the password that you chose when you signed up." : "One click, and you can post notes."}</p>
    ${postForm(
      "/confirm",
      form,
      "Confirm",
      html`${hidden("token", token)}${needsPassword ? html`${username(email)}${field(form, PASSWORD)}` : null}`,
    )}
    <p class="aside">You did not sign up? Close this page: nothing happens.</p>`;
}

export function logInPage(form: Form, next: string): Html {
  const query = `?next=${encodeURIComponent(next)}`;
  return html`
    <h1>Log in</h1>
    ${postForm(
      "/log-in",
      form,
      "Log in",
      html`${hidden("next", next)}${field(form, EMAIL)}${field(form, PASSWORD)}
      <div class="check">
        <input type="checkbox" id="stay" name="stay" value="yes" ${form.values["stay"] === "yes" ? html`checked` : null}>
        <label for="stay">Stay logged in on this device</label>
      </div>`,
    )}
    <ul class="ways">
      <li><a href="/log-in/link${query}">Log in with a link by mail</a></li>
      <li><a href="/log-in/code${query}">Log in with a code by mail</a></li>
      <li><a href="/forgot-password">I have forgotten my password</a></li>
    </ul>
    <p class="aside">No account yet? <a href="/sign-up">Sign up</a>.</p>`;
}

export function askForMailPage(
  form: Form,
  action: string,
  title: string,
  text: string,
  submit: string,
  next: string,
): Html {
  return html`
    <h1>${title}</h1>
    <p>${text}</p>
    ${postForm(action, form, submit, html`${hidden("next", next)}${field(form, EMAIL)}`)}
    <p class="aside"><a href="/log-in">Back to the login</a></p>`;
}

export function useLinkPage(token: string, next: string): Html {
  return html`
    <h1>Log in</h1>
    <p>Your link is ready. It works once.</p>
    <form method="post" action="/log-in/link/use" class="stack">
      ${hidden("token", token)}${hidden("next", next)}<button class="button">Log in</button>
    </form>`;
}

export function codePage(form: Form, email: string, next: string): Html {
  const code = {
    name: "code",
    label: "Code",
    autocomplete: "one-time-code",
    inputmode: "numeric",
    hint: "Six digits. The code is valid for ten minutes.",
    maxlength: 12,
  } as const;
  return html`
    <h1>Enter your code</h1>
    <p>If <strong>${email}</strong> has an account, a mail with a code is on its way.</p>
    ${postForm("/log-in/code/use", form, "Log in", html`${hidden("email", email)}${hidden("next", next)}${field(form, code)}`)}
    <p class="aside"><a href="/log-in/code?next=${encodeURIComponent(next)}">Ask for another code</a></p>`;
}

export function newPasswordPage(form: Form, token: string, email: string): Html {
  return html`
    <h1>Choose a new password</h1>
    <p>You are logged out on all devices, and logged in on this one.</p>
    ${postForm(
      "/reset-password",
      form,
      "Set the password",
      html`${hidden("token", token)}${username(email)}${field(form, { ...NEW_PASSWORD, label: "New password" })}`,
    )}`;
}

/** What a link shows that has been used, replaced, or is too old. */
export function deadLinkPage(again: string, label: string): Html {
  return html`<div class="centred">
    <span class="badge warn">${icon("warning")}</span>
    <h1>This link does not work any more</h1>
    <p>A link works once, for a short time, and is void when your address or password changes. If you have pressed the button
      twice, it has worked.</p>
    <p><a class="button" href="${again}">${label}</a></p>
  </div>`;
}

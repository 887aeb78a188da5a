import type { ReceivedMail } from "../mailbox.js";
import { type Html, html } from "./html.js";
import { ago, empty } from "./parts.js";

export function mailboxPage(mails: readonly ReceivedMail[]): Html {
  return html`
    <h1>Mailbox</h1>
    <p class="lead">In development, mail to anybody comes here. With SMTP_URL it is sent.</p>
    ${
      mails.length === 0
        ? empty("mail", "No mail yet", html`Sign up, or ask for a link to log in.`)
        : html`<ul class="mails">${mails.map(
            (mail) => html`<li><a href="/mailbox/${mail.id}"><span class="mail-subject">${mail.subject}</span>
              <span class="muted">to ${mail.to} · ${ago(mail.receivedAt)}</span></a></li>`,
          )}</ul>`
    }`;
}

export function mailPage(mail: ReceivedMail, origin: string): Html {
  return html`
    <p class="crumb"><a href="/mailbox">Mailbox</a></p>
    <article class="panel mail">
      <h1>${mail.subject}</h1>
      <p class="muted">to ${mail.to} · ${ago(mail.receivedAt)}</p>
      ${mail.text.split("\n\n").map((text) => html`<p>${text.startsWith(origin) ? html`<a href="${text}">${text}</a>` : text}</p>`)}
    </article>`;
}

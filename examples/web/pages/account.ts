import type { Session } from "pevensie";
import type { Form } from "../forms.js";
import { NAME_LENGTH } from "../profile.js";
import { describeDevice, isPhone } from "../user-agent.js";
import type { Visitor } from "../visitor.js";
import { NEW_PASSWORD, PASSWORD } from "./access.js";
import { type Html, html } from "./html.js";
import { icon } from "./icons.js";
import { ago, button, field, hidden, plural, postForm, sentBy, time, username } from "./parts.js";

export function accountPage(visitor: Visitor, noteCount: number, deviceCount: number, form: Form): Html {
  const { user } = visitor;
  const name = { name: "name", label: "Name", autocomplete: "nickname", maxlength: NAME_LENGTH };
  return html`
    <h1>Your account</h1>
    ${
      user.emailConfirmedAt === null
        ? html`<div class="panel warn">
            <p>Your address is not confirmed yet. Open the link in the mail that we sent to <strong>${user.email}</strong>.</p>
            ${button("/account/send-confirmation", "Send it again", { class: "button small", hidden: sentBy(visitor) })}
          </div>`
        : null
    }
    <section class="panel" aria-labelledby="profile">
      <h2 id="profile">Profile</h2>
      ${postForm("/account", form, "Save", html`${sentBy(visitor)}${field(form, name)}`)}
    </section>
    <section class="panel" aria-labelledby="access">
      <h2 id="access">Access</h2>
      <dl class="rows">
        <div><dt>Email address</dt><dd>${user.email}</dd><dd class="action"><a href="/account/email">Change<span class="spoken"> email address</span></a></dd></div>
        <div><dt>Password</dt><dd>Hidden</dd><dd class="action"><a href="/account/password">Change<span class="spoken"> password</span></a></dd></div>
        <div><dt>Devices</dt><dd>${plural(deviceCount, "device")}</dd><dd class="action"><a href="/account/devices">See<span class="spoken"> devices</span></a></dd></div>
        <div><dt>Notes</dt><dd>${plural(noteCount, "note")} on the board</dd><dd class="action"><a href="/account/notes">See<span class="spoken"> notes</span></a></dd></div>
        <div><dt>Member since</dt><dd>${time(user.createdAt)}</dd></div>
      </dl>
    </section>
    <section class="panel danger" aria-labelledby="deletion">
      <h2 id="deletion">Delete the account</h2>
      <p>Your account and your notes are removed for good.</p>
      <p><a class="button danger" href="/account/delete">Delete the account …</a></p>
    </section>`;
}

export function devicesPage(sessions: readonly Session[], visitor: Visitor): Html {
  return html`
    <h1>Your devices</h1>
    <p class="lead">Where you are logged in. A device that you do not know? Log it out, and <a href="/account/password">change your password</a>.</p>
    <ul class="devices">${sessions.map((session) => deviceItem(session, visitor))}</ul>
    ${
      sessions.length > 1
        ? button("/account/devices/end-others", "Log out all other devices", {
            class: "button danger",
            hidden: sentBy(visitor),
          })
        : html`<p class="muted">You are logged in on this device alone.</p>`
    }`;
}

function deviceItem(session: Session, visitor: Visitor): Html {
  const isCurrent = session.id === visitor.session.id;
  const name = describeDevice(session.userAgent);
  return html`<li class="device">
    ${icon(isPhone(session.userAgent) ? "phone" : "device")}
    <div class="device-text">
      <p class="device-name">${name}${isCurrent ? html` <span class="tag">this device</span>` : null}</p>
      <p class="muted">${session.ip ?? "unknown address"} · seen ${ago(session.lastSeenAt)} · logged in ${time(session.createdAt)}</p>
      <p class="muted">${stays(session)}</p>
    </div>
    ${
      isCurrent
        ? null
        : button(
            "/account/devices/end",
            html`Log out<span class="spoken"> ${name}, logged in ${time(session.createdAt)}</span>`,
            {
              hidden: html`${sentBy(visitor)}${hidden("id", session.id)}`,
            },
          )
    }
  </li>`;
}

function stays({ idleSeconds, expiresAt }: Session): Html | null {
  const latest = expiresAt === null ? null : html`${time(expiresAt)}`;
  if (idleSeconds === null) return latest && html`Ends ${latest}`;
  const idle =
    idleSeconds >= 86_400 ? plural(idleSeconds / 86_400, "day") : plural(Math.round(idleSeconds / 3600), "hour");
  return html`Ends after ${idle} without use${latest && html`, and ${latest} at the latest`}`;
}

export function identifyPage(form: Form, next: string, visitor: Visitor): Html {
  return html`
    <h1>Is it you?</h1>
    <p>Before you go on, enter your password again.</p>
    ${postForm("/account/identify", form, "Go on", html`${sentBy(visitor)}${hidden("next", next)}${username(visitor.user.email)}${field(form, PASSWORD)}`)}
    <p class="aside">No password? <a href="/log-in/link?next=${encodeURIComponent(next)}">Log in again with a link by mail</a>.</p>`;
}

export function changePasswordPage(form: Form, visitor: Visitor): Html {
  return html`
    <h1>Change the password</h1>
    <p>Your other devices are logged out.</p>
    ${postForm(
      "/account/password",
      form,
      "Change the password",
      html`${sentBy(visitor)}${username(visitor.user.email)}${field(form, { ...NEW_PASSWORD, label: "New password" })}`,
    )}
    <p class="aside"><a href="/account">Back to the account</a></p>`;
}

export function changeEmailPage(form: Form, visitor: Visitor): Html {
  const email = { name: "email", label: "New email address", type: "email", autocomplete: "email" } as const;
  return html`
    <h1>Change the address</h1>
    <p>It is <strong>${visitor.user.email}</strong> now, until you open the link that we send to the new one.</p>
    ${postForm("/account/email", form, "Send the link", html`${sentBy(visitor)}${field(form, email)}`)}
    <p class="aside"><a href="/account">Back to the account</a></p>`;
}

/** `current` is the address of the visitor, if the link is for that account: nobody else is shown it. */
export function confirmEmailPage(form: Form, token: string, current: string | null): Html {
  return html`
    <h1>Confirm your new address</h1>
    ${
      current === null
        ? html`<p>Enter the password of the account that asked for this link. You are logged in with it, and it has this address then.</p>`
        : html`<p>Your account has this address then, instead of <strong>${current}</strong>. Your other devices are logged out.</p>`
    }
    ${postForm(
      "/confirm-email",
      form,
      "Confirm the address",
      html`${hidden("token", token)}${current === null ? field(form, PASSWORD) : null}`,
    )}
    <p class="aside">You did not ask for it? Close this page: nothing happens.</p>`;
}

export function deletePage(noteCount: number, visitor: Visitor): Html {
  return html`
    <h1>Delete the account</h1>
    <p>This removes the account of <strong>${visitor.user.email}</strong>, ${plural(noteCount, "note")}, and where you are logged in. It cannot be undone.</p>
    <form method="post" action="/account/delete" class="stack row">
      ${sentBy(visitor)}<button class="button danger">Delete everything</button><a class="button plain" href="/account">Keep the account</a>
    </form>`;
}

import type { Visitor } from "../visitor.js";
import { type Content, type Html, html } from "./html.js";
import { icon } from "./icons.js";

/** A page and what surrounds it. */
export interface Page {
  readonly title: string;
  readonly visitor: Visitor | null;
  /** The path of the page, to mark its place in the navigation. */
  readonly path: string;
  /** Whether mail goes to the page /mailbox. */
  readonly hasMailbox: boolean;
  /** What has just been done. */
  readonly notice?: string | undefined;
  /** `narrow` for forms, `wide` for tables. Default: text. */
  readonly width?: "narrow" | "text" | "wide" | undefined;
  readonly content: Content;
}

const BRAND = "Lantern Post";

/** Returns the document. It has no scripts: everything is links and forms. */
export function layout({ title, visitor, path, hasMailbox, notice, width = "text", content }: Page): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title === BRAND ? BRAND : `${title} · ${BRAND}`}</title>
    <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/static/style.css">
  </head>
  <body>
    <a class="skip" href="#main">Skip to the content</a>
    <header class="top">
      <div class="top-inner">
        <a class="brand" href="/">${icon("lantern")}<span>${BRAND}</span></a>
        <nav class="top-nav" aria-label="Main">${navigation(visitor, path, hasMailbox)}</nav>
      </div>
    </header>
    <main id="main" class="${width}" tabindex="-1">
      ${path.startsWith("/admin") ? adminNavigation(path) : null}
      ${notice === undefined ? null : html`<p class="notice" role="status">${icon("check")}<span>${notice}</span></p>`}
      ${content}
    </main>
    <footer class="bottom">
      <p>Lantern Post is the example application of <strong>Pevensie</strong>: users, sessions and a cache in PostgreSQL.</p>
    </footer>
  </body>
</html>`;
}

function navigation(visitor: Visitor | null, path: string, hasMailbox: boolean): Html {
  const mailbox = hasMailbox ? link("/mailbox", "Mailbox", path) : null;
  if (visitor === null) {
    return html`${mailbox}${link("/log-in", "Log in", path)}<a class="button small" href="/sign-up">Sign up</a>`;
  }
  return html`
    ${mailbox}
    ${visitor.user.role === "admin" ? link("/admin", "Admin", path) : null}
    ${link("/account", visitor.user.userMetadata.name, path, "Your account: ")}
    <form method="post" action="/log-out"><button class="quiet small">Log out</button></form>`;
}

function adminNavigation(path: string): Html {
  return html`<nav class="tabs" aria-label="Administration">
    ${link("/admin/users", "Users", path)}${link("/admin/figures", "Figures", path)}${link("/admin/cache", "Cache", path)}
  </nav>`;
}

/** A link that says whether it leads to the current page, or to one above it. */
function link(href: string, text: string, path: string, spoken = ""): Html {
  const current = path === href || path.startsWith(`${href}/`);
  const label = html`${spoken === "" ? null : html`<span class="spoken">${spoken}</span>`}${text}`;
  return current ? html`<a href="${href}" aria-current="page">${label}</a>` : html`<a href="${href}">${label}</a>`;
}

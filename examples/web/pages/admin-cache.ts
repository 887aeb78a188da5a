import type { CacheEntry } from "pevensie";
import type { ResourceFigures } from "../admin-queries.js";
import type { Visitor } from "../visitor.js";
import { type Html, html } from "./html.js";
import { button, empty, hidden, number, sentBy, time } from "./parts.js";
import { table } from "./table.js";

/** How many keys a page lists. */
export const KEYS_SHOWN = 50;

/** A live entry of the cache, with its key. */
export type Entry = CacheEntry & { readonly key: string };

const pathOf = (resourceType: string) => `/admin/cache/${encodeURIComponent(resourceType)}`;

export function cachePage(types: readonly ResourceFigures[], visitor: Visitor): Html {
  const rows = types.map(({ resourceType, entries, bytes, nextExpiry }) => [
    html`<a href="${pathOf(resourceType)}">${resourceType}</a>`,
    html`${number(entries)}`,
    html`${inBytes(bytes)}`,
    nextExpiry === null ? html`never` : time(nextExpiry),
    button(`${pathOf(resourceType)}/clear`, html`Clear<span class="spoken"> ${resourceType}</span>`, {
      hidden: sentBy(visitor),
    }),
  ]);
  return html`
    <h1>Cache</h1>
    <p class="lead">What is stored, by resource type. Everything here can be computed again.</p>
    ${
      types.length === 0
        ? empty("box", "The cache is empty", "It fills as people read the board.")
        : table("Resource types", ["Type", "Entries", "Size", "Next expiry", "Action"], rows, ["Entries", "Size"])
    }`;
}

export function resourcePage(
  resourceType: string,
  entries: readonly Entry[],
  last: string | null,
  visitor: Visitor,
): Html {
  const rows = entries.map(({ key, value, tags, expiresAt }) => [
    html`<code>${key}</code>`,
    html`${inBytes(Buffer.byteLength(value))}`,
    html`${tags.length === 0 ? "–" : tags.join(", ")}`,
    expiresAt === null ? html`never` : time(expiresAt),
    button(`${pathOf(resourceType)}/delete`, html`Remove<span class="spoken"> ${key}</span>`, {
      hidden: html`${sentBy(visitor)}${hidden("key", key)}`,
    }),
  ]);
  return html`
    <p class="crumb"><a href="/admin/cache">Cache</a></p>
    <h1>${resourceType}</h1>
    ${
      entries.length === 0
        ? empty("box", "No entries", "They have expired, or were removed.")
        : table("Entries", ["Key", "Size", "Tags", "Expires", "Action"], rows, ["Size"])
    }
    ${last === null ? null : html`<nav class="pages" aria-label="Pages"><a class="button plain" href="${pathOf(resourceType)}?after=${encodeURIComponent(last)}">Next ${KEYS_SHOWN}</a></nav>`}`;
}

function inBytes(bytes: number): string {
  if (bytes < 1024) return `${number(bytes)} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

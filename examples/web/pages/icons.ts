import { raw } from "hono/html";
import type { Html } from "./html.js";

const PATHS = {
  lantern:
    '<path d="M9 4h6l3 6-3 7H9l-3-7z"/><path d="M12 2v2M8 20h8M12 17v3"/><circle cx="12" cy="10.5" r="1.8" class="flame"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7"/>',
  warning: '<path d="M12 4 2.8 20h18.4zM12 10v5"/><path d="M12 17.6v.1"/>',
  device: '<rect x="3" y="5" width="18" height="12" rx="1.5"/><path d="M2 20h20"/>',
  phone: '<rect x="7" y="2.5" width="10" height="19" rx="2"/><path d="M11 18.5h2"/>',
  mail: '<rect x="3" y="5" width="18" height="14" rx="1.5"/><path d="m3.5 6.5 8.5 7 8.5-7"/>',
  note: '<path d="M5 3.5h14v12l-5 5H5z"/><path d="M14 20.5v-5h5M8.5 8h7M8.5 11.5h5"/>',
  key: '<circle cx="8" cy="15" r="4.5"/><path d="m11.2 11.8 8.3-8.3M16 7l3 3M13.5 9.5l2 2"/>',
  box: '<path d="M12 3 20.5 7.5v9L12 21l-8.5-4.5v-9z"/><path d="m3.5 7.5 8.5 4.5 8.5-4.5M12 12v9"/>',
  people:
    '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.6-4 3-6 6.5-6s5.9 2 6.5 6M15.5 4.800a3.5 3.5 0 0 1 0 6.400M17.5 14.500c2.2.7 3.6 2.5 4 5.5"/>',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside a text that says the same. */
export function icon(name: IconName): Html {
  return raw(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`);
}

import { html } from "hono/html";

export { html };

/** Markup in which every value is escaped. */
export type Html = ReturnType<typeof html>;

/** What a template takes as a value: markup, text, or nothing. */
export type Content = Html | string | number | null | readonly Html[];

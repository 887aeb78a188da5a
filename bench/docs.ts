import { readFileSync, writeFileSync } from "node:fs";
import type { SectionName } from "./options.js";

const DOCUMENT = new URL("../docs/performance.md", import.meta.url);
const CHART = new URL("../docs/performance.svg", import.meta.url);

/** Puts a section's results between its marks in docs/performance.md. */
export function writeSection(name: SectionName, markdown: string): void {
  const text = readFileSync(DOCUMENT, "utf8");
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from === -1 || to < from) throw new Error(`docs/performance.md has no place for ${name}: ${open} … ${close}`);
  writeFileSync(DOCUMENT, `${text.slice(0, from + open.length)}\n\n${markdown.trim()}\n\n${text.slice(to)}`);
}

export function writeChart(svg: string): void {
  writeFileSync(CHART, svg);
}

import { OURS, type Path, PG_NAMED } from "./contenders/contender.js";
import type { Results } from "./results.js";

const IN_FLIGHT = 64;
const GROUPS: readonly (readonly [Path, string])[] = [
  ["getSession", "Session lookup"],
  ["cacheGet", "Cache get"],
  ["cacheSet", "Cache set"],
];

const WIDTH = 760;
const MARGIN = 24;
const LABELS = 240;
const ROW = 24;
const BAR = 16;
const HEAD = 68;
const GROUP_HEAD = 36;

/** Cards of their own colour, so that they can be read whatever page they are on; dark where the reader likes it dark. */
const STYLE = `
    .card { fill: #ffffff; stroke: #d1d9e0 }
    text { fill: #1f2328; font: 13px system-ui, sans-serif }
    .title { font-size: 16px; font-weight: 600 }
    .group { font-weight: 600 }
    .note { fill: #59636e; font-size: 12px }
    .name { text-anchor: end }
    .value { stroke: #ffffff; stroke-width: 5px; paint-order: stroke }
    .bar { fill: #a8b1bb }
    .ours { fill: #0969da }
    .one { stroke: #59636e; stroke-dasharray: 3 3 }
    @media (prefers-color-scheme: dark) {
      .card { fill: #0d1117; stroke: #3d444d }
      text { fill: #f0f6fc }
      .note { fill: #9198a1 }
      .value { stroke: #0d1117 }
      .bar { fill: #545d68 }
      .ours { fill: #4493f8 }
      .one { stroke: #9198a1 }
    }`;

interface Bar {
  readonly name: string;
  readonly ratio: number;
}

/** Rates with 64 calls in flight as multiples of a bare pg's, as an SVG; null where there is nothing to draw. */
export function chart(results: Results): string | null {
  const groups = GROUPS.map(([path, title]) => ({ title, bars: barsOf(results, path) })).filter(
    ({ bars }) => bars.length > 0,
  );
  if (groups.length === 0) return null;
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio)));
  const scale = (WIDTH - 2 * MARGIN - LABELS - 56) / longest;
  let y = HEAD;
  const body = groups.flatMap(({ title, bars }) => {
    const lines = [`<text class="group" x="${MARGIN}" y="${y + 22}">${escaped(title)}</text>`];
    const top = y + GROUP_HEAD;
    bars.forEach((bar, index) => {
      lines.push(...draw(bar, top + index * ROW, scale));
    });
    y = top + bars.length * ROW;
    const one = MARGIN + LABELS + scale;
    // Behind the figures.
    lines.unshift(`<line class="one" x1="${one.toFixed(1)}" x2="${one.toFixed(1)}" y1="${top - 4}" y2="${y - 4}"/>`);
    return lines;
  });
  const height = y + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `  <title>${TITLE}</title>`,
    `  <style>${STYLE}\n  </style>`,
    `  <rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    `  <text class="title" x="${MARGIN}" y="34">${TITLE}</text>`,
    `  <text class="note" x="${MARGIN}" y="54">the dashed line is ${PG_NAMED}; longer is faster</text>`,
    ...body.map((line) => `  ${line}`),
    "</svg>",
    "",
  ].join("\n");
}

const TITLE = `Calls per second with ${IN_FLIGHT} in flight, as multiples of pg&#8217;s`;

function barsOf(results: Results, path: Path): Bar[] {
  return results.of(path, IN_FLIGHT).flatMap(({ contender }) => {
    const ratio = results.ratio(path, contender, PG_NAMED, IN_FLIGHT);
    return ratio === undefined ? [] : [{ name: contender, ratio }];
  });
}

function draw({ name, ratio }: Bar, y: number, scale: number): string[] {
  const left = MARGIN + LABELS;
  const width = Math.max(1, ratio * scale);
  const baseline = y + BAR - 3;
  return [
    `<text class="name" x="${left - 8}" y="${baseline}">${escaped(name)}</text>`,
    `<rect class="${name === OURS ? "ours" : "bar"}" x="${left}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`,
    `<text class="value" x="${(left + width + 6).toFixed(1)}" y="${baseline}">${ratio.toFixed(ratio < 10 ? 2 : 1)}</text>`,
  ];
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

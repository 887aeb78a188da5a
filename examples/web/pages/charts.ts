import { type Html, html } from "./html.js";
import { number } from "./parts.js";

/** Counts by minute, drawn in one colour of the stylesheet. */
export interface Series {
  readonly name: string;
  readonly colour: "first" | "second" | "third";
  readonly values: readonly number[];
}

const WIDTH = 600;
const HEIGHT = 160;

/**
 * Returns a chart of stacked bars, a bar for each minute. Its texts are HTML, so that they keep their size when the drawing is stretched,
 * and its numbers are in a table, too.
 */
export function barChart(title: string, series: readonly Series[], start: Date): Html {
  const length = series[0]?.values.length ?? 0;
  const sums = Array.from({ length }, (_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const top = roundUp(Math.max(...sums));
  const step = WIDTH / length;
  const bars = series.map(({ colour, values }, place) => {
    const path = values.map((value, index) => {
      if (value === 0) return "";
      const below = series.slice(0, place).reduce((sum, other) => sum + (other.values[index] ?? 0), 0);
      const y = HEIGHT * (1 - (below + value) / top);
      return `M${round(index * step + step * 0.12)} ${round(y)}h${round(step * 0.76)}v${round((HEIGHT * value) / top)}h-${round(step * 0.76)}z`;
    });
    return html`<path class="fill-${colour}" d="${path.join("")}"/>`;
  });
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const spoken = series.map(({ name, values }) => `${number(total(values))} ${name}`).join(", ");
  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <ul class="legend">${series.map(
      ({ name, colour, values }) =>
        html`<li><span class="swatch ${colour}"></span>${name} <strong>${number(total(values))}</strong></li>`,
    )}</ul>
    <div class="plot">
      <span class="scale highest">${number(top)}</span><span class="scale lowest">0</span>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}, in the last hour: ${spoken}">
        <path class="grid" d="M0 0.5h${WIDTH}M0 ${HEIGHT / 2}h${WIDTH}M0 ${HEIGHT - 0.5}h${WIDTH}"/>${bars}
      </svg>
      <span class="scale left">${clock(start)}</span><span class="scale right">${clock(new Date(start.getTime() + (length - 1) * 60_000))} UTC</span>
    </div>
    ${numbers(title, series, start, sums)}
  </figure>`;
}

function numbers(title: string, series: readonly Series[], start: Date, sums: readonly number[]): Html {
  const rows = sums.flatMap((sum, index) => (sum === 0 ? [] : [index]));
  if (rows.length === 0) return html`<p class="hint">Nothing in the last hour.</p>`;
  return html`<details>
    <summary>As numbers</summary>
    <table class="plain" aria-label="${title}, by minute">
      <thead><tr><th scope="col">Minute</th>${series.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
      <tbody>${rows.map(
        (index) => html`<tr><th scope="row">${clock(new Date(start.getTime() + index * 60_000))}</th>
          ${series.map(({ values }) => html`<td class="number">${number(values[index] ?? 0)}</td>`)}</tr>`,
      )}</tbody>
    </table>
  </details>`;
}

/** A bar that stands beside a number: its length is a share of the longest one's. */
export function shareBar(share: number): Html {
  const width = round(Math.max(share, 0.005) * 100);
  return html`<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="6" class="fill-first"/></svg>`;
}

const clock = (date: Date) => date.toISOString().slice(11, 16);
const round = (value: number) => Math.round(value * 100) / 100;

/** Returns the next 1, 2 or 5 times a power of ten: a scale that can be read. At least 4. */
function roundUp(value: number): number {
  if (value <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

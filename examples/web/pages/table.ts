import { type Html, html } from "./html.js";

/**
 * Returns a table, which is a list of cards on a narrow screen: each cell then has its column's heading before it. The roles are those
 * that the elements have by themselves, and lose where the stylesheet displays them as blocks.
 */
export function table(
  label: string,
  headings: readonly string[],
  rows: readonly (readonly Html[])[],
  numeric: readonly string[] = [],
  className = "",
): Html {
  const classOf = (heading: string) => (numeric.includes(heading) ? "number" : "");
  return html`<table role="table" aria-label="${label}" class="${className}">
    <thead role="rowgroup"><tr role="row">
      ${headings.map((heading) => html`<th role="columnheader" scope="col" class="${classOf(heading)}">${heading}</th>`)}
    </tr></thead>
    <tbody role="rowgroup">${rows.map(
      (cells) =>
        html`<tr role="row">${cells.map((cell, index) => {
          const heading = headings[index] ?? "";
          return html`<td role="cell" data-label="${heading}" class="${classOf(heading)}"><div>${cell}</div></td>`;
        })}</tr>`,
    )}</tbody>
  </table>`;
}

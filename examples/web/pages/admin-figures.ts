import type { Counter, Figures } from "../figures.js";
import { barChart, type Series, shareBar } from "./charts.js";
import { type Html, html } from "./html.js";
import { number } from "./parts.js";
import { table } from "./table.js";

const STATEMENTS_SHOWN = 15;

export function figuresPage(figures: Figures, live: { readonly users: number; readonly sessions: number }): Html {
  const series = (counter: Counter, name: string, colour: Series["colour"]): Series => ({
    name,
    colour,
    values: figures.series(counter),
  });
  const start = figures.start();
  const hits = figures.total("cache-hit");
  const lookups = hits + figures.total("cache-miss");
  return html`
    <h1>Figures</h1>
    <p class="lead">The last hour of this process. Statements are counted since it started.</p>
    <dl class="tiles">
      ${tile("Live users", number(live.users))}
      ${tile("Live sessions", number(live.sessions))}
      ${tile("Logins", number(figures.total("log-in")))}
      ${tile("Cache hits", lookups === 0 ? "–" : `${((100 * hits) / lookups).toFixed(1)} %`)}
    </dl>
    <div class="charts">
      ${barChart(
        "Logins",
        [
          series("log-in", "succeeded", "first"),
          series("log-in-failed", "failed", "second"),
          series("throttled", "throttled", "third"),
        ],
        start,
      )}
      ${barChart("Sessions", [series("session-started", "started", "first"), series("session-ended", "ended", "second")], start)}
      ${barChart("The board in the cache", [series("cache-hit", "hits", "first"), series("cache-miss", "computed", "second")], start)}
      ${barChart("Statements", [series("statement", "statements", "first"), series("retry", "retries", "third")], start)}
    </div>
    <section aria-labelledby="statements">
      <h2 id="statements">Statements by rate and time</h2>
      ${statements(figures)}
    </section>`;
}

function tile(label: string, value: string): Html {
  return html`<div class="tile"><dt>${label}</dt><dd>${value}</dd></div>`;
}

function statements(figures: Figures): Html {
  const all = figures.statements.list();
  const most = all[0]?.count ?? 1;
  const rows = all
    .slice(0, STATEMENTS_SHOWN)
    .map(({ name, count, mean, p95, max }) => [
      html`<code>${name}</code>`,
      html`<span class="with-bar">${shareBar(count / most)}<span>${number(count)}</span></span>`,
      ...[mean, p95, max].map((milliseconds) => html`${milliseconds.toFixed(2)} ms`),
    ]);
  if (rows.length === 0) return html`<p class="muted">None yet.</p>`;
  return table(
    "Statements",
    ["Statement", "Count", "Mean", "95 %", "Longest"],
    rows,
    ["Count", "Mean", "95 %", "Longest"],
    "dense",
  );
}

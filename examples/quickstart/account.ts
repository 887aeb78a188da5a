/** How the demo tells its story: a title for each step, the time that it took, and what came of it. */

const TITLE_WIDTH = 68;
const LABEL_WIDTH = 28;

/** Prints one line of a step: what it is, and its value. */
export type Say = (label: string, value?: unknown) => void;

let steps = 0;

// Who has seen enough (`npm run demo | head`) must not keep the demo from clearing up.
process.stdout.on("error", () => {});

/** Does one step and prints its account, also when it fails. */
export async function step<T>(title: string, work: (say: Say) => Promise<T>): Promise<T> {
  const lines: string[] = [];
  steps += 1;
  const heading = `${String(steps).padStart(2)}. ${title} `;
  const start = performance.now();
  let outcome = " FAILED after ";
  try {
    const result = await work((label, value) => lines.push(describe(label, value)));
    outcome = "";
    return result;
  } finally {
    const time = `${outcome}${(performance.now() - start).toFixed(1)} ms`;
    console.log([`\n${heading.padEnd(TITLE_WIDTH, ".")}${time.padStart(10)}`, ...lines].join("\n"));
  }
}

function describe(label: string, value: unknown): string {
  if (value === undefined) return `    ${label}`;
  return `    ${label.padEnd(LABEL_WIDTH)} ${value instanceof Date ? value.toISOString() : String(value)}`;
}

/** The beginning of a secret: enough to tell it from another, not enough to use it. */
export function shorten(secret: string, length = 12): string {
  return secret.length > length ? `${secret.slice(0, length)}…` : secret;
}

const start = performance.now();

/** A line on standard error, with the time since the start: standard output is for the results. */
export function say(text: string): void {
  const seconds = Math.round((performance.now() - start) / 1000);
  console.error(
    `${String(Math.floor(seconds / 60)).padStart(2, " ")}:${String(seconds % 60).padStart(2, "0")}  ${text}`,
  );
}

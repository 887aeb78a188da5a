const WIDTH = 30;
const DEFAULT_COLUMNS = 80;

/** A progress bar on a terminal, redrawn in place. On anything else it prints nothing. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;

  constructor(stream: NodeJS.WriteStream, total: number) {
    this.#stream = stream;
    this.#total = total;
  }

  show(done: number, text: string): void {
    if (!this.#stream.isTTY) return;
    const share = this.#total === 0 ? 1 : Math.min(1, done / this.#total);
    const filled = Math.round(share * WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    const percent = String(Math.floor(share * 100)).padStart(3);
    const line = `${bar} ${percent} %  ${text}`;
    // Longer lines would wrap, and not be replaced. Some terminals report no width.
    this.#stream.write(`\r${line.slice(0, (this.#stream.columns || DEFAULT_COLUMNS) - 1)}\x1b[K`);
  }

  /** Removes the bar, so that a line can be printed in its place. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write("\r\x1b[K");
  }

  /** Leaves the bar as it stands. */
  end(): void {
    if (this.#stream.isTTY) this.#stream.write("\n");
  }
}

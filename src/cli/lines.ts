/** More than a user may have, with every character of the metadata escaped. */
export const MAX_LINE_LENGTH: number = 8 * 1024 * 1024;

/**
 * Yields the lines of a text, each of them when it is complete; null for one that is longer than {@link MAX_LINE_LENGTH}, of which no more
 * is kept. A line ends at "\n" or "\r\n" alone: `readline` of Node 24 and newer also ends it at U+2028 and U+2029, which JSON allows in
 * strings.
 */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string | null> {
  let line: string | null = "";
  const append = (text: string) => {
    if (line !== null) line = line.length + text.length > MAX_LINE_LENGTH ? null : line + text;
  };
  for await (const chunk of chunks) {
    const [end = "", ...others] = chunk.split("\n");
    append(end);
    for (const other of others) {
      yield withoutReturn(line);
      line = "";
      append(other);
    }
  }
  if (line !== "") yield withoutReturn(line);
}

function withoutReturn(line: string | null): string | null {
  return line?.endsWith("\r") ? line.slice(0, -1) : line;
}

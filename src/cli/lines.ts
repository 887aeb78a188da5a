/**
 * Yields the lines of a text, each of them when it is complete. A line ends at "\n" or "\r\n" alone: `readline` of Node 24 and newer
 * also ends it at U+2028 and U+2029, which JSON allows in strings.
 */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let line = "";
  for await (const chunk of chunks) {
    const [end = "", ...others] = chunk.split("\n");
    line += end;
    for (const other of others) {
      yield withoutReturn(line);
      line = other;
    }
  }
  if (line !== "") yield withoutReturn(line);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

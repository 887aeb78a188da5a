const BOUNDARY =
  /^(?:begin|commit|end|abort|rollback(?!\s+(?:(?:work|transaction)\s+)?to\b)|(?:start|prepare)\s+transaction)\b/i;
const BACK_TO_SAVEPOINT = /^rollback\s+(?:(?:work|transaction)\s+)?to\b/i;

const BLANKS = /(?:[\s;]+|--[^\r\n]*)*/y;
const COMMENT_EDGE = /\/\*|\*\//g;

/** What a caller's statement would do to the transaction it is in: end it or begin another, or go back in it. */
export function transactionControlIn(text: string): "boundary" | "back to a savepoint" | null {
  const statement = fromFirstWord(String(text));
  if (BOUNDARY.test(statement)) return "boundary";
  return BACK_TO_SAVEPOINT.test(statement) ? "back to a savepoint" : null;
}

/** The text from its first word on: behind blanks, semicolons and comments, which can be nested. */
function fromFirstWord(text: string): string {
  for (let at = 0; ; ) {
    BLANKS.lastIndex = at;
    BLANKS.test(text);
    at = BLANKS.lastIndex;
    if (!text.startsWith("/*", at)) return text.slice(at);
    for (let depth = 0; depth > 0 || text.startsWith("/*", at); ) {
      COMMENT_EDGE.lastIndex = at;
      const edge = COMMENT_EDGE.exec(text);
      if (edge === null) return "";
      depth += edge[0] === "/*" ? 1 : -1;
      at = COMMENT_EDGE.lastIndex;
    }
  }
}

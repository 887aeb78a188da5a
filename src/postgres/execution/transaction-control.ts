/** What a caller's statement would do beside its effect on data. */
export type TransactionControl =
  /** Ends the transaction or begins another. */
  | "boundary"
  | "back to a savepoint"
  /** Removes prepared statements, which may be ours. */
  | "deallocation";

/** What a statement's first words say of it. */
export function controlIn(text: string): TransactionControl | null {
  const [first = "", ...others] = firstWords(text.toLowerCase());
  if (first === "deallocate") return "deallocation";
  const next = others[0] === "work" || others[0] === "transaction" ? others[1] : others[0];
  if (first === "rollback" && next === "to") return "back to a savepoint";
  const isBoundary = ALWAYS.has(first) || (WITH_TRANSACTION.has(first) && others[0] === "transaction");
  return isBoundary ? "boundary" : null;
}

const ALWAYS: ReadonlySet<string> = new Set(["begin", "commit", "end", "abort", "rollback"]);
const WITH_TRANSACTION: ReadonlySet<string> = new Set(["start", "prepare"]);

/** The first three words of a text, whatever blanks and comments stand before and between them. */
function firstWords(text: string): string[] {
  const words: string[] = [];
  for (let at = 0; words.length < 3; ) {
    WORD.lastIndex = afterBlanks(text, at);
    const word = WORD.exec(text);
    if (word === null) break;
    words.push(word[0]);
    at = WORD.lastIndex;
  }
  return words;
}

/** An identifier, as far as a keyword can be one (PostgreSQL documentation, 4.1.1). */
const WORD = /[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const BLANKS = /(?:[\s;]+|--[^\r\n]*)*/y;
const COMMENT_EDGE = /\/\*|\*\//g;

/** Where the blanks, semicolons and comments end that begin at a place. Comments can be nested. */
function afterBlanks(text: string, start: number): number {
  for (let at = start; ; ) {
    BLANKS.lastIndex = at;
    BLANKS.test(text);
    at = BLANKS.lastIndex;
    if (!text.startsWith("/*", at)) return at;
    for (let depth = 0; depth > 0 || text.startsWith("/*", at); ) {
      COMMENT_EDGE.lastIndex = at;
      const edge = COMMENT_EDGE.exec(text);
      if (edge === null) return text.length;
      depth += edge[0] === "/*" ? 1 : -1;
      at = COMMENT_EDGE.lastIndex;
    }
  }
}

import fc from "fast-check";

/** Pieces that have meaning in SQL, in LIKE, in pg's protocol or in URLs, and the characters that Postgres cannot hold. */
const MEANINGFUL = [
  "'",
  "''",
  '"',
  "\\",
  "\\'",
  "%",
  "_",
  "$1",
  "$$",
  ":name",
  "--",
  "/*",
  "*/",
  ";",
  "drop table public.canary; --",
  "'); drop table public.canary; --",
  "\0",
  "\ud800",
  "\udfff",
  "\n",
  "\r\n",
  "\u00e9",
  "e\u0301",
  "\u{1f600}",
  "\ufeff",
  "NULL",
  "{}",
  "{a,b}",
  "__proto__",
];

/** Texts of every sort of code unit, lone surrogates and NULs included, strewn with {@link MEANINGFUL} pieces. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...MEANINGFUL),
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((pieces) => pieces.join(""))
  .filter((text) => text !== "");

/** {@link hostileText} that Postgres can hold. */
export const storableText: fc.Arbitrary<string> = hostileText.filter(isStorable);

export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

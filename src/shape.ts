/**
 * Returns an object with these properties, all null. A literal that begins with it, `{ ...SHAPE, id, … }`, is a copy of it.
 *
 * V8 allocates the literals of hot code in its old generation once most of those of a burst of calls have survived. There they retain what
 * they refer to long after they have been used (docs/performance-notes.md, allocation-site pretenuring). Copies are never allocated there,
 * so objects that calls take or return are made as copies. The return type is `object`, so that the compiler still requires every property
 * in the literal that spreads it.
 */
export function shapeOf(...properties: readonly string[]): object {
  return Object.fromEntries(properties.map((property) => [property, null]));
}

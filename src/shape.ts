/**
 * Returns an object with these properties, all null. A literal that begins with it, `{ ...SHAPE, id, … }`, is a copy of it.
 *
 * V8 allocates the literals of hot code in its old generation once most of those of a burst of calls have survived. There they retain what
 * they refer to long after they have been used (docs/performance.md, allocation-site pretenuring). It never does so with copies, which
 * objects that calls hand in or out are therefore. The type has no properties, so that the compiler asks for each of them in the literal.
 */
export function shapeOf(...properties: readonly string[]): object {
  return Object.fromEntries(properties.map((property) => [property, null]));
}

/**
 * Assigns keys to names by rendezvous hashing: each pair of a key and a name has a score, and a key belongs to the name with the
 * highest one. Another name takes over its share of the keys from all others equally, and no key moves between those.
 *
 * Every process has to compute the same scores, those of other releases included: they must never change.
 */
export class Rendezvous {
  readonly #seeds: readonly number[];

  /** @param names - distinct, and in an order that does not depend on the process: it decides between names with the same hash */
  constructor(names: readonly string[]) {
    this.#seeds = names.map(hashOf);
  }

  /** Returns the index of the name to which a key belongs. */
  indexOf(key: string): number {
    const hash = hashOf(key);
    let highest = -1;
    let index = 0;
    for (let at = 0; at < this.#seeds.length; at += 1) {
      const score = mix(hash ^ (this.#seeds[at] as number));
      if (score > highest) {
        highest = score;
        index = at;
      }
    }
    return index;
  }
}

/** FNV-1a over UTF-16 units, mixed: by itself, FNV-1a hardly spreads the last unit over the upper bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** The finalizer of MurmurHash3: a permutation of 32-bit numbers in which each bit depends on all others. */
function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

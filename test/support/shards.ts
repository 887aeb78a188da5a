import { Rendezvous } from "../../src/postgres/drivers/cache/shards/rendezvous.js";
import type { CacheBackdoor } from "../../src/testing/index.js";
import { cacheBackdoor } from "./cache-backdoor.js";
import type { TestDatabase } from "./database.js";

/** The backdoor of a cache whose entries are spread over several databases. */
export function shardedBackdoor(databases: readonly TestDatabase[]): CacheBackdoor {
  const doors = databases.map(cacheBackdoor);
  return {
    expire: (key) => Promise.all(doors.map((door) => door.expire(key))),
    endGrace: (key) => Promise.all(doors.map((door) => door.endGrace(key))),
    expireLease: (key) => Promise.all(doors.map((door) => door.expireLease(key))),
    isKept: async (key) => (await Promise.all(doors.map((door) => door.isKept(key)))).includes(true),
  };
}

/** Keys of one shard, by its name. @param names - of all shards */
export function keysOn(name: string, names: readonly string[], count: number): string[] {
  const sorted = [...names].sort();
  const placement = new Rendezvous(sorted);
  const keys: string[] = [];
  for (let number = 0; keys.length < count; number += 1) {
    const key = `key ${number}`;
    if (sorted[placement.indexOf(key)] === name) keys.push(key);
  }
  return keys;
}

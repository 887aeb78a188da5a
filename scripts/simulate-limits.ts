/**
 * Prints what attackers and owners get of the default limits on failed logins: guesses a day, and waits.
 *
 * `npm run simulate:limits`. Time is simulated, random numbers are the same at every run. docs/security.md has
 * the figures.
 *
 * @module
 */
import { type Outcome, randomNumbers, World } from "./simulation/world.js";

const OWNER = "owner@example.com";
const KNOWN = "198.51.100.7";
const DAY = 86_400;
const TRIALS = 200;
const RESETS = 50;

/** Seconds until the account has one more failure, whatever the address. */
const ACCOUNT_SECONDS = 360;

/** How an attacker's requests arrive: at random, with a mean rate per second, each from some address. */
interface Attacker {
  readonly name: string;
  readonly rate: number;
  addressOf(random: () => number): string | null;
}

const pick = (random: () => number, count: number) => Math.floor(random() * count);

const ATTACKERS = {
  withoutIp: (rate: number): Attacker => ({ name: `no \`ip\`, ${rate}/s`, rate, addressOf: () => null }),
  oneAddress: (rate: number): Attacker => ({
    name: `one address, ${rate}/s`,
    rate,
    addressOf: () => "192.0.2.1",
  }),
  oneSite: (rate: number): Attacker => ({
    name: `one IPv6 /48, ${rate}/s`,
    rate,
    addressOf: (random) => `2001:db8:0:${pick(random, 65_536).toString(16)}::1`,
  }),
  botnet: (rate: number): Attacker => ({
    name: `1,000 addresses, ${rate}/s`,
    rate,
    addressOf: (random) => {
      const index = pick(random, 1000);
      return `10.0.${index >> 8}.${index & 255}`;
    },
  }),
  neighbour: (rate: number): Attacker => ({
    name: `at the known address, ${rate}/s`,
    rate,
    addressOf: () => "198.51.100.7",
  }),
};

/** An attacker's stream of requests on the owner's account. */
class Attack {
  guesses = 0;
  #next: number;

  constructor(
    readonly world: World,
    readonly attacker: Attacker,
    readonly random: () => number,
  ) {
    this.#next = world.now + this.#gap();
  }

  /** Sends every request up to a moment, which is then now. */
  async until(moment: number): Promise<void> {
    while (this.#next < moment) {
      this.world.now = this.#next;
      const outcome = await this.world.attempt(OWNER, this.attacker.addressOf(this.random), false);
      if (outcome.result === "wrong") this.guesses += 1;
      // Requests that are refused change nothing: those that surely will be, from any address, are left out.
      const wait = outcome.result === "refused" ? outcome.waitSeconds : 0;
      this.#next += (wait <= ACCOUNT_SECONDS ? wait : 0) + this.#gap();
    }
    this.world.now = moment;
  }

  #gap(): number {
    return -Math.log(1 - this.random()) / this.attacker.rate;
  }
}

/** How an owner comes back after having been refused. */
const MANNERS = {
  exactly: (wait: number, random: () => number) => wait + 0.005 + 0.045 * random(),
  "in whole seconds": (wait: number, random: () => number) => Math.ceil(wait) + 0.005 + 0.045 * random(),
  "within half a minute": (wait: number, random: () => number) => wait + 30 * random(),
};
type Manner = keyof typeof MANNERS;

interface Delays {
  readonly immediately: number;
  readonly perTry: number;
  readonly median: number;
  readonly p95: number;
}

/** Owners who log in at a random time of an attack that has gone on for hours, each at an address of its own. */
async function waitsOf(
  attacker: Attacker,
  addressOf: (trial: number) => string | null,
  manner: Manner,
): Promise<Delays> {
  const random = randomNumbers(1);
  const world = new World();
  const attack = new Attack(world, attacker, random);
  await world.attempt(OWNER, KNOWN, true);
  await attack.until(DAY / 2);
  const waits: number[] = [];
  let tries = 0;
  for (let trial = 0; trial < TRIALS; trial += 1) {
    await attack.until(world.now + 1800 * random());
    const start = world.now;
    for (;;) {
      tries += 1;
      const outcome: Outcome = await world.attempt(OWNER, addressOf(trial), true);
      if (outcome.result !== "refused" || world.now > start + 7 * DAY) break;
      await attack.until(world.now + MANNERS[manner](outcome.waitSeconds, random));
    }
    waits.push(world.now - start);
  }
  waits.sort((a, b) => a - b);
  const at = (part: number) => waits[Math.floor(part * waits.length)] ?? Number.NaN;
  const immediately = waits.filter((wait) => wait === 0).length;
  // The first try of those who have to come back finds the budget spent: it is none that they could win.
  return {
    immediately: immediately / TRIALS,
    perTry: (TRIALS - immediately) / (tries - TRIALS),
    median: at(0.5),
    p95: at(0.95),
  };
}

/** Guesses on each of the first days, with an owner who logs in at a known address every hour. */
async function guessesOf(attacker: Attacker): Promise<number[]> {
  const world = new World();
  const attack = new Attack(world, attacker, randomNumbers(2));
  const perDay: number[] = [];
  for (let day = 0; day < 3; day += 1) {
    const before = attack.guesses;
    for (let hour = 0; hour < 24; hour += 1) {
      await world.attempt(OWNER, KNOWN, true);
      await attack.until(world.now + 3600);
    }
    perDay.push(attack.guesses - before);
  }
  return perDay;
}

/** How many of the logins after a reset get in at the first try, so long after it, in an attack on the account. */
async function afterReset(attacker: Attacker, resetAt: string | null, address: string | null, seconds: number) {
  const random = randomNumbers(3);
  let admitted = 0;
  for (let trial = 0; trial < RESETS; trial += 1) {
    const world = new World();
    const attack = new Attack(world, attacker, random);
    await attack.until(3600);
    world.reset(OWNER, resetAt);
    await attack.until(world.now + seconds);
    if ((await world.attempt(OWNER, address, true)).result === "in") admitted += 1;
  }
  return admitted / RESETS;
}

/** Owners without an attacker: how many of their logins with the right password are refused in a month. */
async function refusedOf(logInsPerDay: number, typos: number, addressOf: (index: number) => string) {
  const random = randomNumbers(4);
  const world = new World();
  let [logIns, refused] = [0, 0];
  for (let index = 0; index < 30 * logInsPerDay; index += 1) {
    world.now += DAY / logInsPerDay;
    const address = addressOf(index);
    while (random() < typos) await world.attempt(OWNER, address, false);
    logIns += 1;
    if ((await world.attempt(OWNER, address, true)).result === "refused") refused += 1;
  }
  return `${refused} of ${logIns}`;
}

/** The same of 200 owners behind one address, two logins a day each, with an attacker there who fails on their accounts. */
async function refusedBehindOneAddress(failuresPerSecond: number, areKnown: boolean): Promise<string> {
  const random = randomNumbers(5);
  const world = new World();
  let [logIns, refused] = [0, 0];
  const nameOf = (owner: number) => `owner-${owner}@example.com`;
  const ownerOf = () => nameOf(pick(random, 200));
  for (let owner = 0; areKnown && owner < 200; owner += 1) await world.attempt(nameOf(owner), KNOWN, true);
  for (let index = 0; index < 3 * 400; index += 1) {
    const gap = (DAY / 400) * random() * 2;
    for (let elapsed = 0; failuresPerSecond > 0 && elapsed < gap; elapsed += 1 / failuresPerSecond) {
      world.now += 1 / failuresPerSecond;
      await world.attempt(ownerOf(), KNOWN, false);
    }
    if (failuresPerSecond === 0) world.now += gap;
    const owner = ownerOf();
    if (random() < 0.1) await world.attempt(owner, KNOWN, false);
    logIns += 1;
    if ((await world.attempt(owner, KNOWN, true)).result === "refused") refused += 1;
  }
  return `${refused} of ${logIns}`;
}

const percent = (part: number) => (Number.isNaN(part) ? "-" : `${Math.round(part * 100)} %`);
const time = (seconds: number) =>
  seconds >= 7 * DAY
    ? "over a week"
    : seconds >= 7200
      ? `${(seconds / 3600).toFixed(1)} h`
      : `${Math.round(seconds / 60)} min`;
const row = (...cells: readonly (string | number)[]) => console.log(`| ${cells.join(" | ")} |`);
const head = (...cells: readonly string[]) => {
  console.log();
  row(...cells);
  row(...cells.map(() => "---"));
};

async function main(): Promise<void> {
  head("attacker", "guesses on day 1", "day 2", "day 3");
  for (const attacker of [
    ATTACKERS.withoutIp(10),
    ATTACKERS.oneAddress(10),
    ATTACKERS.oneAddress(0.1),
    ATTACKERS.oneSite(10),
    ATTACKERS.botnet(10),
    ATTACKERS.neighbour(10),
  ]) {
    row(attacker.name, ...(await guessesOf(attacker)));
  }

  head("owner", "attacker", "comes back", "in at the first try", "at each later one", "median wait", "95 % within");
  const fresh = (trial: number) => `203.0.${113 + (trial >> 8)}.${trial & 255}`;
  const none = () => null;
  const manners = ["exactly", "in whole seconds", "within half a minute"] as const;
  const cases: [string, Attacker, (trial: number) => string | null, Manner][] = [
    ["known address", ATTACKERS.botnet(10), () => KNOWN, "exactly"],
    ["new address", ATTACKERS.oneAddress(10), fresh, "exactly"],
    ["new address", ATTACKERS.oneSite(10), fresh, "exactly"],
    ...manners.map((manner): (typeof cases)[number] => ["new address", ATTACKERS.botnet(10), fresh, manner]),
    ...manners.map((manner): (typeof cases)[number] => ["no `ip`", ATTACKERS.withoutIp(10), none, manner]),
    ...manners.map((manner): (typeof cases)[number] => ["no `ip`", ATTACKERS.withoutIp(0.1), none, manner]),
  ];
  for (const [owner, attacker, addressOf, manner] of cases) {
    const { immediately, perTry, median, p95 } = await waitsOf(attacker, addressOf, manner);
    row(owner, attacker.name, manner, percent(immediately), percent(perTry), time(median), time(p95));
  }

  const NEW = "203.0.113.9";
  head("login after a reset", "attacker", "5 s later", "60 s later", "30 min later");
  const resets: [string, Attacker, string | null, string | null][] = [
    ["at the `ip` of the reset", ATTACKERS.botnet(10), NEW, NEW],
    ["at another address", ATTACKERS.botnet(10), NEW, "203.0.113.77"],
    ["at another address", ATTACKERS.botnet(0.1), NEW, "203.0.113.77"],
    ["at another address", ATTACKERS.oneAddress(10), NEW, "203.0.113.77"],
    ["no `ip`", ATTACKERS.withoutIp(10), null, null],
    ["no `ip`", ATTACKERS.withoutIp(0.1), null, null],
  ];
  for (const [name, attacker, resetAt, address] of resets) {
    const shares = [];
    for (const seconds of [5, 60, 1800]) shares.push(percent(await afterReset(attacker, resetAt, address, seconds)));
    row(name, attacker.name, ...shares);
  }

  head("owners", "right passwords refused");
  row("one address, 3 logins a day, mistypes 3 of 10", await refusedOf(3, 0.3, () => "192.0.2.1"));
  row("one address, 20 logins a day, mistypes 6 of 10", await refusedOf(20, 0.6, () => "192.0.2.1"));
  row("five devices at five addresses, mistypes 3 of 10", await refusedOf(10, 0.3, (index) => `192.0.2.${index % 5}`));
  const mobile = (index: number) => `10.1.${(index * 7) >> 8}.${(index * 7) & 255}`;
  row("a new address at each of 10 logins a day, mistypes 3 of 10", await refusedOf(10, 0.3, mobile));
  row("200 owners behind one new address", await refusedBehindOneAddress(0, false));
  row("the same, and 360 failures an hour on their accounts from there", await refusedBehindOneAddress(0.1, false));
  row("the same, and the address is known for each of them", await refusedBehindOneAddress(0.1, true));
}

await main();

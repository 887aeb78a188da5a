/** An hour of visitors, by HTTP as browsers send it, so that the page of figures has something to show. */
import { ADMIN } from "../../examples/web/seed.js";
import type { Services } from "../../examples/web/services.js";

const MINUTE = 60_000;
const MINUTES = 60;
const PASSWORD = "through the wardrobe";
const PEOPLE = [
  "Lasaraleen",
  "Corin",
  "Lune",
  "Dar",
  "Darrin",
  "Olvin",
  "Peridan",
  "Tran",
  "Shar",
  "Cole",
  "Colin",
  "Thornbut",
];

/** Does what visitors do, minute after minute, and lets the clock go on in between. */
export async function simulateHour(services: Services, advance: (millis: number) => void): Promise<void> {
  const { auth, notes, settings } = services;
  const visitor = new Visitors(settings.origin);
  const emails = PEOPLE.map((name) => `${name.toLowerCase()}@example.net`);
  for (const [index, email] of emails.entries()) {
    const user = await auth.createUserWithEmail({
      email,
      password: PASSWORD,
      userMetadata: { name: PEOPLE[index] ?? "" },
    });
    await auth.updateUser(user.id, { emailConfirmedAt: new Date() });
    // A known address: guesses of others from there do not keep them out.
    await visitor.logIn(email, PASSWORD);
  }
  await visitor.logIn(ADMIN.email, ADMIN.password);
  const author = (await auth.getUserByEmail("lucy.barfield@example.com"))?.id ?? "";
  for (let minute = 0; minute < MINUTES; minute += 1) {
    advance(MINUTE);
    // Busier in the middle of the hour, with a little unrest.
    const load = 1 + 3 * Math.sin((Math.PI * minute) / MINUTES) + ((minute * 7) % 5) / 3;
    for (let n = 0; n < Math.round(load); n += 1)
      await visitor.logIn(emails[(minute + n * 5) % emails.length] ?? "", PASSWORD);
    if (minute % 4 === 1) await visitor.logOut();
    // Somebody guesses passwords, until the limits stop it.
    const guesses = minute > 22 && minute < 41 ? 7 : minute % 6 === 0 ? 1 : 0;
    for (let n = 0; n < guesses; n += 1) await visitor.logIn(`guess${n}@example.net`, "an open sesame");
    await Promise.all(Array.from({ length: Math.round(load * 9) }, () => visitor.read()));
    if (minute % 9 === 4) {
      await notes.post(author, "A note that is gone in a moment.");
      await visitor.read();
      await services.pool.query("delete from public.note where text = 'A note that is gone in a moment.'");
      await services.cache.invalidateTags(["notes"]);
    }
  }
}

class Visitors {
  readonly #origin: string;
  readonly #cookies: string[] = [];

  constructor(origin: string) {
    this.#origin = origin;
  }

  async logIn(email: string, password: string): Promise<void> {
    const body = new URLSearchParams({ email, password });
    const response = await fetch(`${this.#origin}/log-in`, { method: "POST", body, redirect: "manual" });
    const cookie = response.headers.getSetCookie().find((text) => text.includes("session="));
    if (cookie !== undefined) this.#cookies.push(cookie.slice(0, cookie.indexOf(";")));
    await response.text();
  }

  async logOut(): Promise<void> {
    const cookie = this.#cookies.shift();
    if (cookie === undefined) return;
    const response = await fetch(`${this.#origin}/log-out`, {
      method: "POST",
      headers: { cookie },
      redirect: "manual",
    });
    await response.text();
  }

  async read(): Promise<void> {
    await (await fetch(this.#origin)).text();
  }
}

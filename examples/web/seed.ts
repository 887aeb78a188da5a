import type { Services } from "./services.js";

/** Sample data for development: an administrator, people, and what they have written. */

export const ADMIN = { email: "admin@example.com", password: "keeper of the lantern" } as const;

const NAMES = [
  "Lucy Barfield",
  "Peter Hartley",
  "Susan Whitlock",
  "Edmund Reyes",
  "Digory Kent",
  "Polly Marsh",
  "Tirian Osei",
  "Jill Paulsen",
  "Eustace Clarke",
  "Ramandu Iyer",
  "Aravis Tarkan",
  "Cor Archer",
  "Shasta Lune",
  "Hwin Meadows",
  "Bree Stablewood",
  "Caspian Telmar",
  "Miraz Castellan",
  "Drinian Sailor",
  "Rhince Mate",
  "Rynelf Deck",
  "Trumpkin Redbeard",
  "Nikabrik Stone",
  "Cornelius Book",
  "Reepicheep Blade",
  "Peepiceek Second",
  "Glenstorm Star",
  "Puddle Glum",
  "Rilian Silver",
  "Roonwit Sky",
  "Jewel Horn",
  "Emeth Tash",
  "Farsight Wing",
  "Poggin Forge",
  "Griffle Hill",
  "Diggle Low",
  "Tumnus Parcel",
  "Mabel Beaver",
  "Bernard Beaver",
  "Helen Cabby",
  "Frank Cabby",
  "Letty Ketterley",
  "Andrew Ketterley",
  "Ivy Macready",
  "Margaret Page",
  "Betty Page",
];

const NOTES = [
  [
    "Lucy Barfield",
    "It is snowing again, and the lantern is lit. Whoever comes through late: mind the step behind the coats.",
  ],
  [
    "Tumnus Parcel",
    "Found near the lamp: one umbrella, three parcels in brown paper. Ask for me at the cave with the green door.",
  ],
  ["Mabel Beaver", "The sewing machine works again. Bring your mittens on Thursday.\nThere will be marmalade roll."],
  ["Peter Hartley", "Looking for two players for a round of chess. The board is ours, the pieces are from the ruins."],
  ["Puddle Glum", "I shouldn't wonder if it rained. All the same, the eels are fresh today."],
  ["Aravis Tarkan", "Story evening on Saturday. The one about the two horses, told by somebody who was there."],
  ["Reepicheep Blade", "Wanted: passage to the far East. I do not mind small boats."],
  ["Susan Whitlock", "Archery practice moves to the orchard while the meadow dries."],
] as const;

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Fills an empty database; does nothing if there is a user. */
export async function seed({ auth, pool, cache }: Services): Promise<void> {
  if ((await auth.countUsers({ state: "any" })) > 0) return;
  const now = Date.now();
  const admin = await auth.createUserWithEmail({ ...ADMIN, role: "admin", userMetadata: { name: "Ada Lampwright" } });
  await auth.updateUser(admin.id, { emailConfirmedAt: new Date(now) });
  const emailOf = (name: string) => `${name.toLowerCase().replace(" ", ".")}@example.com`;
  await auth.importUsers(
    NAMES.map((name, index) => {
      const createdAt = new Date(now - (NAMES.length - index) * 2.3 * DAY);
      return {
        email: emailOf(name),
        userMetadata: { name },
        createdAt,
        emailConfirmedAt: index % 9 === 8 ? null : createdAt,
      };
    }),
  );
  const idOf = async (name: string) => (await auth.getUserByEmail(emailOf(name)))?.id ?? "";
  for (const [index, [name, text]] of NOTES.entries()) {
    const postedAt = new Date(now - (NOTES.length - index) ** 2 * 11 * MINUTE);
    await pool.query("insert into public.note (user_id, text, posted_at) values ($1, $2, $3)", [
      await idOf(name),
      text,
      postedAt,
    ]);
  }
  await auth.banUser(await idOf("Miraz Castellan"));
  await auth.deleteUserById(await idOf("Nikabrik Stone"));
  for (const id of [admin.id, await idOf("Lucy Barfield")]) await addDevices(auth, id);
  await addKeys(auth, await idOf("Lucy Barfield"));
  await cache.invalidateTags(["notes"]);
}

const AGENTS = [
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
];

async function addDevices(auth: Services["auth"], userId: string): Promise<void> {
  for (const [index, userAgent] of AGENTS.entries()) {
    const ip = `192.0.2.${index + 17}`;
    await auth.createSession({ userId, ip, userAgent, bindTo: [], ttlSeconds: 30 * 86_400, idleSeconds: 14 * 86_400 });
  }
}

/** Gives a user what the administrator's page shows besides sessions. */
async function addKeys(auth: Services["auth"], userId: string): Promise<void> {
  await auth.linkIdentity(userId, {
    issuer: "https://accounts.example.com",
    subject: "2481632",
    email: "lucy.barfield@example.com",
  });
  await auth.createApiKey({ userId, name: "Backup of the notes", scopes: ["notes:read"] });
  await auth.createOneTimeToken({ userId, tokenType: "password-reset", ttlSeconds: 900 });
}

/**
 * Pictures of the example application, in a browser, after an hour of visitors whose clock runs faster. `npm run screenshots` writes those
 * that the documents show; with a folder as argument, every page in every view, for looking at.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDevServer } from "pevensie/testing";
import { Figures } from "../examples/web/figures.js";
import { seed } from "../examples/web/seed.js";
import { startServer } from "../examples/web/server.js";
import { connectServices } from "../examples/web/services.js";
import { readSettings } from "../examples/web/settings.js";
import { launchBrowser } from "../test/support/chromium.js";
import { everyPicture, PICTURES, takePictures } from "./screenshots/pictures.js";
import { simulateHour } from "./screenshots/visitors.js";

const DOCUMENTS = join(import.meta.dirname, "..", "docs", "screenshots");

const [given] = process.argv.slice(2);
const folder = given ?? DOCUMENTS;
mkdirSync(folder, { recursive: true });

await using database = await startDevServer({ ephemeral: true });
const settings = readSettings({ PORT: "3123" }, database.connectionString, "k".repeat(32));
let now = Date.now() - 60 * 60_000;
const services = await connectServices(settings, new Figures(() => now));
await seed(services);
const server = await startServer(services);
const browser = await launchBrowser();
try {
  await simulateHour(services, (millis) => {
    now += millis;
  });
  const pictures = given === undefined ? PICTURES : await everyPicture(services);
  for await (const { name, png } of takePictures(browser, settings.origin, pictures)) {
    writeFileSync(join(folder, `${name}.png`), png);
    console.log(`${name}.png ${(png.length / 1024).toFixed(0)} kB`);
  }
} finally {
  await browser.close();
  await server.close();
  await services.disconnect();
}

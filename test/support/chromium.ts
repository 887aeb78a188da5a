import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";

/** Where Linux distributions install it. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const CHROMIUM = process.env["CHROMIUM"] ?? PLACES.find((path) => existsSync(path)) ?? "";

/** Tests in a browser are skipped, by name, where it is not installed. */
export const hasChromium = existsSync(CHROMIUM);

/** Starts the browser. */
export function launchBrowser(): Promise<Browser> {
  // Chromium's sandbox refuses to run as root, as which containers run.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** How a page is looked at. */
export interface View {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  readonly javaScriptEnabled?: boolean;
  readonly forcedColors?: "active";
  /** Cookies to begin with. */
  readonly storageState?: NonNullable<BrowserContextOptions["storageState"]>;
}

/** Opens a browser of its own, with its own cookies. */
export function openContext(browser: Browser, baseURL: string, view: View = {}): Promise<BrowserContext> {
  const { width = 1280, height = 900, ...rest } = view;
  return browser.newContext({ baseURL, viewport: { width, height }, ...rest });
}

/**
 * A browser for the test file. Each person that `open` returns a page of has cookies of their own; they leave after each test. Call it at
 * the file's top level.
 */
export function useBrowser(baseUrl: () => string): { open(view?: View): Promise<Page> } {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    if (hasChromium) browser = await launchBrowser();
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  afterAll(async () => {
    if (hasChromium) await browser.close();
  });
  return {
    async open(view) {
      const context = await openContext(browser, baseUrl(), view);
      contexts.push(context);
      return context.newPage();
    },
  };
}

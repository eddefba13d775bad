/** A real browser for a test, Debian's Chromium: pages as a reader sees them, and what the browser complains of. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import t, { type Test } from 'tap';

const CHROMIUM = '/usr/bin/chromium';

export interface Visit {
  readonly page: Page;
  /** What the browser complained of, the Content-Security-Policy included. */
  readonly complaints: string[];
  /** Requests that would have gone elsewhere; they are not let through. */
  readonly foreign: string[];
  /** Those to the server, by path. */
  readonly requests: string[];
}

/**
 * Starts the browser, for all tests of a file. Where there is none the file is skipped.
 * @param args for it
 */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    t.plan(0, `there is no ${CHROMIUM} here (on Debian: \`apt install chromium\`)`);
    process.exit();
  }
  // As root Chromium does not start with its sandbox.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...args, ...sandbox] });
  t.teardown(() => browser.close());
  return browser;
}

/** Goes to the address, in a window of its own that is closed after the test. */
export async function visit(
  t: Test,
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const page = await browser.newPage(options);
  t.teardown(() => page.close());
  const visit: Visit = { page, complaints: [], foreign: [], requests: [] };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) visit.complaints.push(message.text());
  });
  page.on('pageerror', (error) => visit.complaints.push(String(error)));
  const { origin } = new URL(address);
  await page.route('**/*', (route) => {
    const asked = route.request().url();
    if (asked.startsWith(`${origin}/`)) {
      visit.requests.push(asked.slice(origin.length));
      return route.continue();
    }
    visit.foreign.push(asked);
    return route.abort();
  });
  await page.goto(address);
  return visit;
}

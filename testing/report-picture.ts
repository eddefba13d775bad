/** `node dist/testing/report-picture.js PAGE FILE.png`: the top of a training report as the README shows it. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { isProgram, runProgram, UsageError } from '../config/command.js';

const USAGE = 'Usage: node dist/testing/report-picture.js reports/VERSION/index.html FILE.png';
const WIDTH = 1240;
/** What is below the first plots is left to the reader's curiosity. */
const LAST = '#residuals';
const BELOW = 10;

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const [page, picture, ...more] = process.argv.slice(2);
    if (page === undefined || picture === undefined || more.length > 0) throw new UsageError(USAGE);
    await take(page, picture);
    return 0;
  }, []);
}

async function take(file: string, picture: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    // As root Chromium does not start with its sandbox.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: 800 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(resolve(file)).href);
    const last = await page.locator(LAST).boundingBox();
    const height = Math.ceil((last?.y ?? 0) + (last?.height ?? 0)) + BELOW;
    await page.screenshot({ path: picture, fullPage: true, clip: { x: 0, y: 0, width: WIDTH, height } });
  } finally {
    await browser.close();
  }
}

/** The status page as a reader meets it, in a real browser over a real server. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { MODEL_NAME } from '../../config/model-name.js';
import { writeSums } from '../../registry/version-files.js';
import { openBrowser, visit } from '../../testing/chromium.js';
import { copyRegistry } from '../../testing/copied-registry.js';
import { temporaryFolder } from '../../testing/temporary-folder.js';
import { postOrder, startTestServer } from '../../testing/test-server.js';
import { EXAMPLE_ORDER } from '../openapi/example-order.js';

const TOKEN = 'a-token-of-the-test-that-is-long';
const browser = await openBrowser();
const folder = await temporaryFolder(t);
const copy = await copyRegistry(join(folder, 'registry'));
const { url } = await startTestServer(t, { REGISTRY_DIR: copy.folder, CACHE_DIR: join(folder, 'cache') });
const move = (version: number) => copy.registry.setAlias(MODEL_NAME, 'production', version);

/** What stands on the card of a role. */
const card = (page: Page, role: string) =>
  page.getByRole('article').filter({ has: page.getByRole('heading', { name: role }) });
const estimate = (page: Page) => page.getByRole('button', { name: 'Estimate the delivery' });
/** By the words of the order's schema. */
const AGE = 'Age of the rider';

async function minutesOf(order: object): Promise<string> {
  const { estimated_delivery_minutes: minutes } = (await (await postOrder(url, order)).json()) as {
    estimated_delivery_minutes: number;
  };
  return `${minutes} minutes`;
}

t.test(
  'it shows the versions and the traffic, and an order is estimated, without a complaint of the browser',
  async (t) => {
    const { page, complaints, foreign } = await visit(t, browser, url);
    await page.getByRole('status').getByText('Serving version 1', { exact: true }).waitFor();
    t.match(await card(page, 'Live').innerText(), /v1\s+sample data/);
    t.match(await card(page, 'Previous').innerText(), /–/);
    t.match(await card(page, 'Shadow').innerText(), /no SHADOW_ALIAS/);
    t.match(await card(page, 'Candidate').innerText(), /v2/);
    t.match(await page.title(), /^Version 1 · /);

    await estimate(page).click();
    await page
      .getByRole('status')
      .getByText(await minutesOf(EXAMPLE_ORDER))
      .waitFor();
    for (const title of ['Requests', 'Latency', 'Batch size', 'Queue wait']) {
      await page
        .getByRole('img', { name: new RegExp(`^${title}, .*the highest in this time is [\\d.]+\\.$`) })
        .waitFor();
    }
    t.match(await page.locator('.line-1').first().getAttribute('d'), /^M[\d.]+ [\d.]+/, 'and drawn');
    t.match(await page.locator('#command').textContent(), /^curl -i http.*\/predict [\s\S]*"Delivery_person_Age":29/);
    await page.waitForRequest(/\/status\?after=[1-9]/);
    t.strictSame([complaints, foreign], [[], []]);
  },
);

t.test('a switch and a refusal with its reason are shown as they come', async (t) => {
  const { page, complaints } = await visit(t, browser, url);
  await card(page, 'Live').getByText('v1').waitFor();
  await move(2);
  await card(page, 'Live').getByText('v2').waitFor();
  await card(page, 'Previous').getByText('v1').waitFor();
  await card(page, 'Candidate').getByText('is live').waitFor();
  await copy.registry.setAlias(MODEL_NAME, 'candidate', 1);
  await card(page, 'Candidate').getByText('v1').waitFor();
  const newest = page.getByRole('region', { name: 'Switches and refusals' }).getByRole('listitem').first();
  t.match(await newest.innerText(), /^Version 1 replaced by 2/);
  const spoiled = (await copy.registry.createModelVersion(MODEL_NAME, await copy.files(1))).version;
  const files = await copy.files(spoiled);
  await writeFile(join(files, 'golden.json'), JSON.stringify([{ order: {}, minutes: -1 }]));
  await writeSums(files);
  await move(spoiled);
  await page.getByRole('status').getByText(`Serving version 2; version ${spoiled} was refused`).waitFor();
  t.match(await newest.innerText(), new RegExp(`^Version ${spoiled} refused[\\s\\S]*golden row 0`));
  await move(1);
  await newest.getByText('Back from version 2 to 1').waitFor();
  await estimate(page).click();
  await page.getByText('by version 1').waitFor();
  t.strictSame(complaints, []);
});

t.test('what is wrong with an order is said beside its fields, and all can be done by keyboard', async (t) => {
  const { page } = await visit(t, browser, url, { viewport: { width: 375, height: 700 }, colorScheme: 'dark' });
  await page.getByLabel(AGE).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const latitude = page.getByLabel('Latitude of the restaurant');
  t.ok(await latitude.evaluate((input) => input === input.ownerDocument.activeElement), 'the form is two keys away');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('twelve');
  await page.getByLabel(AGE).fill('');
  await page.keyboard.press('Enter');
  await page.getByText('422: The order has wrong fields.').waitFor();
  t.equal(await latitude.getAttribute('aria-invalid'), 'true');
  t.ok(await latitude.evaluate((input) => input === input.ownerDocument.activeElement));
  const fault = page.locator(`[id="${await latitude.getAttribute('aria-describedby')}"]`);
  t.equal(await fault.innerText(), 'Allowed: a number of degrees from 6 to 38. This is "twelve".');
  t.equal(await page.getByLabel(AGE).getAttribute('aria-invalid'), null, 'what is empty is left out');
  await latitude.fill('13');
  await page.keyboard.press('Enter');
  const { Delivery_person_Age: _, ...order } = { ...EXAMPLE_ORDER, Restaurant_latitude: 13 };
  await page
    .getByRole('status')
    .getByText(await minutesOf(order))
    .waitFor();
  t.equal(await fault.innerText(), '');
  const overflow = 'document.documentElement.scrollWidth - window.innerWidth';
  t.equal(await page.evaluate(overflow), 0, 'nothing is wider than a phone');
  await page.getByRole('button', { name: 'Back to the example' }).press('Enter');
  t.equal(await page.getByLabel(AGE).inputValue(), '29');
});

t.test('where the server wants a token it is asked for, and kept nowhere', async (t) => {
  const file = `${t.testdir({ tokens: TOKEN })}/tokens`;
  const server = await startTestServer(t, { API_TOKENS_FILE: file });
  const { page } = await visit(t, browser, server.url);
  await page.getByLabel(AGE).waitFor();
  await estimate(page).click();
  await page.getByText('401: ').waitFor();
  const token = page.getByLabel('API token');
  t.ok(await token.evaluate((input) => input === input.ownerDocument.activeElement));
  await token.fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.getByText(/^[\d.]+ minutes$/).waitFor();
  t.notMatch(await page.locator('#command').textContent(), TOKEN, 'nor shown');
  t.strictSame(await page.context().storageState(), { cookies: [], origins: [] });
  await page.reload();
  t.equal(await page.locator('#token').inputValue(), '');
});

t.test('a server that is not reached is told, and found again; nobody who does not look has it asked', async (t) => {
  const { page, requests } = await visit(t, browser, url);
  await page.getByRole('status').getByText('Serving version').waitFor();
  await page.context().setOffline(true);
  await page.getByRole('status').getByText('The server cannot be reached; trying again.').waitFor();
  await page.context().setOffline(false);
  await page.getByRole('status').getByText('Serving version').waitFor();

  const asked = () => requests.filter((path) => path.startsWith('/status?')).length;
  const setHidden = (hidden: boolean) =>
    page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`);
  await page.clock.install();
  await page.reload();
  await page.getByRole('status').getByText('Serving version').waitFor();
  await setHidden(true);
  const before = asked();
  await page.clock.runFor(60_000);
  t.equal(asked(), before);
  const answered = page.waitForResponse((response) => response.url().includes('/status?'));
  await setHidden(false);
  t.equal((await answered).status(), 200);
});

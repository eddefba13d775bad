/** The page as a reader sees it, in a real browser: Debian's Chromium. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { fetchApiDocument } from '../../testing/api-document.js';
import { openBrowser, type Visit, visit as visitPage } from '../../testing/chromium.js';
import { startTestServer } from '../../testing/test-server.js';

const browser = await openBrowser(['--host-resolver-rules=MAP deliveries.example 127.0.0.1']);
const { url } = await startTestServer(t);
const operations = Object.values((await fetchApiDocument(url)).paths).flatMap(Object.keys).length;
// Under a name, since on the machine's own address Swagger UI does without some of what it does elsewhere.
const outside = (address: string): string => address.replace('127.0.0.1', 'deliveries.example');

async function visit(t: Test, local: string): Promise<Visit> {
  const visited = await visitPage(t, browser, outside(local));
  await visited.page.locator('#operations-prediction-predict').waitFor();
  return visited;
}

/** Opens the operation, takes its example as it is, and sends it. */
async function tryOut(page: Page): Promise<{ status: string; minutes: number }> {
  const operation = page.locator('#operations-prediction-predict');
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table .response');
  await answer.waitFor();
  const body = await answer.locator('.response-col_description code').first().innerText();
  const { estimated_delivery_minutes: minutes } = JSON.parse(body) as { estimated_delivery_minutes: number };
  return { status: (await answer.locator('.response-col_status').innerText()).trim(), minutes };
}

for (const path of ['/docs', '/docs/']) {
  t.test(`${path} shows every operation, and trying out the example gives minutes`, async (t) => {
    const { page, complaints, foreign, requests } = await visit(t, url + path);
    t.equal(await page.title(), 'Food delivery time: API');
    t.equal(await page.locator('.opblock').count(), operations);
    const { status, minutes } = await tryOut(page);
    t.equal(status, '200');
    t.ok(minutes > 0, `${minutes} minutes`);
    t.strictSame(complaints, []);
    t.strictSame(foreign, []);
    t.ok(requests.includes('/openapi.json') && requests.includes('/predict'), requests.join(' '));
  });
}

t.test('the schema of the order can be read on the page, with the marks of the served version', async (t) => {
  const { page, complaints, foreign } = await visit(t, `${url}/docs`);
  const schemas = page.locator('section.models');
  const order = schemas.locator('article').filter({ hasText: 'Order' }).first();
  await order.getByRole('button', { name: 'Expand all' }).click();
  await order.getByText('Version 1 reads it').first().waitFor();
  t.match(await order.innerText(), /Age of the rider, in years\. Allowed: a number of years, 18 or more, or null\./);
  t.strictSame([complaints, foreign], [[], []]);
});

t.test('the page works behind a path of another server', async (t) => {
  const { hostname, port } = new URL(url);
  const proxy = createServer((asked, answer) => {
    const path = asked.url?.replace(/^\/deliveries\//, '/');
    if (path === asked.url) return void answer.writeHead(404).end();
    const { method, headers } = asked;
    const passed = request({ hostname, port, path, method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    asked.pipe(passed);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  t.teardown(() => proxy.close());
  const inFront = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  for (const path of ['/deliveries/docs', '/deliveries/docs/']) {
    const { page, complaints, foreign, requests } = await visit(t, inFront + path);
    t.equal((await tryOut(page)).status, '200', path);
    t.strictSame([complaints, foreign], [[], []]);
    t.ok(requests.includes('/deliveries/predict'), requests.join(' '));
  }
});

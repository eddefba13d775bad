/** The page as a reader has it: opened from disk in a real browser, Debian's Chromium. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { MODEL_NAME } from '../../config/model-name.js';
import { openRegistry } from '../../registry/open-registry.js';
import { trainedProject } from '../../testing/trained-project.js';
import { contextIn } from '../fixtures/project.js';
import { reportFile } from '../report.js';
import { drawSvg } from './draw.js';
import { figuresOf } from './figures.js';
import { modelCard } from './model-card.js';
import { reportPage } from './page.js';
import { reportData } from './report-data.js';
import { readTrainedModel } from './trained-model.js';

const CHROMIUM = '/usr/bin/chromium';
if (!existsSync(CHROMIUM)) {
  t.plan(0, `there is no ${CHROMIUM} here (on Debian: \`apt install chromium\`)`);
  process.exit();
}

const project = await trainedProject();
const context = contextIn(project);
const browser: Browser = await chromium.launch({
  executablePath: CHROMIUM,
  // As root Chromium does not start with its sandbox.
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
t.teardown(() => browser.close());

interface Visit {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

async function visit(t: Test, file: string, width = 1280): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  t.teardown(() => page.close());
  const visit: Visit = { page, complaints: [], requests: [] };
  page.on('console', (message) => visit.complaints.push(message.text()));
  page.on('pageerror', (error) => visit.complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    visit.complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => visit.requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return visit;
}

const evaluated = (page: Page, script: string): Promise<unknown> => page.evaluate(script);
/** What does not fit onto the page, besides what moves within a frame of its own. */
const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

t.test('the report opens from disk, asks for nothing else and complains of nothing', async (t) => {
  const file = reportFile(context.environment, 1);
  const { page, complaints, requests } = await visit(t, file);
  t.equal(await page.title(), `${MODEL_NAME} version 1: training report`);
  await page.locator('nav a').last().click();
  t.match(page.url(), /#origin$/);
  t.strictSame(complaints, []);
  t.strictSame(
    requests.filter((url) => !url.startsWith('data:')),
    [pathToFileURL(file).href],
  );
});

t.test('every plot has a name that says what is to be seen, and its numbers in a table', async (t) => {
  const { page } = await visit(t, reportFile(context.environment, 1));
  const figures = page.locator('figure');
  const titles = await figures.locator('h3').allInnerTexts();
  t.ok(titles.length >= 11, titles.join(', '));
  for (const [at, title] of titles.entries()) {
    const figure = figures.nth(at);
    const plot = figure.getByRole('img');
    t.equal(await plot.count(), 1, `${title}: of both sizes one is there at a time`);
    const name = (await plot.getAttribute('aria-label')) ?? '';
    t.ok(name.startsWith(`${title}. `) && /\d/.test(name), name);
    t.ok((await plot.locator('svg path, svg text').count()) > 5, 'something is drawn');
    await figure.locator('summary').click();
    t.ok((await figure.locator('tbody tr').count()) > 1);
  }
  const unnamed = await evaluated(page, 'document.querySelectorAll("svg [id]").length');
  t.equal(unnamed, 0, 'no two plots share an id');
});

t.test('headings go down one level at a time, from a single first', async (t) => {
  const { page } = await visit(t, reportFile(context.environment, 1));
  const levels = (await evaluated(
    page,
    '[...document.querySelectorAll("h1,h2,h3,h4")].map((h) => +h.tagName[1])',
  )) as number[];
  t.equal(levels[0], 1);
  t.equal(levels.filter((level) => level === 1).length, 1);
  t.ok(
    levels.every((level, at) => level <= (levels[at - 1] ?? 0) + 1),
    levels.join(' '),
  );
});

t.test('nothing sticks out of a phone, of a screen or of paper, nor when all tables are open', async (t) => {
  for (const width of [375, 700, 1280]) {
    const { page } = await visit(t, reportFile(context.environment, 1), width);
    t.equal(await evaluated(page, OVERFLOW), 0, `${width} pixels`);
    await evaluated(page, 'document.querySelectorAll("details").forEach((each) => { each.open = true; })');
    t.equal(await evaluated(page, OVERFLOW), 0, `${width} pixels, tables open`);
    await page.emulateMedia({ media: 'print' });
    t.equal(await evaluated(page, OVERFLOW), 0, `${width} pixels of paper`);
  }
});

t.test('it has the colours that the reader has, and its text can be read on either ground', async (t) => {
  const { page } = await visit(t, reportFile(context.environment, 1));
  const grounds = new Set<unknown>();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    grounds.add(await evaluated(page, 'getComputedStyle(document.body).backgroundColor'));
    for (const name of ['--ink', '--soft', '--data', '--good', '--bad', '--mark']) {
      // Text as WCAG 2 asks at level AA; of marks in plots it asks 3.
      const wanted = name === '--mark' ? 3 : 4.5;
      const found = Number(await evaluated(page, contrastOf(name)));
      t.ok(found >= wanted, `${colorScheme} ${name}: ${found.toFixed(2)}`);
    }
  }
  t.equal(grounds.size, 2);
});

/** WCAG 2: the contrast of a colour of the style sheet with the ground of the plots. */
function contrastOf(variable: string): string {
  return `(() => {
    const luminance = (name) => {
      const probe = document.body.appendChild(document.createElement('i'));
      probe.style.color = 'var(' + name + ')';
      const [r, g, b] = getComputedStyle(probe).color.match(/[\\d.]+/g).map((each) => {
        const share = each / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      probe.remove();
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [low, high] = [luminance('${variable}'), luminance('--card')].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  })()`;
}

t.test('markup in the data is text: in plots, tables, captions and the model card', async (t) => {
  const evil = `<script>alert(1)</script><img src=x onerror="alert(2)">'`;
  const registry = await openRegistry({ folder: project.registryDir });
  const honest = await readTrainedModel(await registry.download(MODEL_NAME, 1), MODEL_NAME, evil);
  const { evaluation, diagnostics, cleaning, test } = honest;
  const [city, ...cities] = diagnostics.slices['city'] ?? [];
  if (city === undefined) throw new Error('There are no cities.');
  const model = {
    ...honest,
    evaluation: { ...evaluation, data_file: evil },
    diagnostics: { ...diagnostics, slices: { ...diagnostics.slices, city: [{ ...city, value: evil }, ...cities] } },
    cleaning: { ...cleaning, data_file: evil, ignored_columns: [evil], missing: { [evil]: 3 } },
    test: { ...test, orders: test.orders.map((order) => ({ ...order, City: evil, Weather_conditions: evil })) },
  };
  const told = { outcome: 'unreadable', production: 1, told: evil } as const;
  const standing = { comparison: told, production: undefined };
  const version = { version: 1, createdAt: '2026-01-01T00:00:00.000Z', runId: evil };
  const data = reportData(version, model, standing, context.params.promotion_policy);
  const file = join(t.testdir(), 'index.html');
  writeFileSync(file, await reportPage(data, figuresOf(data), modelCard(model), drawSvg));
  const { page, complaints, requests } = await visit(t, file);
  t.equal(await page.locator('script, img, [onerror]').count(), 0);
  t.strictSame(complaints, []);
  t.strictSame(
    requests.filter((url) => !url.startsWith('data:')),
    [pathToFileURL(file).href],
  );
  const text = await page.locator('body').innerText();
  t.ok(text.includes(evil.slice(0, 30)), 'and yet it is there to be read');
  t.ok((await page.locator('svg text').allTextContents()).some((label) => label.startsWith('<script>')));
});

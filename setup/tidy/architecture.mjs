// @ts-check
/** docs/architecture.md shows the house as it is: its folders, and the import rules as .dependency-cruiser.cjs enforces them. */
import { occurrences } from './house.mjs';

const PAGE = 'docs/architecture.md';
const RULES = '.dependency-cruiser.cjs';
/** Folders that are no rooms, since they hold no code: the pages themselves. */
const NO_ROOMS = new Set(['docs']);

/** @type {import('./house.mjs').Rule} */
export function architecture(house) {
  return [...folders(house), ...rooms(house), ...importers(house)];
}

/** @type {import('./house.mjs').Rule} */
function folders({ files }) {
  const there = new Set(
    [...files.keys()].filter((file) => /^[^.].*\//.test(file)).map((file) => file.split('/')[0] ?? ''),
  );
  /** @type {import('./house.mjs').Finding[]} */
  const findings = [];
  for (const [file, heading] of /** @type {const} */ ([
    [PAGE, 'Rooms'],
    ['README.md', 'Layout'],
  ])) {
    const { line, text } = section(files.get(file) ?? '', heading);
    const listed = new Set(rows(text).map(({ folder }) => folder));
    for (const folder of there) {
      if (listed.has(folder) || NO_ROOMS.has(folder)) continue;
      findings.push({ file, line, message: `the table under '${heading}' lacks the folder ${folder}/` });
    }
    for (const folder of listed) {
      if (!there.has(folder)) findings.push({ file, line, message: `the table has ${folder}/, which is not there` });
    }
  }
  return findings;
}

/** @type {import('./house.mjs').Rule} */
function rooms({ files, importRules }) {
  const { line, text } = section(files.get(PAGE) ?? '', 'Rooms');
  const table = rows(text);
  return table.flatMap(({ folder, mayImport }) => {
    const forbidden = importRules.find(({ name }) => name === `${folder}-imports`)?.to.path;
    if (forbidden === undefined) {
      if (mayImport.startsWith('anything')) return [];
      return [{ file: RULES, line: 1, message: `no rule enforces that ${folder}/ may import ${mayImport}` }];
    }
    const said = new Set(
      /^`([^`]*)`/
        .exec(mayImport)?.[1]
        ?.split(' ')
        .map((name) => name.replace('/', '')),
    );
    return table
      .filter((other) => other.folder !== folder)
      .filter((other) => said.has(other.folder) === new RegExp(forbidden).test(`${other.folder}/x.ts`))
      .map((other) => {
        const allows = said.has(other.folder) ? 'forbids it' : 'allows it, and this page does not say so';
        return { file: PAGE, line, message: `${folder}/ importing ${other.folder}/: ${RULES} ${allows}` };
      });
  });
}

/** @type {import('./house.mjs').Rule} */
function importers({ files, importRules }) {
  const { line, text } = section(files.get(PAGE) ?? '', 'Rooms');
  const said = new Map(
    occurrences(text, /`([^`]+)` \((`[^`]+\.ts`(?:, `[^`]+\.ts`)*)\)/g).map(({ match }) => [
      match[1],
      (match[2] ?? '').replaceAll('`', '').split(', '),
    ]),
  );
  const prefix = 'one-importer-of-';
  const enforced = importRules.filter(({ name }) => name.startsWith(prefix));
  /** @type {import('./house.mjs').Finding[]} */
  const findings = [];
  for (const { name, from } of enforced) {
    const product = name.slice(prefix.length);
    const named = said.get(product) ?? [];
    const excepted = new RegExp(from.pathNot ?? '^$');
    // One importer in each of several rooms stands as `^(one|other)$`.
    const count = /^\^\(([^)]*)\)\$/.exec(from.pathNot ?? '')?.[1]?.split('|').length ?? 1;
    if (named.length !== count || !named.every((file) => excepted.test(file))) {
      const where = named.length === 0 ? 'names none' : `names ${named.join(' and ')}`;
      findings.push({
        file: PAGE,
        line,
        message: `the one importer of ${product}: ${RULES} has another one; this page ${where}`,
      });
    }
    for (const file of named.filter((one) => excepted.test(one))) {
      if (files.get(file)?.includes(`from '${product}'`)) continue;
      findings.push({
        file: PAGE,
        line,
        message: `${file} is to be the one importer of ${product}, and does not import it`,
      });
    }
    said.delete(product);
  }
  for (const product of said.keys()) {
    findings.push({
      file: RULES,
      line: 1,
      message: `no rule enforces the one importer of ${product} that ${PAGE} names`,
    });
  }
  return findings;
}

/**
 * The rows of a table of folders.
 * @param {string} text
 */
function rows(text) {
  return occurrences(text, /^\| `([\w-]+)\/` \|[^|]*\|(?: ([^|]*) \|)?$/gm).map(({ match }) => ({
    folder: match[1] ?? '',
    mayImport: match[2] ?? '',
  }));
}

/**
 * What stands under a heading of the second level.
 * @param {string} page
 * @param {string} heading
 */
function section(page, heading) {
  const start = page.indexOf(`\n## ${heading}\n`);
  if (start < 0) return { line: 1, text: '' };
  const end = page.indexOf('\n## ', start + 1);
  return { line: page.slice(0, start + 1).split('\n').length, text: page.slice(start, end < 0 ? undefined : end) };
}

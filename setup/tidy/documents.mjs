// @ts-check
/** The pages for people name what there is: the commands of package.json, its version, and files of the repository. */
import { isCode, occurrences } from './house.mjs';

/** Written by the pipeline or by set-up, so there or not. */
const MADE = /^(dist|reports|node_modules|data\/(?!.*\.(ts|md)$))\//;

/** Made by who follows a recipe of CONTRIBUTING.md. */
const NEW = new Set(['features/definitions/meal-time.ts']);

/** @type {import('./house.mjs').Rule} */
export function documents(house) {
  return [...commands(house), ...version(house), ...files(house)];
}

/** @type {import('./house.mjs').Rule} */
function commands({ files }) {
  /** @type {{ scripts?: Record<string, string> }} */
  const { scripts = {} } = JSON.parse(files.get('package.json') ?? '{}');
  const pages = `${files.get('README.md') ?? ''}\n${files.get('CONTRIBUTING.md') ?? ''}`;
  const undescribed = Object.keys(scripts)
    .filter((name) => !new RegExp(`npm (run )?${name}(?![\\w-])`).test(pages))
    .map((name) => {
      const message = `nothing says what 'npm run ${name}' does: describe it in README.md or CONTRIBUTING.md`;
      return { file: 'package.json', line: 1, message };
    });
  const unknown = [...files]
    .filter(([file]) => file.endsWith('.md'))
    .flatMap(([file, text]) =>
      occurrences(text, /\bnpm run ([a-z][\w:-]*)/g)
        .filter(({ match }) => !Object.hasOwn(scripts, match[1] ?? ''))
        .map(({ line, match }) => ({
          file,
          line,
          message: `'${match[0]}' is no command: package.json has no such script`,
        })),
    );
  return [...undescribed, ...unknown];
}

/** @type {import('./house.mjs').Rule} */
function version({ files }) {
  /** @type {{ version?: string }} */
  const { version: current = '' } = JSON.parse(files.get('package.json') ?? '{}');
  const headings = occurrences(files.get('CHANGELOG.md') ?? '', /^## \[?([\w.-]+)/gm).map(({ match }) => match[1]);
  if (headings.includes(current)) return [];
  return [{ file: 'CHANGELOG.md', line: 1, message: `no heading for version ${current}, which package.json has` }];
}

/** @type {import('./house.mjs').Rule} */
function files({ files }) {
  return [...files]
    .filter(([file]) => file.endsWith('.md'))
    .flatMap(([file, text]) =>
      occurrences(text, /`([\w.-]+(?:\/[\w.-]+)+)`/g)
        .map(({ line, match }) => ({ file, line, path: match[1] ?? '' }))
        .filter(
          ({ path }) =>
            (isCode(path) || /\.(md|ya?ml)$/.test(path)) && !MADE.test(path) && !NEW.has(path) && !files.has(path),
        )
        .map(({ line, path }) => ({ file, line, message: `there is no file ${path}` })),
    );
}

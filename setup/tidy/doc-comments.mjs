// @ts-check
/**
 * What the rooms show to one another has a doc comment: the next reader sees it where it is used, and `npm run docs` makes
 * pages of it. Whether what a comment links to exists is not told here, but by the check `typedoc`.
 */
import { posix } from 'node:path';
import { isForTests, occurrences } from './house.mjs';

/** Rooms that are libraries: every file of theirs is for others. Of the rest, the files that another room imports are. */
const LIBRARIES = new Set(['features', 'config', 'data', 'registry', 'workers']);
/** One file for one feature, whose head says what it is. */
const DEFINITIONS = /^features\/definitions\//;

const EXPORT = /^export (?:default )?(?:async |abstract )?(?:function\*?|class|interface|type|const|enum) (\w+).*$/gm;
/** The type of a schema, which has the schema's name and needs no comment beside its. */
const TYPE_OF_SCHEMA = /^export type (\w+) = Type\.Static<typeof \1>;$/;

/** @type {import('./house.mjs').Rule} */
export function docComments({ files }) {
  const product = [...files].filter(([file]) => file.endsWith('.ts') && !isForTests(file));
  const shown = new Set(product.flatMap(([file, text]) => importedElsewhere(file, text)));
  return product
    .filter(([file]) => (LIBRARIES.has(roomOf(file)) && !DEFINITIONS.test(file)) || shown.has(file))
    .flatMap(([file, text]) =>
      occurrences(text, EXPORT)
        .filter(({ match }) => !TYPE_OF_SCHEMA.test(match[0]) && !hasComment(text.slice(0, match.index)))
        .map(({ line, match }) => ({
          file,
          line,
          message: `${match[1]} is exported without a doc comment: say what it is, with shapes, units and what it throws`,
        })),
    );
}

/** @param {string} file */
function roomOf(file) {
  return file.split('/')[0] ?? '';
}

/**
 * The files of other rooms that this one imports.
 * @param {string} file
 * @param {string} text
 */
function importedElsewhere(file, text) {
  return occurrences(text, /(?:from|import\() ?'(\.[^']+)\.js'/g)
    .map(({ match }) => `${posix.join(posix.dirname(file), match[1] ?? '')}.ts`)
    .filter((imported) => roomOf(imported) !== roomOf(file));
}

/**
 * Whether what stands before an export ends with a doc comment, though a comment to a tool may come between.
 * @param {string} before
 */
function hasComment(before) {
  return /\*\/\n(?:\/\/ .*\n)*$/.test(before);
}

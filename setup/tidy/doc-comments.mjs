// @ts-check
/**
 * What a file exports has a doc comment: the next reader sees it where it is used, and `npm run docs` makes pages of it.
 * Whether what a comment links to exists is not told here, but by the check `typedoc`.
 */
import { isForTests, occurrences } from './house.mjs';

/** One file for one feature, whose head says what it is. */
const DEFINITIONS = /^features\/definitions\//;

const EXPORT = /^export (?:default )?(?:async |abstract )?(?:function\*?|class|interface|type|const|enum) (\w+).*$/gm;
/** The type of a schema, which has the schema's name and needs no comment beside its. */
const TYPE_OF_SCHEMA = /^export type (\w+) = Type\.Static<typeof \1>;$/;

/** @type {import('./house.mjs').Rule} */
export function docComments({ files }) {
  return [...files]
    .filter(([file]) => file.endsWith('.ts') && !isForTests(file) && !DEFINITIONS.test(file))
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

/**
 * Whether what stands before an export ends with a doc comment, though a comment to a tool may come between.
 * @param {string} before
 */
function hasComment(before) {
  return /\*\/\n(?:\/\/ .*\n)*$/.test(before);
}

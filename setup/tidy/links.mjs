// @ts-check
/** Links between the pages of the repository lead somewhere. */
import { posix } from 'node:path';
import { occurrences } from './house.mjs';

/** @type {import('./house.mjs').Rule} */
export function links({ files }) {
  const folders = new Set([...files.keys()].map((file) => posix.dirname(file)));
  return [...files]
    .filter(([file]) => file.endsWith('.md'))
    .flatMap(([file, text]) =>
      occurrences(text, /\]\((?!\w+:)([^)\s]*)\)/g).flatMap(({ line, match }) => {
        const [path = '', anchor] = (match[1] ?? '').split('#');
        const target = path === '' ? file : posix.join(posix.dirname(file), path).replace(/\/$/, '');
        if (!files.has(target) && !folders.has(target))
          return [{ file, line, message: `the link to ${path} leads nowhere` }];
        if (anchor === undefined || anchorsOf(files.get(target) ?? '').has(anchor)) return [];
        return [{ file, line, message: `${target} has no heading for the link to #${anchor}` }];
      }),
    );
}

/**
 * The anchors of a page's headings, as GitHub and GitLab make them.
 * @param {string} page
 */
function anchorsOf(page) {
  // In a block of code it is a comment.
  const prose = page.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
  const headings = occurrences(prose, /^#+ (.*)$/gm).map(({ match }) => (match[1] ?? '').toLowerCase());
  return new Set(headings.map((heading) => heading.replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')));
}

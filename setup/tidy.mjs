// @ts-check
/** The rules of the house that no other tool knows, over all files of the repository: `npm run check -- tidy`. */
import { command } from './command.mjs';

command(async () => {
  const { fileURLToPath } = await import('node:url');
  const { Fault } = await import('./faults.mjs');
  const { addresses } = await import('./tidy/addresses.mjs');
  const { architecture } = await import('./tidy/architecture.mjs');
  const { docComments } = await import('./tidy/doc-comments.mjs');
  const { documents } = await import('./tidy/documents.mjs');
  const { readHouse } = await import('./tidy/house.mjs');
  const { leftovers } = await import('./tidy/leftovers.mjs');
  const { lengths } = await import('./tidy/lengths.mjs');
  const { limits } = await import('./tidy/limits.mjs');
  const { links } = await import('./tidy/links.mjs');
  const { purpose } = await import('./tidy/purpose.mjs');
  const house = readHouse(fileURLToPath(new URL('..', import.meta.url)));
  const rules = [lengths, purpose, limits, leftovers, addresses, architecture, documents, docComments, links];
  const findings = rules.flatMap((rule) => rule(house));
  for (const { file, line, message } of findings) console.log(`${file}:${line}: ${message}`);
  console.log(`${house.files.size} files, ${findings.length} findings`);
  if (findings.length > 0) throw new Fault('The house is not tidy, see the lines above.');
});

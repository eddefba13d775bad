/** The files that the page at `/docs` loads: its own script, and those of swagger-ui-dist, which is named here only. */
import { readFile } from 'node:fs/promises';
import { INITIALIZER } from './page.js';

/** A file below `/docs`. */
export interface DocsFile {
  readonly name: string;
  readonly mediaType: string;
  read(): Promise<string | Buffer>;
}

const SWAGGER_UI = import.meta.resolve('swagger-ui-dist/package.json');

const ofSwaggerUi = (name: string, mediaType: string): DocsFile => ({
  name,
  mediaType,
  read: () => readFile(new URL(name, SWAGGER_UI)),
});

/** All that the page loads, and nothing else of the package. */
export const DOCS_FILES: readonly DocsFile[] = [
  ofSwaggerUi('swagger-ui.css', 'text/css'),
  ofSwaggerUi('swagger-ui-bundle.js', 'text/javascript'),
  ofSwaggerUi('favicon-32x32.png', 'image/png'),
  { name: 'initializer.js', mediaType: 'text/javascript', read: async () => INITIALIZER },
];

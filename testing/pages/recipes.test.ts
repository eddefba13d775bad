/** The recipes of CONTRIBUTING.md, followed on the sources as they are: what they say to write compiles where they say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import ts from 'typescript';
import { blocksOf, PROJECT, pages } from './pages.js';

const [page = { path: '', text: '' }] = pages().filter(({ path }) => path === 'CONTRIBUTING.md');
const [feature, featureLine, featureClaim, gate, route, routeClaim] = blocksOf(page)
  .filter(({ language }) => language === 'ts')
  .map(({ code }) => code);

/** Source → what it is once the recipes were followed. */
const followed = new Map<string, string>();

function source(file: string): string {
  return followed.get(file) ?? readFileSync(join(PROJECT, file), 'utf8');
}

/** What the page has between backticks, which begins so. */
function inlineCode(beginning: string): string {
  return page.text.split('`').find((text) => text.startsWith(beginning)) ?? `no \`${beginning}…\` in the page`;
}

/** Writes `code` after the first place in the file that has `after`. */
function insert(file: string, after: string, code: string): void {
  const text = source(file);
  if (!text.includes(after)) throw new Error(`${file} has no '${after}' any more, where the recipe is followed`);
  followed.set(file, text.replace(after, `${after}${code}`));
}

/** By file, what the compiler has against it. */
function faultsIn(files: readonly string[]): Record<string, string[]> {
  const config = ts.readConfigFile(join(PROJECT, 'tsconfig.json'), ts.sys.readFile).config as object;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, PROJECT);
  const host = ts.createCompilerHost({ ...options, incremental: false });
  const { fileExists, readFile } = host;
  const written = (path: string) => followed.get(path.replace(PROJECT, ''));
  host.fileExists = (path) => written(path) !== undefined || fileExists(path);
  host.readFile = (path) => written(path) ?? readFile(path);
  host.getSourceFile = (path, settings) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, settings);
  };
  const roots = files.map((file) => join(PROJECT, file));
  const program = ts.createProgram(roots, { ...options, incremental: false, noEmit: true }, host);
  return Object.fromEntries(
    files.map((file) => {
      const parsed = program.getSourceFile(join(PROJECT, file));
      const faults = [...program.getSyntacticDiagnostics(parsed), ...program.getSemanticDiagnostics(parsed)];
      return [file, faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))];
    }),
  );
}

t.test('a feature, a gate and a route as the page has them compile; the gate wants its claim', async (t) => {
  followed.set('features/definitions/meal-time.ts', feature ?? '');
  followed.set('features/definitions.ts', `${source('features/definitions.ts')}${featureLine}`);
  followed.set('features/definitions.test.ts', `${source('features/definitions.test.ts')}\n${featureClaim}`);

  insert('config/params.ts', 'max_test_mae: Type.Number()', `, ${inlineCode('max_largest_error: ')}`);
  insert('training/gates.ts', 'complete.mae, all.mae),\n', gate ?? '');

  followed.set('server/routes/features.ts', route ?? '');
  followed.set('server/routes/features.test.ts', routeClaim ?? '');
  insert('server/front.ts', 'openApiRoute(serving),\n', inlineCode('featuresRoute(serving),'));
  insert('server/front.ts', "./routes/docs.js';\n", "import { featuresRoute } from './routes/features.js';\n");
  const { 'training/gates.test.ts': wanting, ...faults } = faultsIn([
    ...followed.keys(),
    'config/params.test.ts',
    'training/gates.test.ts',
    'training/promote.test.ts',
  ]);
  for (const [file, found] of Object.entries(faults)) t.strictSame(found, [], file);
  t.match(wanting, [/max_largest_error/], 'as the page says: it does not compile without it');
});

/** Code blocks of the pages are code of their language, whether or not anybody runs them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import ts from 'typescript';
import { parse } from 'yaml';
import { blocksOf, type CodeBlock, PROJECT, pages } from './pages.js';

/** The first fault in TypeScript that is a file, or something that stands in a list: what a recipe adds to one. */
function faultInTypeScript(code: string): string | undefined {
  const faults = [code, `[\n${code}\n]`].map((text) => {
    const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true });
    const [first] = diagnostics;
    return first && ts.flattenDiagnosticMessageText(first.messageText, ' ');
  });
  return faults.includes(undefined) ? undefined : faults[0];
}

function faultOf(program: string, args: readonly string[], input: string): string | undefined {
  const { status, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
  return status === 0 ? undefined : stderr;
}

function thrownBy(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

const PYTHON = join(PROJECT, '.venv/bin/python');
/** Language → what is wrong with a text of it; undefined where nothing is. */
const JUDGES: Readonly<Record<string, (code: string) => string | undefined>> = {
  ts: faultInTypeScript,
  json: (code) => thrownBy(() => JSON.parse(code)),
  yaml: (code) => thrownBy(() => parse(code)),
  sh: (code) => faultOf('sh', ['-n'], code),
  python: (code) => faultOf(PYTHON, ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], code),
};

t.test('every code block that names its language is code of it', async (t) => {
  const blocks = pages()
    .flatMap(blocksOf)
    .filter(({ language }) => language !== '');
  const found = (language: string) => blocks.filter((block) => block.language === language).length;
  t.ok(found('ts') > 4 && found('sh') > 20 && found('python') > 1, 'there are some');
  for (const { page, line, language, code } of blocks) {
    const judge = JUDGES[language];
    if (judge === undefined) t.fail(`${page}:${line}: nothing here judges '${language}'`);
    else t.equal(judge(code), undefined, `${page}:${line}: ${language}`);
  }
});

t.test('a block with a fault is found, in each language', async (t) => {
  const faults = { ts: 'const a = {;', json: '{ a: 1 }', yaml: 'a: [1', sh: 'if true; then', python: 'def f(:' };
  t.strictSame(Object.keys(faults), Object.keys(JUDGES));
  for (const [language, code] of Object.entries(faults)) t.type(JUDGES[language]?.(code), 'string', language);
  t.equal(faultInTypeScript('atMost(1),\natLeast(2),'), undefined);
  const page = { path: 'x.md', text: 'a\n\n   ```ts\n   const a = 1;\n\n     a;\n   ```\n\n```\nb\n```\n' };
  const expected: CodeBlock[] = [
    { page: 'x.md', line: 4, language: 'ts', code: 'const a = 1;\n\n  a;\n' },
    { page: 'x.md', line: 10, language: '', code: 'b\n' },
  ];
  t.strictSame(blocksOf(page), expected);
});

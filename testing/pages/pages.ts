/** The Markdown pages of this repository: their code blocks, and the commands that they tell their reader to run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Seen from `dist/testing/pages/`. */
export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

/** Folders with pages of their own; what else is in Markdown is none of ours, as packages and reports. */
const FOLDERS = ['.', 'docs', 'data', 'bench/peers'];

export interface Page {
  /** Relative to the checkout. */
  readonly path: string;
  readonly text: string;
}

export interface CodeBlock {
  readonly page: string;
  /** Of its first line, from 1. */
  readonly line: number;
  /** Empty where none is named. */
  readonly language: string;
  /** Without the indentation of its fence. */
  readonly code: string;
}

/** Every page, those of rooms included. */
export function pages(): Page[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name))
      .map((path) => ({ path, text: readFileSync(join(PROJECT, path), 'utf8') })),
  );
}

/** The fenced blocks of a page, in their order. */
export function blocksOf({ path, text }: Page): CodeBlock[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(
    ({ index, 1: indent = '', 2: language = '', 3: code = '' }) => ({
      page: path,
      line: text.slice(0, index).split('\n').length + 1,
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

/** A command of npm or npx, word by word. */
export interface Command {
  readonly page: string;
  readonly words: readonly string[];
}

/** The commands of npm and npx in a page, within code only. */
export function commandsOf({ path, text }: Page): Command[] {
  const code = [...text.matchAll(/^ *```\w*\n[\s\S]*?^ *```$|`[^`\n]+`/gm)].map(([found]) => found).join('\n');
  return [...code.matchAll(/(?<![\w-])(npm (?:run|test|start)|npx)(?![\w-])([^`\n#;&|]*)/g)].map(
    ([, program = '', rest = '']) => ({
      page: path,
      words: [...program.split(' '), ...rest.trim().split(/\s+/)].filter((word) => word !== ''),
    }),
  );
}

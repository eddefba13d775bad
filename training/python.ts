/** Runs a Python program that does a part of a stage, and ends with this process, whatever ends it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PipelineError } from './errors.js';
import { LAST_LINE_CHARACTERS } from './limits.js';

/**
 * Runs it to its end. Its standard input is a pipe that this process holds open and writes nothing into: when it
 * closes, this process is gone.
 * @param say is told what it prints, line by line
 * @throws PipelineError `fit_failed`, one sentence with the last line that it wrote on stderr
 */
export async function runPython(python: string, args: readonly string[], say: (line: string) => void): Promise<void> {
  const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let lastWord = '';
  createInterface(child.stdout).on('line', say);
  createInterface(child.stderr).on('line', (line) => {
    lastWord = line.trim() || lastWord;
  });
  let code: number | null;
  let signal: NodeJS.Signals | null;
  try {
    [code, signal] = await once(child, 'close');
  } catch (error) {
    throw cannotStart(python, error);
  }
  if (code === 0) return;
  const end = signal === null ? `ended with exit code ${code}` : endedBy(signal);
  const said = lastWord === '' ? ' and said nothing of why.' : `: ${shorten(lastWord)}`;
  throw new PipelineError('fit_failed', `Fitting ${end}${said}`);
}

function endedBy(signal: NodeJS.Signals): string {
  return `was ended by ${signal}${signal === 'SIGKILL' ? ', perhaps for want of memory,' : ''}`;
}

function cannotStart(python: string, error: unknown): PipelineError {
  const reason = error instanceof Error ? error.message : String(error);
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return new PipelineError(
    'fit_failed',
    isMissing
      ? `There is no Python environment at ${python}. Make it with: npm run setup`
      : `${python} cannot be started (${reason}). Make the Python environment anew: delete .venv, then npm run setup`,
  );
}

function shorten(line: string): string {
  return line.length > LAST_LINE_CHARACTERS ? `${line.slice(0, LAST_LINE_CHARACTERS)}…` : line;
}

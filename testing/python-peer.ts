/** A program of a Python environment in `.venv-peers`, which is told what to do as JSON and says what it saw. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Seen from `dist/testing/`. */
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** @param program path from the project's folder */
export async function askPeer(environment: 'mlflow' | 'triton', program: string, asked: object): Promise<unknown> {
  const child = spawn(`${PROJECT}.venv-peers/${environment}/bin/python`, ['-I', `${PROJECT}${program}`], {
    env: { PATH: process.env['PATH'], MLFLOW_DISABLE_TELEMETRY: 'true' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  child.stdin.end(JSON.stringify(asked));
  const [said, complained, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${program} ended with exit code ${code}:\n${complained}`);
  return JSON.parse(said);
}

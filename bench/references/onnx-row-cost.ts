/** What a row costs in ONNX Runtime, measured by a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../figures.js';

const PROGRAM = fileURLToPath(new URL('onnx-row.js', import.meta.url));
const REPETITIONS = 3;

/** @returns microseconds of processor time a row, in batches of 32 */
export async function onnxRowCost(modelFile: string, seconds: number): Promise<number> {
  const costs: number[] = [];
  for (let at = 0; at < REPETITIONS; at++) {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, modelFile, String(seconds)]);
    costs.push((JSON.parse(stdout) as { microsecondsPerRow: number }).microsecondsPerRow);
  }
  return median(costs);
}

/** A file of orders, or the standard input, into a file with their minutes that appears when it is whole. */
import { rm } from 'node:fs/promises';
import { tellingOutputFaults } from '../../data/output-error.js';
import { Draft } from '../../data/whole-file.js';
import { readCsv } from '../../training/csv.js';
import { withEvaluationPool } from '../../training/evaluation-pool.js';
import type { RunnableModel } from '../../training/judged-version.js';
import { Progress } from '../progress.js';
import { LineWriter, writingTo } from './line-writer.js';
import { PredictionTable } from './prediction-table.js';
import { RejectedRows } from './rejected-rows.js';
import { openSource, STANDARD } from './source.js';

/** What is read and written, and how. */
export interface PredictedFiles {
  /** A path, or '-'. */
  readonly input: string;
  /** A path, or '-'. */
  readonly output: string;
  /** Undefined where rejected rows are only told. */
  readonly rejected: string | undefined;
  /** Whether a single rejected row keeps the output from being written. */
  readonly strict: boolean;
  /** Whether rows with unusable or missing values are predicted, too. */
  readonly setMissing: boolean;
  /** Threads. */
  readonly workers: number;
}

/** What became of the rows: each was predicted or rejected. */
export interface PredictedRows {
  readonly rows: number;
  readonly predicted: number;
  readonly rejected: number;
  /** Rejected rows by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** The first of them, where there is no file for them. */
  readonly told: readonly string[];
}

/** @throws PipelineError, OutputError, PoolError */
export async function predictFile(files: PredictedFiles, runnable: RunnableModel): Promise<PredictedRows> {
  const out = files.output === STANDARD ? undefined : await Draft.begin(files.output);
  const side = files.rejected === undefined ? undefined : await Draft.begin(files.rejected);
  try {
    const write = out === undefined ? writingTo(process.stdout) : (text: string) => out.write(text);
    const lines = new LineWriter(write);
    const sideLines = side === undefined ? undefined : new LineWriter((text) => side.write(text));
    const rejected = new RejectedRows(sideLines);
    const { rows, predicted } = await predictRows(files, runnable, lines, rejected);
    await lines.flush();
    await sideLines?.flush();
    if (side !== undefined && rejected.rows > 0) await side.publish();
    // What an earlier run has rejected must not be taken for this one's.
    if (side !== undefined && rejected.rows === 0) {
      await tellingOutputFaults(side.file, () => rm(side.file, { force: true }));
    }
    // Last: where it is, the rejected rows are as well.
    if (!files.strict || rejected.rows === 0) await out?.publish();
    const reasons = Object.fromEntries([...rejected.counts].sort(([, a], [, b]) => b - a));
    return { rows, predicted, rejected: rejected.rows, reasons, told: rejected.told };
  } finally {
    await out?.discard();
    await side?.discard();
  }
}

async function predictRows(
  { input, setMissing, workers }: PredictedFiles,
  { encoder, model }: RunnableModel,
  lines: LineWriter,
  rejected: RejectedRows,
): Promise<Pick<PredictionTable, 'rows' | 'predicted'>> {
  const source = await openSource(input);
  const progress = new Progress(source.size);
  try {
    return await withEvaluationPool(model, workers, async (pool) => {
      const table = new PredictionTable({ pool, encoder, lines, rejected, setMissing });
      for await (const row of readCsv(source.name, (cells) => table.open(source.name, cells), source.bytes)) {
        const wait = table.take(row);
        if (wait !== undefined) await wait;
        progress.update(source.bytesRead(), table.rows);
      }
      await table.finish();
      return { rows: table.rows, predicted: table.predicted };
    });
  } finally {
    progress.end();
  }
}

/** The whole pipeline on real orders, where they are at hand: they may not be part of this repository. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { CleaningReport } from './clean.js';
import type { EvaluationReport } from './evaluate.js';
import { aliasesIn, contextIn, foldersIn, runCommand } from './fixtures/project.js';

/** Beside the project, seen from `dist/training/`. */
const ORDERS = fileURLToPath(new URL('../../../shared/data/zomato-orders.csv', import.meta.url));
const options = existsSync(ORDERS) ? {} : { skip: `${ORDERS} is not there` };

t.test(
  'trained on real orders, the model is as good as it is said to be',
  { ...options, timeout: 110_000 },
  async (t) => {
    const folders = foldersIn(t.testdir());
    const { code, stderr } = await runCommand('training/train.js', ['--data', ORDERS], folders);
    t.same({ code, stderr }, { code: 0, stderr: '' });
    const { files } = contextIn(folders);
    const cleaning: CleaningReport = JSON.parse(readFileSync(files.cleaningReport, 'utf8'));
    t.ok(cleaning.rows_kept > 40_000, `${cleaning.rows_kept} rows`);
    t.equal(cleaning.data, 'orders');
    const { complete, all, parity }: EvaluationReport = JSON.parse(readFileSync(files.evaluationReport, 'utf8'));
    t.ok(complete.r2 >= 0.84, `R2 ${complete.r2} on complete rows`);
    t.ok(complete.mae <= 3, `MAE ${complete.mae} min on complete rows`);
    t.ok(
      complete.extreme_errors <= 2,
      `${complete.extreme_errors} errors over ${complete.extreme_error_threshold} min`,
    );
    t.ok(all.r2 >= 0.83, `R2 ${all.r2} on all rows`);
    t.equal(parity.rows, all.rows);
    t.ok(parity.largest_difference <= 0.001, `as Python gives them to ${parity.largest_difference} min`);
    t.strictSame(await aliasesIn(folders), { candidate: 1 });
  },
);

/**
 * Has schemathesis judge a real server against the document that it publishes: it makes up requests that the document
 * allows and others that it does not, and holds every answer against all that it can check.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServerProcess } from '../../bench/server-process.js';
import { type ApiDocument, fetchApiDocument } from '../api-document.js';
import { environmentOf, trainedProject } from '../trained-project.js';

/** Seen from `dist/testing/schemathesis/`. */
const PYTHON = fileURLToPath(new URL('../../../.venv-peers/schemathesis/bin/python', import.meta.url));

const SEED = 20_220_212;
/** Of each kind of request, for each operation. */
const EXAMPLES = 100;
/** The fourth, `stateful`, follows links between operations, of which the document has none. */
const PHASES_WITH_WORK = ['examples', 'coverage', 'fuzzing'];

/**
 * What made-up requests cannot judge, since none would ever succeed: a delivery is believed by its signature alone, and
 * that the shape of a tensor or a data frame agrees with what is in it no schema can say.
 * `server/openapi/answers.test.ts` signs its own, and provokes every other answer too.
 */
const LEFT_OUT = '^/(hooks/mlflow|invocations|v2/models/.*/infer)$';

/** A media type that schemathesis cannot write; `server/predict-batch.test.ts` sends it. */
const UNKNOWN_TYPE = 'application/x-ndjson';

/**
 * A header that is not judged: some of the values made up for it have control characters, and the library closes such a
 * connection after its idle time-out. `server/gate.test.ts` sends right and wrong ones.
 */
const UNJUDGED_HEADER = 'x-request-timeout-ms';

/** Of `report.json`, what is looked at here. */
interface Report {
  readonly operations: { readonly tested: number };
  readonly phases: Readonly<Record<string, { readonly status: string }>>;
  readonly test_cases: { readonly generated: number; readonly with_failures: number };
  readonly warnings: Readonly<Record<string, readonly unknown[]>>;
}

/** Judges, tells the result in a line, and gives what is to be complained of. */
export async function judgeApi(): Promise<string[]> {
  const server = await startServerProcess({ ...environmentOf(await trainedProject()), LOG_LEVEL: 'info' });
  const folder = await mkdtemp(join(tmpdir(), 'schemathesis-'));
  try {
    const document = await fetchApiDocument(server.url);
    const code = await runSchemathesis(folder, document, server.url);
    const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report;
    const judged = Object.entries(document.paths).filter(([path]) => !new RegExp(LEFT_OUT).test(path));
    const operations = judged.flatMap(([, methods]) => Object.keys(methods)).length;
    const { generated, with_failures: failed } = report.test_cases;
    console.log(
      `${report.operations.tested} of ${operations} operations (not ${LEFT_OUT}), ${generated} requests, ${failed} failed`,
    );
    return complaintsOf(report, operations, code);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

async function runSchemathesis(folder: string, document: ApiDocument, url: string): Promise<number | null> {
  // From a file: read over HTTP, schemathesis passes over the operation that gives the document.
  const isList = (value: unknown): value is readonly { readonly name?: string }[] => Array.isArray(value);
  const known = (key: string, value: unknown): unknown => {
    if (key === 'parameters' && isList(value)) return value.filter(({ name }) => name !== UNJUDGED_HEADER);
    return key === UNKNOWN_TYPE ? undefined : value;
  };
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(document, known));
  const options = {
    url,
    checks: 'all',
    'exclude-path-regex': LEFT_OUT,
    phases: 'examples,coverage,fuzzing,stateful',
    mode: 'all',
    seed: SEED,
    'max-examples': EXAMPLES,
    'generation-database': 'none',
    report: 'json',
    'report-json-path': 'report.json',
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(
    PYTHON,
    ['-I', '-m', 'schemathesis.cli', 'run', 'openapi.json', '--continue-on-failure', ...args],
    {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/** What it found, and what it left out: a judge that is silent of a part has not judged it. */
function complaintsOf(report: Report, operations: number, code: number | null): string[] {
  const complaints: string[] = [];
  if (code !== 0) complaints.push(`schemathesis ended with exit code ${code}`);
  const { tested } = report.operations;
  if (tested !== operations) complaints.push(`${operations - tested} operations were not tested`);
  for (const phase of PHASES_WITH_WORK) {
    const status = report.phases[phase]?.status;
    if (status !== 'success') complaints.push(`the phase '${phase}' ended as '${status}'`);
  }
  for (const [name, cases] of Object.entries(report.warnings)) {
    if (cases.length > 0) complaints.push(`schemathesis warns of ${name}: ${JSON.stringify(cases)}`);
  }
  return complaints;
}

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readParams } from '../config/params.js';
import { trainedProject } from '../testing/trained-project.js';
import { runCommand } from '../training/fixtures/project.js';
import { paramsIn } from '../training/fixtures/versions.js';
import { formatGate, gateLines } from './gate.js';
import type { GateFigures } from './gate-figures.js';

const SHIPPED = fileURLToPath(new URL('../../params.yaml', import.meta.url));
const { diagnostics } = readParams(SHIPPED).promotion_policy.staging;
const FIGURES: GateFigures = {
  at_requests_per_second: 500,
  requests: 750,
  requests_per_second: 499,
  refused: 0,
  errors: 0,
  unsent: 0,
  avg_latency_ms: 50,
  p50_latency_ms: 40,
  p99_latency_ms: 250,
  max_latency_ms: 300,
  p99_send_lag_ms: 1,
  cpu_ratio_to_bare: 6,
  cpu_us_per_prediction: 30,
};

function failing(changes: Partial<GateFigures>): string[] {
  const lines = gateLines(diagnostics, { ...FIGURES, ...changes });
  return lines.filter(({ passed }) => !passed).map(({ name }) => name);
}

t.test('figures at their limits pass, and each beyond it, or none at all, fails its own line', async (t) => {
  t.strictSame(failing({}), []);
  for (const avg_latency_ms of [50.1, Number.NaN]) t.strictSame(failing({ avg_latency_ms }), ['max_avg_latency_ms']);
  for (const p99_latency_ms of [251, Number.NaN]) t.strictSame(failing({ p99_latency_ms }), ['max_p99_latency_ms']);
  t.strictSame(failing({ cpu_ratio_to_bare: 6.01 }), ['max_cpu_ratio_to_bare']);
  for (const fault of [{ refused: 1 }, { errors: 1 }, { unsent: 1 }, { requests: 0 }]) {
    t.strictSame(failing(fault), ['requests without a prediction']);
  }
});

t.test('the gate is a table with a line for each limit', async (t) => {
  const figures = { ...FIGURES, cpu_ratio_to_bare: 7.25 };
  t.equal(
    formatGate(gateLines(diagnostics, figures), figures),
    [
      'at_requests_per_second: 500',
      '  pass  max_avg_latency_ms             at most 50  50',
      '  pass  max_p99_latency_ms             at most 250  250',
      '  FAIL  max_cpu_ratio_to_bare          at most 6  7.250',
      '  pass  requests without a prediction  at most 0  0',
    ].join('\n'),
  );
});

t.test('bench --gate ends with exit code 1 and names the line that fails', async (t) => {
  const params = paramsIn(t.testdir(), ['max_p99_latency_ms: 250', 'max_p99_latency_ms: 0.001']);
  const args = ['--gate', '--params', params, '--version', '1'];
  const { code, stdout, stderr } = await runCommand('bench/main.js', args, await trainedProject());
  t.equal(code, 1);
  t.match(stdout, /^ {2}pass {2}max_avg_latency_ms +at most 50 /m);
  t.match(stdout, /^ {2}FAIL {2}max_p99_latency_ms +at most 0\.001 /m);
  t.match(stderr, /^The gate fails: max_p99_latency_ms\.$/m);
});

t.test('what cannot be meant is refused before anything is started', async (t) => {
  const folders = await trainedProject();
  for (const [args, message] of [
    [['--version', '1', '--alias', 'staging'], /--version and --alias both say what to serve/],
    [['--scenario', 'saturate'], /--scenario is 'saturate', which there is not\.\nUsage: [\s\S]*saturation/],
    [['--seconds', '0'], /--seconds is '0'; allowed is a whole number from 1/],
    [['--params', 'x.yaml'], /--params is for --gate/],
    [['--compare', 'package.json'], /package\.json is no report of this bench/],
    [['--orders', join('no', 'file.ndjson')], /no\/file\.ndjson/],
  ] as const) {
    const { code, stdout, stderr } = await runCommand('bench/main.js', args, folders);
    t.not(code, 0);
    t.equal(stdout, '');
    t.match(stderr, message);
    t.notMatch(stderr, /^ +at /m, 'no stack trace');
  }
});

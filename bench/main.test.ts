/** The bench from its command to its report, on a real server and the bare reference: some seconds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { trainedProject } from '../testing/trained-project.js';
import { runCommand } from '../training/fixtures/project.js';
import type { Report } from './report.js';

t.test('a scenario is measured beside the bare reference, printed and written as JSON and as a page', async (t) => {
  const reportsDir = t.testdir();
  const folders = { ...(await trainedProject()), reportsDir };
  const args = ['--quick', '--version', '2', '--beside', '1', '--scenario', 'one-connection', '--scenario', 'batch'];
  const { code, stdout, stderr } = await runCommand('bench/main.js', args, folders);
  t.equal(code, 0, stderr);
  t.match(stdout, /^[0-9]+ cores of .*; [0-9]+ % busy before the run, load [0-9.]+\nmodel version 2, commit /);
  t.match(stdout, /^ {2}1 connection +server +[0-9,]+ /m);
  t.match(stdout, /^ {2}held to +limit +value +version 1$/m);
  t.match(
    stdout,
    /^ {2}p50 at one connection, against bare +(pass|FAIL|does not count.*) +at most 2\.2( +[0-9.]+){2}$/m,
  );

  const report: Report = JSON.parse(readFileSync(join(reportsDir, 'bench.json'), 'utf8'));
  t.match(report, { format: 1, modelUri: 'models:/FoodDeliveryTimeModel/2', versions: { model: 2 } });
  const [oneConnection] = report.scenarios;
  for (const repetition of oneConnection?.points[0]?.repetitions ?? []) {
    for (const subject of ['server', 'bare', 'version 1']) {
      t.match(repetition[subject], { refused: 0, errors: 0 });
      t.ok((repetition[subject]?.answered ?? 0) > 100 && (repetition[subject]?.cpuUsPerRow ?? 0) > 0, subject);
    }
  }
  t.ok((report.onnxRowUs ?? 0) > 0, 'a row of ONNX Runtime was measured too');
  t.match(readFileSync(join(reportsDir, 'bench.html'), 'utf8'), /<td>1 connection<\/td>/);
});

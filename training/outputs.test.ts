/** A disk that is full for each stage in turn: it says so in one line, and what was there before is untouched. */
import t from 'tap';
import { trainedProject } from '../testing/trained-project.js';
import { aliasesIn, copyOfTrained, filesIn, runCommand } from './fixtures/project.js';

/** Less than any stage writes. */
const FILE_KIB = 4;
/** Each stage with the first of its outputs that is larger; fitting has a test of its own. */
const OUTPUTS = {
  clean: 'data/cleaned/orders.arrow',
  featurize: 'data/interim/features.arrow',
  split: 'data/interim/split.arrow',
  preprocess: 'data/processed/train.arrow',
  evaluate: 'data/model/golden.json',
  diagnose: 'reports/diagnostics.json',
  register: 'data/model/version/model.onnx',
  report: 'reports/2/index.html',
};

t.test('a stage whose output does not fit on the disk leaves all as it was, and says where', async (t) => {
  const { csv } = await trainedProject();
  const folder = t.testdir();
  const folders = await copyOfTrained(folder);
  const before = filesIn(folders);
  const aliases = await aliasesIn(folders);
  for (const [stage, output] of Object.entries(OUTPUTS)) {
    const args = [stage, '--data', csv];
    const { code, stdout, stderr } = await runCommand(
      'training/run-stage.js',
      args,
      folders,
      {},
      { fileKiB: FILE_KIB },
    );
    t.same({ code, stdout }, { code: 1, stdout: '' }, stage);
    t.ok(stderr.startsWith(`${folder}/${output} cannot be written: `), stderr);
    t.match(stderr, /larger than this process may make a file \(ulimit -f\)\. Raise that limit and run again[^\n]*\n$/);
    t.strictSame(filesIn(folders), before, `${stage} leaves all files as they were, and no draft`);
  }
  t.strictSame(await aliasesIn(folders), aliases);
});

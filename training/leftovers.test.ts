/** Files of an older format, edited or broken ones: each stage that reads them says which stage to run again. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import t from 'tap';
import type { PipelineFiles } from './files.js';
import { contextIn, copyOfTrained } from './fixtures/project.js';
import { stageNamed } from './pipeline.js';
import { type Column, type ColumnType, writeTable } from './table.js';

type Spoil = (whole: Buffer) => string | Uint8Array;

const BROKEN: Readonly<Record<string, Spoil>> = {
  'is empty': () => '',
  'is cut off': (whole) => whole.subarray(0, whole.length - 40),
  'is binary': () => Buffer.from([0x1f, 0x8b, 0x00, 0xff]),
};
const NO_SUCH_SHAPE: Readonly<Record<string, Spoil>> = {
  'is an empty object': () => '{}',
  'is a list': () => '[]',
  'is null': () => 'null',
  'is a text': () => '"text"',
  'is a list of nothing': () => '[null]',
};
const TYPES: Readonly<Record<string, ColumnType>> = {
  Bool: 'bool',
  Float32: 'float32',
  Float64: 'float64',
  Int32: 'int32',
};

/** Each file with the stages that read it, and the stage that writes it. */
const READERS: readonly (readonly [file: keyof PipelineFiles, writer: string, readers: readonly string[]])[] = [
  ['orders', 'clean', ['featurize', 'split', 'preprocess', 'evaluate']],
  ['features', 'featurize', ['preprocess']],
  ['split', 'split', ['preprocess']],
  ['train', 'preprocess', ['fit']],
  ['test', 'preprocess', ['fit', 'evaluate', 'diagnose', 'register']],
  ['encoderState', 'preprocess', ['evaluate', 'diagnose']],
  ['fitParams', 'fit', ['evaluate', 'diagnose', 'register']],
  ['predictions', 'fit', ['evaluate', 'diagnose']],
  ['fitReport', 'fit', ['register']],
  ['golden', 'evaluate', ['diagnose']],
  ['judged', 'evaluate', ['register']],
  ['evaluationReport', 'evaluate', ['register']],
  ['diagnosticsReport', 'diagnose', ['register']],
  ['cleaningReport', 'clean', ['register']],
  ['registered', 'register', ['report']],
];

for (const [key, writer, readers] of READERS) {
  t.test(`${key} that is not what it should be names the stage to run again`, async (t) => {
    const context = contextIn(await copyOfTrained(t.testdir()));
    const file = context.files[key];
    const whole = readFileSync(file);
    const spoilt = file.endsWith('.json') ? { ...BROKEN, ...NO_SUCH_SHAPE } : BROKEN;
    for (const [how, spoil] of Object.entries(spoilt)) {
      writeFileSync(file, spoil(whole));
      for (const reader of readers) {
        const message = new RegExp(
          `${basename(file)} is not what stage '${writer}' writes: .* npm run stage -- ${writer}$`,
        );
        const refused = { name: 'PipelineError', code: 'data_invalid', message };
        await t.rejects(stageNamed(reader).run(context), refused, `${reader}: ${basename(file)} ${how}`);
      }
    }
  });
}

t.test('a table whose columns are of other types names the stage to run again', async (t) => {
  const context = contextIn(await copyOfTrained(t.testdir()));
  const { files } = context;
  const spoilt: readonly (readonly [file: keyof PipelineFiles, column: string, writer: string, reader: string])[] = [
    ['orders', 'Delivery_person_Age', 'clean', 'featurize'],
    ['orders', 'minutes', 'clean', 'featurize'],
    ['split', 'test', 'split', 'preprocess'],
    ['features', 'distance_km', 'featurize', 'preprocess'],
    ['test', 'minutes', 'preprocess', 'evaluate'],
    ['predictions', 'alternatives', 'fit', 'evaluate'],
  ];
  for (const [key, column, writer, reader] of spoilt) {
    const whole = readFileSync(files[key]);
    const table = tableFromIPC(whole);
    const columns = table.schema.fields.map(({ name, type }): Column => {
      if (name === column) return { name, type: 'text', values: Array.from({ length: table.numRows }, String) };
      return { name, type: TYPES[String(type)] ?? 'text', values: table.getChild(name) ?? [] };
    });
    await writeTable(files[key], columns, Object.fromEntries(table.schema.metadata));
    const message = new RegExp(`column '${column}' is Utf8 and should .* npm run stage -- ${writer}$`);
    await t.rejects(stageNamed(reader).run(context), { code: 'data_invalid', message }, `${key}: ${column}`);
    writeFileSync(files[key], whole);
  }
});

t.test('a report on another model is not registered with this one', async (t) => {
  const context = contextIn(await copyOfTrained(t.testdir()));
  const { files } = context;
  for (const [key, writer] of [
    ['evaluationReport', 'evaluate'],
    ['diagnosticsReport', 'diagnose'],
  ] as const) {
    const whole = readFileSync(files[key], 'utf8');
    const stale = {
      code: 'stage_input_stale',
      message: new RegExp(`'${writer}' speaks of another model .* ${writer}$`),
    };
    writeFileSync(files[key], whole.replace(/"model_sha256": "./, '"model_sha256": "x'));
    await t.rejects(stageNamed('register').run(context), stale, key);
    const older = { code: 'data_invalid', message: new RegExp(`is not what stage '${writer}' writes: .*model_sha256`) };
    writeFileSync(files[key], whole.replace(/ *"model_sha256": .*\n/, ''));
    await t.rejects(stageNamed('register').run(context), older, `${key} of an older format`);
    writeFileSync(files[key], whole);
  }
});

t.test('a graph that is none is refused, and never judged', async (t) => {
  const context = contextIn(await copyOfTrained(t.testdir()));
  writeFileSync(context.files.onnx, 'no graph');
  const error = await stageNamed('evaluate')
    .run(context)
    .catch((error) => error);
  t.match(error, { name: 'PoolError', code: 'model_refused' });
  t.notMatch(error.message, /\n/, 'in one line');
  const stale = { code: 'stage_input_stale', message: /speaks of another model/ };
  await t.rejects(stageNamed('register').run(context), stale);
  rmSync(context.files.onnx);
  await t.rejects(stageNamed('register').run(context), {
    code: 'stage_input_missing',
    message: /npm run stage -- fit$/,
  });
});

/** The session against the package's own `InferenceSession`, and the graphs that it refuses. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import t from 'tap';
import { mixedRows, trainedModel } from './fixtures/trained-model.js';
import { ModelSession } from './session.js';

const ROWS = 64;

t.test('rows get the minutes that the package itself gives them, to the bit', async (t) => {
  const model = await trainedModel();
  const columns = model.features.features.length;
  const features = mixedRows(model, ROWS);
  const session = await ModelSession.load(model.onnx, columns, ROWS);
  const reference = await InferenceSession.create(model.onnx);
  t.teardown(async () => {
    await session.release();
    await reference.release();
  });
  for (const rows of [1, 7, ROWS, 7]) {
    const minutes = new Float32Array(ROWS);
    const taken = features.slice(0, rows * columns);
    await session.run(features, rows, minutes);
    const wanted = await reference.run({ features: new Tensor('float32', taken, [rows, columns]) });
    t.strictSame(minutes.slice(0, rows), wanted['minutes']?.data);
    t.ok(
      minutes.subarray(rows).every((value) => value === 0),
      'the others are not touched',
    );
  }
});

t.test('a run is over when its call is', async (t) => {
  const model = await trainedModel();
  const session = await ModelSession.load(model.onnx, model.features.features.length, 1);
  t.teardown(() => session.release());
  const minutes = new Float32Array(1);
  const run = session.run(mixedRows(model, 1), 1, minutes);
  t.ok((minutes[0] ?? 0) > 0);
  await run;
});

import t from 'tap';
import { PoolError } from './errors.js';
import { encodeAll, trainedModel } from './fixtures/trained-model.js';
import { GOLDEN_TOLERANCE_MINUTES } from './golden-check.js';
import { LoneRowSession } from './lone-row.js';

const ANY_TIME = 1e9;

t.test('a lone row gets the minutes that training gave it', async (t) => {
  const model = await trainedModel();
  const session = await LoneRowSession.open(model, ANY_TIME);
  t.teardown(() => session?.release());
  const minutes = new Float32Array(1);
  for (const golden of model.golden) {
    await session?.run(encodeAll(model, [golden.order]), minutes);
    t.ok(Math.abs((minutes[0] ?? Number.NaN) - golden.minutes) <= GOLDEN_TOLERANCE_MINUTES);
  }
});

t.test('a model that takes longer than it may is not run where its rows stand', async (t) => {
  const model = await trainedModel();
  t.equal(await LoneRowSession.open(model, 0), undefined, 'nor is any, where that is 0');
  t.equal(await LoneRowSession.open(model, 1e-9), undefined);
});

t.test('a model that does not give its golden minutes is refused', async (t) => {
  const model = await trainedModel();
  const golden = model.golden.map(({ order, minutes }) => ({ order, minutes: minutes + 1 }));
  await t.rejects(LoneRowSession.open({ ...model, golden }, ANY_TIME), PoolError);
  await t.rejects(LoneRowSession.open({ ...model, onnx: new Uint8Array(8) }, ANY_TIME), { code: 'model_refused' });
});

import assert from 'node:assert/strict';
import t from 'tap';
import { PoolError } from './errors.js';
import { encodeAll, trainedModel } from './fixtures/trained-model.js';
import { GOLDEN_TOLERANCE_MINUTES } from './golden-check.js';
import { InPlaceSession } from './in-place.js';
import { IN_PLACE_ROWS } from './limits.js';

const ANY_TIME = 1e9;

t.test('rows get the minutes that training gave them, as many as there are', async (t) => {
  const model = await trainedModel();
  const session = await InPlaceSession.open(model, ANY_TIME);
  assert.ok(session !== undefined, 'it may take any time');
  t.teardown(() => session.release());
  t.equal(session.maxRows, IN_PLACE_ROWS);
  for (let rows = 1; rows <= session.maxRows; rows++) {
    const golden = model.golden.slice(0, rows);
    t.equal(golden.length, rows);
    session.features.set(
      encodeAll(
        model,
        golden.map(({ order }) => order),
      ),
    );
    session.predict(rows);
    for (const [row, { minutes }] of golden.entries()) {
      t.ok(Math.abs((session.minutes[row] ?? Number.NaN) - minutes) <= GOLDEN_TOLERANCE_MINUTES);
    }
  }
});

t.test('a model that takes longer than it may is not run where its rows stand', async (t) => {
  const model = await trainedModel();
  t.equal(await InPlaceSession.open(model, 0), undefined, 'nor is any, where that is 0');
  t.equal(await InPlaceSession.open(model, 1e-9), undefined);
});

t.test('a model that does not give its golden minutes is refused', async (t) => {
  const model = await trainedModel();
  const golden = model.golden.map(({ order, minutes }) => ({ order, minutes: minutes + 1 }));
  await t.rejects(InPlaceSession.open({ ...model, golden }, ANY_TIME), PoolError);
  await t.rejects(InPlaceSession.open({ ...model, onnx: new Uint8Array(8) }, ANY_TIME), { code: 'model_refused' });
});

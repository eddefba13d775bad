import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { inputsOf, selectFeatures } from '../features/catalogue.js';
import { clean } from './clean.js';
import { featurize } from './featurize.js';
import { contextIn, foldersIn } from './fixtures/project.js';
import { type RawCells, rawFile } from './fixtures/raw-orders.js';
import { StageTable } from './table.js';

async function featuresOf(t: Test, rows: readonly RawCells[], features?: readonly string[]) {
  const folder = t.testdir({});
  const data = join(folder, 'orders.csv');
  writeFileSync(data, rawFile(rows));
  const context = contextIn(foldersIn(folder), { data, params: features === undefined ? {} : { features } });
  await clean.run(context);
  await featurize.run(context);
  return StageTable.read(context.files.features, 'featurize');
}

t.test('a row is complete when no input of any feature in use is missing', async (t) => {
  const missing = (column: string): RawCells => ({ [column]: 'NaN' });
  const fields = inputsOf(selectFeatures(['city_type', 'order_hour', 'traffic', 'distance_km', 'order_type']));
  const rows = [{}, ...fields.map(missing)];
  for (const features of [['city_type'], ['traffic', 'order_hour'], ['order_type', 'distance_km']]) {
    const table = await featuresOf(t, rows, features);
    const inputs = inputsOf(selectFeatures(features));
    t.strictSame(
      table.cells('complete'),
      [true, ...fields.map((field) => !inputs.includes(field))],
      features.join(', '),
    );
  }
});

t.test('values are numbers and words as the definitions give them, and null where they are missing', async (t) => {
  const place = { Restaurant_latitude: '0', Restaurant_longitude: '0' };
  const nextToIt = { ...place, Delivery_location_latitude: '0.03', Delivery_location_longitude: '0.04' };
  const table = await featuresOf(t, [{}, { Weather_conditions: 'NaN' }, nextToIt]);

  t.strictSame(table.cells('weather'), ['Fog', null, 'Fog'], 'words are words still');
  t.strictSame(table.cells('rider_rating'), [4.2, 4.2, 4.2], 'numbers are not rounded yet');
  t.strictSame(table.cells('row'), [0, 1, 2]);
  t.strictSame(table.cells('minutes'), [46, 46, 46]);
  const distances = table.cells('distance_km').map((km) => Number(km).toFixed(1));
  t.strictSame(distances, ['10.3', '10.3', '5.6'], 'of places known by their distance alone too');
  t.strictSame(table.cells('complete'), [true, false, false], 'which do not make the row complete, though');
});

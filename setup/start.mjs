// @ts-check
/** `npm start`: sets up what is missing, trains a first model if there is none, and serves. */
import { command } from './command.mjs';

const EXAMPLE_ORDER = {
  Delivery_person_Age: 29,
  Delivery_person_Ratings: 4.7,
  Restaurant_latitude: 12.9716,
  Restaurant_longitude: 77.5946,
  Delivery_location_latitude: 13.0358,
  Delivery_location_longitude: 77.597,
  Order_Date: '19-03-2022',
  Time_Orderd: '19:30',
  Weather_conditions: 'Sunny',
  Road_traffic_density: 'Jam',
  Vehicle_condition: 2,
  Type_of_order: 'Meal',
  Type_of_vehicle: 'motorcycle',
  multiple_deliveries: 1,
  Festival: 'No',
  City: 'Metropolitian',
};

command(async () => {
  const { prepare, ROOT, STATE } = await import('./prepare.mjs');
  const { withLock } = await import('./lock.mjs');
  const { step } = await import('./progress.mjs');
  // Where the data and the registry are is named from the checkout, as under `npm start`.
  process.chdir(ROOT);
  await prepare();

  /** @type {typeof import('../training/first-model.js')} */
  const { needsFirstModel, trainFirstModel } = await import(built('training/first-model.js'));
  if (await needsFirstModel()) {
    await withLock(STATE, async () => {
      if (await needsFirstModel()) await step('Training a first model on sample orders', trainFirstModel);
    });
  }

  /** @type {typeof import('../server/main.js')} */
  const { serve } = await import(built('server/main.js'));
  const { url, version, tags } = await serve();
  const origin = tags['data'] === 'sample' ? ', trained on invented orders,' : '';
  console.log(`
Version ${version} of the model${origin} is served at ${url}
  POST ${url}/predict
  GET  ${url}/health
  GET  ${url}/model-info

Try it:
  curl -s ${url}/predict -H 'Content-Type: application/json' -d '${JSON.stringify(EXAMPLE_ORDER)}'
`);
});

/** @param {string} file of the program, as it was built */
function built(file) {
  return new URL(`../dist/${file}`, import.meta.url).href;
}

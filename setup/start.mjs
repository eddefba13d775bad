// @ts-check
/** `npm start`: sets up what is missing, trains a first model if there is none, and serves. */
import { command } from './command.mjs';

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

  /** @type {typeof import('../server/openapi/example-order.js')} */
  const { EXAMPLE_ORDER } = await import(built('server/openapi/example-order.js'));
  /** @type {typeof import('../server/main.js')} */
  const { serve } = await import(built('server/main.js'));
  const { url, version } = await serve();
  const isOfSample = version !== undefined && version.tags['data'] === 'sample';
  const origin = isOfSample ? ', trained on invented orders,' : '';
  const served = version
    ? `Version ${version.version} of the model${origin} is served at ${url}`
    : `No model is served yet at ${url}: see above why. The server keeps trying.`;
  console.log(`
${served}
  POST ${url}/predict
  GET  ${url}/health
  GET  ${url}/model-info
  GET  ${url}/docs

Try it:
  curl -s ${url}/predict -H 'Content-Type: application/json' -d '${JSON.stringify(EXAMPLE_ORDER)}'
`);
});

/** @param {string} file of the program, as it was built */
function built(file) {
  return new URL(`../dist/${file}`, import.meta.url).href;
}

import { join } from 'node:path';
import t from 'tap';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { trainedProject } from '../testing/trained-project.js';
import { startServerProcess } from './server-process.js';
import { makeSlow } from './slow-model.js';
import { ScenarioRegistry } from './versions.js';

t.test('a model that was made slow gives the answers that it gave, by which a server takes it up', async (t) => {
  const { registryDir } = await trainedProject();
  const served = join(registryDir, 'FoodDeliveryTimeModel', 'versions', '1', 'files', 'model.onnx');
  const versions = await ScenarioRegistry.make(join(await temporaryFolder(t), 'registry'), served);
  await versions.setProduction(await versions.add(makeSlow));
  const server = await startServerProcess({ ...versions.settings });
  t.teardown(() => server.stop());
  t.equal((await fetch(`${server.url}/health`)).status, 200);
});

/** Aliases that several writers move at once, over a real tracking server, which has no lock. */
import t from 'tap';
import { promotionMoves } from '../alias-moves.js';
import { faultyRegistry, mlflowError, mlflowRegistry } from '../fixtures/implementations.js';
import { MlflowRegistry } from './mlflow-registry.js';

const isAliasWrite = ({ method, url }: { method: string; url: string }) =>
  method === 'POST' && url.endsWith('/registered-models/alias');
const isAliasRead = ({ url }: { url: string }) => url.includes('/registered-models/get');

t.test('a writer who comes between the decision and the first write is noticed, and nothing is written', async (t) => {
  const { registry, direct, proxy, model, source } = await faultyRegistry(t);
  for (let made = 0; made < 3; made++) await direct.createModelVersion(model, source);
  await direct.setAlias(model, 'production', 1);
  let reads = 0;
  proxy.fault = async (request) => {
    // The first read is for the decision.
    if (isAliasRead(request) && ++reads === 2) await direct.setAlias(model, 'production', 2);
    return undefined;
  };
  await t.rejects(
    registry.moveAliases(model, (current) => promotionMoves(current, 3)),
    {
      code: 'alias_contended',
      message:
        `Another writer moved the alias 'production' of ${model} at the same time: version 1 was expected, version 2 ` +
        "was found. Written was nothing; not written was 'previous' to 1, 'production' to 3. Look at the aliases, then " +
        'run the command again.',
    },
  );
  t.match(await direct.getModelVersionByAlias(model, 'production'), { version: 2 });
  t.equal(await direct.getModelVersionByAlias(model, 'previous'), undefined);
});

t.test('a writer who comes later is noticed with what was written', async (t) => {
  const { registry, direct, proxy, model, source } = await faultyRegistry(t);
  for (let made = 0; made < 3; made++) await direct.createModelVersion(model, source);
  await direct.setAlias(model, 'production', 1);
  const message =
    /production' of .*: version 3 was expected, version 2 was found\. Written was 'previous' to 1, 'production' to 3; not written was nothing/;
  let reads = 0;
  proxy.fault = async (request) => {
    if (isAliasRead(request) && ++reads === 4) await direct.setAlias(model, 'production', 2);
    return undefined;
  };
  const move = registry.moveAliases(model, (current) => promotionMoves(current, 3));
  await t.rejects(move, { code: 'alias_contended', message });
});

t.test('another alias that moves meanwhile is nobody else’s business', async (t) => {
  const { registry, direct, proxy, model, source } = await faultyRegistry(t);
  for (let made = 0; made < 2; made++) await direct.createModelVersion(model, source);
  proxy.fault = async (request) => {
    if (isAliasWrite(request)) await direct.setAlias(model, 'candidate', 2);
    return undefined;
  };
  t.same(await registry.moveAliases(model, (current) => promotionMoves(current, 1)), [
    { alias: 'production', version: 1 },
  ]);
});

t.test('a new alias that several make at once is made', async (t) => {
  const { model, registry, source, trackingUri, cacheFolder } = await mlflowRegistry(t);
  await registry.createModelVersion(model, source);
  const writers = Array.from({ length: 6 }, () => new MlflowRegistry({ trackingUri, cacheFolder }));
  for (const alias of ['a', 'b', 'c']) await Promise.all(writers.map((writer) => writer.setAlias(model, alias, 1)));
  t.match(await registry.getModelVersion(model, 1), { aliases: ['a', 'b', 'c'] });
});

t.test('writers at once that MLflow sends away are let try again', async (t) => {
  const { registry, direct, proxy, model, source } = await faultyRegistry(t);
  await direct.createModelVersion(model, source);
  let refusals = 2;
  const refused = mlflowError(400, 'BAD_REQUEST', 'UNIQUE constraint failed');
  proxy.fault = (request) => (isAliasWrite(request) && refusals-- > 0 ? refused : undefined);
  await registry.setAlias(model, 'a', 1);
  t.match(await direct.getModelVersionByAlias(model, 'a'), { version: 1 });
  refusals = 100;
  const message = /BAD_REQUEST: UNIQUE constraint failed\. Others write the same alias/;
  await t.rejects(registry.setAlias(model, 'b', 1), { code: 'alias_contended', message });
});

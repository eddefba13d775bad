import fc from 'fast-check';
import t from 'tap';
import { makeVersionSource } from './fixtures/version-source.js';
import { LocalRegistry } from './local-registry.js';
import { formatModelUri, type ModelUri, parseModelUri, resolveModelUri } from './model-uri.js';

fc.configureGlobal({ seed: 42 });

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$/);
const alias = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$/).filter((text) => !/^(v[0-9]+|latest)$/i.test(text));
const version = fc.integer({ min: 1, max: 1e9 });
const uri: fc.Arbitrary<ModelUri> = fc.oneof(fc.record({ name, alias }), fc.record({ name, version }));

t.test('every URI that is formatted is parsed back', async (t) => {
  fc.assert(fc.property(uri, (given) => t.strictSame({ ...parseModelUri(formatModelUri(given)) }, { ...given })));
});

t.test('no text is taken but what the URI it stands for is formatted to', async () => {
  const near = fc.tuple(uri, fc.nat(40), fc.string({ maxLength: 2 })).map(([given, at, insert]) => {
    const text = formatModelUri(given);
    return text.slice(0, at) + insert + text.slice(at + 1);
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (text) => {
      try {
        return formatModelUri(parseModelUri(text)) === text;
      } catch (error) {
        return (error as { code?: string }).code === 'uri_invalid';
      }
    }),
  );
});

t.test('what is no model URI is refused with what was given and what is allowed', async (t) => {
  const refused = [
    '',
    'models:/M',
    'models:/M/',
    'models:/M@',
    'models:/@production',
    'models://M@production',
    'models:/M/0',
    'models:/M/01',
    'models:/M/-1',
    'models:/M/latest',
    'models:/M@latest',
    'models:/M@v1',
    'models:/M@a@b',
    'models:/../production',
    'models:/..@production',
    'models:/M@../production',
    'models:/M@production/',
    'models:/M@production\n',
    'runs:/0123/model',
    'MODELS:/M@production',
  ];
  for (const text of refused) {
    t.throws(() => parseModelUri(text), { code: 'uri_invalid', message: JSON.stringify(text) }, JSON.stringify(text));
  }
  t.throws(() => parseModelUri('M'), { message: 'models:/NAME@ALIAS' });
  t.throws(() => parseModelUri('M'), { message: 'models:/NAME/VERSION' });
});

t.test('a URI resolves to the version its alias points to now, or that it names', async (t) => {
  const folder = t.testdir();
  const registry = new LocalRegistry(`${folder}/registry`);
  const source = await makeVersionSource(`${folder}/source`);
  await registry.createModelVersion('M', source);
  await registry.createModelVersion('M', source);
  await registry.setAlias('M', 'production', 1);
  t.match(await resolveModelUri(registry, parseModelUri('models:/M@production')), { name: 'M', version: 1 });
  await registry.setAlias('M', 'production', 2);
  t.match(await resolveModelUri(registry, parseModelUri('models:/M@production')), { version: 2 });
  t.match(await resolveModelUri(registry, parseModelUri('models:/M/1')), { version: 1 });
});

t.test('a missing alias is told with the model, what there is, and what to do', async (t) => {
  const folder = t.testdir();
  const registry = new LocalRegistry(`${folder}/registry`);
  const resolving = (text: string) => resolveModelUri(registry, parseModelUri(text));
  await t.rejects(resolving('models:/M@production'), {
    code: 'alias_not_found',
    message: /model M has no alias 'production'.*no versions.*npm run train/,
  });
  const source = await makeVersionSource(`${folder}/source`);
  for (let made = 0; made < 12; made++) await registry.createModelVersion('M', source);
  await registry.setAlias('M', 'candidate', 12);
  await t.rejects(resolving('models:/M@staging'), {
    code: 'alias_not_found',
    message: /no alias 'staging'.* 12 \(candidate\), 11, .*, 3 and 2 older\. .*npm run promote -- staging/,
  });
  await t.rejects(resolving('models:/M/99'), { code: 'version_not_found', message: /no version 99.*12, 11/ });
});

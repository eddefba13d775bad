import { createConfig, lintFromString } from '@redocly/openapi-core';
import t from 'tap';
import { startTestServer } from '../../testing/test-server.js';
import { openApiResource } from './document.js';

const { url } = await startTestServer(t);

/** What the linter finds, by the rules that it recommends, none of them switched off. */
async function lint(source: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source, config });
  return problems.map(({ severity, ruleId, message, location }) => {
    const places = location.map(({ pointer }) => pointer).join(', ');
    return `${severity} ${ruleId} at ${places}: ${message}`;
  });
}

t.test('the served document passes every recommended rule of the OpenAPI linter', async (t) => {
  const source = await (await fetch(`${url}/openapi.json`)).text();
  t.strictSame(await lint(source), []);
});

t.test('so does the one that is served before there is a model', async (t) => {
  t.strictSame(await lint(openApiResource(undefined).body.toString()), []);
});

t.test('the linter does find what is wrong', async (t) => {
  const source = await (await fetch(`${url}/openapi.json`)).text();
  t.match(await lint(source.replace('"info":{', '"info":{"titel":"x",')), [/^error struct at .*titel/]);
  t.match(await lint(source.replace('schemas/Prediction"', 'schemas/Forecast"')), [
    /^error no-unresolved-refs/,
    /^warn no-unused-components .*"Prediction"/,
  ]);
});

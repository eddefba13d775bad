import t from 'tap';
import { documentOf, hasAliases, readStack, STACKS, textOf } from './fixtures/stacks.js';

for (const name of STACKS) {
  t.test(`${name}.yaml is YAML that CloudFormation takes`, async (t) => {
    const document = documentOf(name);
    t.strictSame([...document.errors, ...document.warnings], []);
    t.notOk(hasAliases(document), 'it knows no aliases');
  });

  t.test(`${name}.yaml says of each parameter what it is, and takes no value that it need not`, async (t) => {
    for (const [parameter, { Description, Default, ...rest }] of Object.entries(readStack(name).Parameters)) {
      t.match(Description, /^\S.{15,}/, parameter);
      const isBounded =
        rest.AllowedPattern !== undefined ||
        rest.AllowedValues !== undefined ||
        (rest.MinValue !== undefined && rest.MaxValue !== undefined) ||
        rest.Type.includes('AWS::EC2::'); // Looked up in the account.
      t.ok(isBounded, `${parameter} is bounded`);
      const { AllowedPattern = '' } = rest;
      if (AllowedPattern !== '') {
        t.match(AllowedPattern, /^\^.*\$$/, `the pattern of ${parameter} is of the whole value`);
        if (Default !== undefined) t.match(String(Default), new RegExp(AllowedPattern), `default of ${parameter}`);
        t.notMatch('*', new RegExp(AllowedPattern), `${parameter} is no wildcard`);
      }
    }
  });

  t.test(`${name}.yaml has no key, no secret, and nothing that is another thing tomorrow`, async (t) => {
    const text = textOf(name);
    t.notMatch(text, /AKIA|ASIA|AWS::IAM::(?:User|AccessKey)|NoEcho|(?:password|secret)\w*:/i);
    t.notMatch(text, /:latest\b|\/latest\/|\$Latest|\$Default|resolve:ssm/);
  });
}

t.test('what a stack imports, one that is created before it exports', async (t) => {
  const exported = new Set<string>();
  for (const name of STACKS) {
    const imported = [...textOf(name).matchAll(/Fn::ImportValue: !Sub '([^']+)'/g)].map(([, what]) => what ?? '');
    for (const what of imported) t.ok(exported.has(what), `${name}.yaml imports ${what}`);
    t.equal(imported.length, textOf(name).match(/ImportValue/g)?.length ?? 0, 'each import was seen');
    for (const { Export } of Object.values(readStack(name).Outputs)) {
      if (Export !== undefined) exported.add((Export.Name as { 'Fn::Sub': string })['Fn::Sub']);
    }
  }
  t.ok(exported.size > 0);
});

t.test('the service has one name in all stacks', async (t) => {
  const [first, ...others] = STACKS.map((name) => readStack(name).Parameters['ServiceName']);
  for (const other of others) t.strictSame(other, first);
});

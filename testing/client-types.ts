/**
 * The types of the client, `client/openapi.ts`, made from the document that a server gives before it has a model: what
 * it says later speaks of the version that is served, and would make another file for each.
 */
import openapiTS, { astToString } from 'openapi-typescript';
import { isInterfaceDeclaration } from 'typescript';
import { openApiResource } from '../server/openapi/document.js';

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const HEADER =
  '/** Made by `npm run generate-client` from the schemas of the server: change those, and make it again. */';

/** What the calls of the client take and give. */
const CALLED = ['Order', 'Prediction', 'BatchPrediction', 'Healthy', 'Unavailable', 'ModelInfo', 'Problem'];

/** The text of the file. */
export async function clientTypes(): Promise<string> {
  const document = JSON.parse(openApiResource(undefined).body.toString()) as Document;
  const schemas = withReferences(CALLED, document.components.schemas);
  const called = { ...document, paths: {}, components: { schemas } };
  const nodes = await openapiTS(Buffer.from(JSON.stringify(called)), { immutable: true });
  const components = nodes.filter((node) => isInterfaceDeclaration(node) && node.name.text === 'components');
  return `${HEADER}\n${astToString(components)}`;
}

/** The schemas of these names, and those that they refer to. */
function withReferences(names: readonly string[], all: Document['components']['schemas']): Record<string, object> {
  const found: Record<string, object> = {};
  const wanted = [...names];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const schema = all[name];
    if (schema === undefined) throw new Error(`The API document has no schema ${name}.`);
    if (name in found) continue;
    found[name] = schema;
    for (const [, other = ''] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      wanted.push(other);
  }
  return Object.fromEntries(Object.entries(found).sort(([one], [other]) => one.localeCompare(other)));
}

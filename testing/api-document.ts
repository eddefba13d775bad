/** The API document as a test reads it from a server, and what it says of an answer, by Ajv. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface MediaType {
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface ResponseDescription {
  readonly headers?: Readonly<Record<string, { readonly schema: object }>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

export interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, ResponseDescription>>;
}

export interface FieldSchema {
  readonly title: string;
  readonly description: string;
  readonly 'x-unit'?: string;
  readonly 'x-model-input'?: boolean;
  readonly 'x-known-words'?: readonly string[];
}

export interface ApiDocument {
  readonly info: { readonly description: string; readonly 'x-served-model'?: { readonly version: number } };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: {
      readonly Order: {
        readonly required: readonly string[];
        readonly properties: Readonly<Record<string, FieldSchema>>;
      };
    };
  };
}

/** The document that the server at `url` publishes. */
export async function fetchApiDocument(url: string): Promise<ApiDocument> {
  const response = await fetch(`${url}/openapi.json`);
  return (await response.json()) as ApiDocument;
}

/** Reads the schemas of a document strictly: a keyword that JSON Schema 2020-12 does not have is an error. */
export class DocumentJudge {
  readonly #ajv = new Ajv2020({
    strict: true,
    allErrors: true,
    formats: { uri: URL.canParse, 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) },
  });

  constructor(document: ApiDocument) {
    // The document is no schema itself, but holds some, and their references start at its root.
    this.#ajv.addVocabulary([...Object.keys(document), 'x-unit', 'x-model-input', 'x-known-words']);
    this.#ajv.addSchema(document, 'document', undefined, false);
  }

  /**
   * @param path keys from the document's root to the schema
   * @throws where there is none, or what is there is none
   */
  schemaAt(...path: readonly string[]): ValidateFunction {
    const pointer = path.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    return this.#ajv.compile({ $ref: `document#/${pointer}` });
  }
}

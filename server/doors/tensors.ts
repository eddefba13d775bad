/**
 * The body of an inference request of the Open Inference Protocol, version 2: JSON with the tensor in it, or JSON and
 * behind it the bytes of the tensor (the binary tensor data extension).
 */
import { endianness } from 'node:os';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { describe } from '../describe.js';
import { invalid } from './door-fault.js';
import { checkRows, isArray, writeNumber } from './numbers.js';

/** The name of the input tensor, as in the ONNX graph. */
export const INPUT = 'features';
/** The name of the output tensor. */
export const OUTPUT = 'minutes';
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

const Parameters = Type.Optional(Type.Record(Type.String(), Type.Unknown()));
/** The JSON of an inference request: one input, [rows, columns] of FP32. */
export const InferRequest = Type.Object({
  id: Type.Optional(Type.String({ description: 'Comes back with the answer.' })),
  parameters: Parameters,
  inputs: Type.Array(
    Type.Object({
      name: Type.Literal(INPUT),
      shape: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 2, maxItems: 2, description: 'Rows, columns.' }),
      datatype: Type.Literal('FP32'),
      parameters: Parameters,
      data: Type.Optional(Type.Array(Type.Unknown(), { description: 'Numbers, or rows of numbers; -1 is missing.' })),
    }),
    { minItems: 1, maxItems: 1 },
  ),
  outputs: Type.Optional(
    Type.Array(Type.Object({ name: Type.Literal(OUTPUT), parameters: Parameters }), { maxItems: 1 }),
  ),
});
type InferRequest = Type.Static<typeof InferRequest>;
type Input = InferRequest['inputs'][number];
const validator = Compile(InferRequest);

/** An inference request that can be answered. */
export interface Inference {
  readonly id: string | undefined;
  /** [rows, columns] */
  readonly values: Float32Array;
  readonly binaryOutput: boolean;
}

/**
 * @param headerLength of the JSON at the beginning of the body; undefined where there is nothing behind it
 * @param columns the names of the model's columns
 * @throws DoorFault
 */
export function parseInference(body: Buffer, headerLength: number | undefined, columns: readonly string[]): Inference {
  const length = headerLength ?? body.length;
  if (!Number.isSafeInteger(length) || length < 0 || length > body.length) {
    throw invalid('Inference-Header-Content-Length must be the bytes of the JSON with which the body begins.');
  }
  const request = parseJson(body.subarray(0, length));
  const [input] = request.inputs;
  if (input === undefined) throw invalid(`There must be one input, '${INPUT}'.`);
  const [rows = 0, width = 0] = input.shape;
  if (width !== columns.length) {
    throw invalid(`'${INPUT}' must have the shape [rows, ${columns.length}]; it was [${rows}, ${width}].`);
  }
  checkRows(rows);
  const rest = body.subarray(length);
  const values = isBinary(input) ? binaryValues(input, rest, columns) : jsonValues(input, rest, columns);
  return { id: request.id, values, binaryOutput: wantsBinary(request) };
}

function parseJson(text: Buffer): InferRequest {
  let request: unknown;
  try {
    request = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (error) {
    throw invalid(`The request is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (validator.Check(request)) return request;
  const [fault] = validator.Errors(request);
  throw invalid(`The request is wrong at '${fault?.instancePath || '/'}': ${fault?.message}.`);
}

function isBinary({ parameters }: Input): boolean {
  return parameters?.['binary_data_size'] !== undefined;
}

function binaryValues({ shape, parameters, data }: Input, bytes: Buffer, columns: readonly string[]): Float32Array {
  const [rows = 0] = shape;
  const expected = rows * columns.length * FLOAT_BYTES;
  const told = parameters?.['binary_data_size'];
  if (data !== undefined) throw invalid(`'${INPUT}' has both data and binary_data_size; it may have one.`);
  if (told !== expected || bytes.length !== expected) {
    const given = `binary_data_size was ${describe(told)}, and ${bytes.length} bytes came`;
    throw invalid(`'${INPUT}' must have ${expected} bytes for [${shape.join(', ')}] of FP32; ${given}.`);
  }
  // A copy, since an array of float32 begins at a multiple of four. The bytes are little-endian.
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  if (endianness() === 'BE') copy.swap32();
  const values = new Float32Array(copy.buffer, copy.byteOffset, rows * columns.length);
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) refuseAt(values[index], index, columns);
  }
  return values;
}

function refuseAt(value: unknown, index: number, columns: readonly string[]): void {
  const [row, column] = [Math.floor(index / columns.length), index % columns.length];
  writeNumber(new Float32Array(1), 0, value, row, columns[column] ?? '');
}

function jsonValues({ shape, data }: Input, rest: Buffer, columns: readonly string[]): Float32Array {
  const [rows = 0] = shape;
  if (data === undefined) throw invalid(`'${INPUT}' has no data.`);
  if (rest.length > 0) throw invalid(`${rest.length} bytes came behind the JSON, and no input has binary_data_size.`);
  const flat = Array.isArray(data[0]) ? rowsIn(data, rows, columns.length) : data;
  if (flat.length !== rows * columns.length) {
    throw invalid(`'${INPUT}' must have ${rows * columns.length} numbers for its shape; it had ${flat.length}.`);
  }
  const values = new Float32Array(flat.length);
  for (const [index, value] of flat.entries()) {
    const [row, column] = [Math.floor(index / columns.length), index % columns.length];
    writeNumber(values, index, value, row, columns[column] ?? '');
  }
  return values;
}

function rowsIn(data: readonly unknown[], rows: number, width: number): unknown[] {
  if (data.length !== rows) throw invalid(`'${INPUT}' must have ${rows} rows for its shape; it had ${data.length}.`);
  return data.flatMap((row, index) => {
    if (isArray(row) && row.length === width) return row;
    throw invalid(`Row ${index} of '${INPUT}' must be an array of ${width} numbers; it was ${describe(row)}.`);
  });
}

function wantsBinary({ parameters, outputs }: InferRequest): boolean {
  const output = outputs?.[0]?.parameters;
  if (output?.['classification'] !== undefined) throw invalid(`'${OUTPUT}' is a number: it has no classification.`);
  return (output?.['binary_data'] ?? parameters?.['binary_data_output']) === true;
}

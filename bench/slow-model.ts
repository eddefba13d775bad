/**
 * Makes a model slow: its answers stay as they are, and each row costs about two milliseconds more, so that the
 * workers are what limits a server and not the front end. Nodes are appended to the graph whose results nobody reads.
 *
 * An ONNX file is one protobuf message, and messages that follow one another merge: what repeats, as the nodes of a graph
 * do, is appended. So the file is never parsed.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Numbers a row that go through as many steps. */
const WIDTH = 4_096;
const STEPS = 576;

/** Fields of the messages of onnx.proto. */
const MODEL = { graph: 7 };
const GRAPH = { node: 1 };
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, tensor: 5, type: 20 };
const TENSOR = { dimensions: 1, type: 2, raw: 9 };
const TENSOR_ATTRIBUTE = 4;
const INT64 = 7;

/** @param files of a version, a copy that may be written to */
export async function makeSlow(files: string): Promise<void> {
  const { features } = JSON.parse(await readFile(join(files, 'features.json'), 'utf8')) as { features: unknown[] };
  const file = join(files, 'model.onnx');
  const model = await readFile(file);
  await rm(file, { force: true });
  await writeFile(file, Buffer.concat([model, message(MODEL.graph, slowNodes(features.length))]));
}

function slowNodes(columns: number): Buffer {
  const shape = Buffer.alloc(16);
  shape.writeBigInt64LE(BigInt(columns), 0);
  shape.writeBigInt64LE(BigInt(WIDTH), 8);
  const tensor = [number(TENSOR.dimensions, 2), number(TENSOR.type, INT64), message(TENSOR.raw, shape)];
  const value = [
    message(ATTRIBUTE.name, 'value'),
    message(ATTRIBUTE.tensor, Buffer.concat(tensor)),
    number(ATTRIBUTE.type, TENSOR_ATTRIBUTE),
  ];
  const nodes = [
    node('Constant', [], 'slow_shape', message(NODE.attribute, Buffer.concat(value))),
    node('ConstantOfShape', ['slow_shape'], 'slow_weights'),
    node('MatMul', ['features', 'slow_weights'], 'slow_0'),
    ...Array.from({ length: STEPS }, (_, at) => node('Erf', [`slow_${at}`], `slow_${at + 1}`)),
  ];
  return Buffer.concat(nodes);
}

function node(operator: string, inputs: readonly string[], output: string, ...attributes: readonly Buffer[]): Buffer {
  return message(
    GRAPH.node,
    Buffer.concat([
      ...inputs.map((input) => message(NODE.input, input)),
      message(NODE.output, output),
      message(NODE.operator, operator),
      ...attributes,
    ]),
  );
}

/** A field that holds bytes: text or a message within. */
function message(field: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

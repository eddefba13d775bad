/**
 * The files by which MLflow knows a version: with them beside `model.onnx`, `mlflow.pyfunc.load_model(folder)` and
 * `mlflow.onnx.load_model(folder)` load it, the first taking data frames with a column for each feature.
 * Pure: the same description gives the same bytes.
 */

/** The release of MLflow whose format this is, and that loaded what is written here. */
export const MLFLOW_VERSION = '3.17.2';

/** What the files say of a version. */
export interface MlmodelDescription {
  /** As MLflow makes them: `m-` and 32 hex digits; empty where it knows no models apart from their runs. */
  readonly modelId: string;
  /** The training run; 32 hex digits. */
  readonly runId: string;
  readonly createdAt: Date;
  /** Names of the model's columns, in order. The output is one column of float32, minutes. */
  readonly columns: readonly string[];
  /** Size of `model.onnx`. */
  readonly modelBytes: number;
  /** Versions of what made the model, such as `3.11.7`: what MLflow installs to serve it. */
  readonly python: string;
  readonly onnx: string;
  readonly onnxruntime: string;
}

type MlflowFile = 'MLmodel' | 'conda.yaml' | 'python_env.yaml' | 'requirements.txt';

/** File name → content. */
export function mlflowFiles(description: MlmodelDescription): Readonly<Record<MlflowFile, string>> {
  const requirements = [
    `mlflow==${MLFLOW_VERSION}`,
    `onnx==${description.onnx}`,
    `onnxruntime==${description.onnxruntime}`,
  ];
  return {
    MLmodel: lines(...mlmodel(description)),
    'conda.yaml': lines(
      'name: mlflow-env',
      'channels:',
      '- conda-forge',
      'dependencies:',
      `- ${quoted(`python=${description.python}`)}`,
      '- pip',
      '- pip:',
      ...requirements.map((requirement) => `  - ${quoted(requirement)}`),
    ),
    'python_env.yaml': lines(
      `python: ${quoted(description.python)}`,
      'build_dependencies:',
      '- pip',
      '- setuptools',
      '- wheel',
      'dependencies:',
      '- "-r requirements.txt"',
    ),
    'requirements.txt': lines(...requirements),
  };
}

function mlmodel({ modelId, runId, createdAt, columns, modelBytes, python, onnx }: MlmodelDescription): string[] {
  // `double`, though the graph takes float32: MLflow then accepts float32 and float64 frames, and orders their columns
  // by name. `float` columns would refuse what pandas reads from a CSV file.
  const inputs = columns.map((name) => ({ type: 'double', name, required: true }));
  const outputs = [{ type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 1] } }];
  return [
    'flavors:',
    '  onnx:',
    '    code: null',
    '    data: model.onnx',
    '    onnx_session_options: null',
    `    onnx_version: ${quoted(onnx)}`,
    '    providers:',
    '    - CPUExecutionProvider',
    '  python_function:',
    '    data: model.onnx',
    '    env:',
    '      conda: conda.yaml',
    '      virtualenv: python_env.yaml',
    '    loader_module: mlflow.onnx',
    `    python_version: ${quoted(python)}`,
    'is_signature_from_type_hint: false',
    `mlflow_version: ${quoted(MLFLOW_VERSION)}`,
    ...(modelId === '' ? [] : [`model_id: ${quoted(modelId)}`]),
    `model_size_bytes: ${modelBytes}`,
    `model_uuid: ${quoted(modelId || runId)}`,
    'prompts: null',
    `run_id: ${quoted(runId)}`,
    'signature:',
    // MLflow keeps the signature as JSON in a string.
    `  inputs: ${quoted(JSON.stringify(inputs))}`,
    `  outputs: ${quoted(JSON.stringify(outputs))}`,
    '  params: null',
    'type_hint_from_example: false',
    `utc_time_created: ${quoted(microseconds(createdAt))}`,
  ];
}

/** As Python prints a time in UTC: `2026-11-23 09:41:23.215000`. */
function microseconds(time: Date): string {
  return time.toISOString().replace('T', ' ').replace('Z', '000');
}

/** `text` in single quotes, in which YAML knows no escape but the doubled quote. For text of one line. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

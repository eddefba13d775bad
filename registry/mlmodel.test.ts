import t from 'tap';
import { mlflowFiles } from './mlmodel.js';

const description = {
  modelId: 'm-0123456789abcdef0123456789abcdef',
  runId: 'fedcba9876543210fedcba9876543210',
  createdAt: new Date('2026-11-23T09:41:23.215Z'),
  columns: ['distance_km', 'traffic'],
  modelBytes: 381_000,
  python: '3.11.7',
  onnx: '1.23.2',
  onnxruntime: '1.32.0',
};

t.test('MLmodel is what MLflow 3.17.2 was seen to load with pyfunc and onnx', async (t) => {
  t.equal(
    mlflowFiles(description).MLmodel,
    `flavors:
  onnx:
    code: null
    data: model.onnx
    onnx_session_options: null
    onnx_version: '1.23.2'
    providers:
    - CPUExecutionProvider
  python_function:
    data: model.onnx
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.onnx
    python_version: '3.11.7'
is_signature_from_type_hint: false
mlflow_version: '3.17.2'
model_id: 'm-0123456789abcdef0123456789abcdef'
model_size_bytes: 381000
model_uuid: 'm-0123456789abcdef0123456789abcdef'
prompts: null
run_id: 'fedcba9876543210fedcba9876543210'
signature:
  inputs: '[{"type":"double","name":"distance_km","required":true},{"type":"double","name":"traffic","required":true}]'
  outputs: '[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,1]}}]'
  params: null
type_hint_from_example: false
utc_time_created: '2026-11-23 09:41:23.215000'
`,
  );
});

t.test('the environment files name what made the model, by version', async (t) => {
  const files = mlflowFiles(description);
  t.equal(files['requirements.txt'], 'mlflow==3.17.2\nonnx==1.23.2\nonnxruntime==1.32.0\n');
  t.match(files['conda.yaml'], "- 'python=3.11.7'\n- pip\n- pip:\n  - 'mlflow==3.17.2'\n");
  t.match(files['python_env.yaml'], "python: '3.11.7'\n");
});

t.test('the same description gives the same bytes', async (t) => {
  t.strictSame(mlflowFiles(description), mlflowFiles({ ...description }));
});

t.test('a quote in a name ends no string', async (t) => {
  const { MLmodel } = mlflowFiles({ ...description, columns: ["rider's_age"] });
  t.match(MLmodel, `"name":"rider''s_age"`);
});

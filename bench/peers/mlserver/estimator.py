"""MLServer with ONNX Runtime: tensors of features in and of minutes out, by the Open Inference Protocol."""

import os

import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Estimator(MLModel):
    """The model as a runtime of MLServer, which brings none for ONNX."""

    async def load(self) -> bool:
        """Load the model."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        providers = ["CPUExecutionProvider"]
        self.session = onnxruntime.InferenceSession(os.environ["MODEL_FILE"], options, providers=providers)
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Run a batch: MLServer has made one tensor of the rows of several requests."""
        features = NumpyCodec.decode_input(payload.inputs[0])
        (minutes,) = self.session.run(["minutes"], {"features": features})
        outputs = [NumpyCodec.encode_output("minutes", minutes)]
        return InferenceResponse(model_name=self.name, outputs=outputs)

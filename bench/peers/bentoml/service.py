"""BentoML with ONNX Runtime: rows of features in, their minutes out; adaptive batches of at most 32 rows."""

import os

import bentoml
import numpy as np
import onnxruntime


@bentoml.service(workers=1, logging={"access": {"enabled": False}})
class Estimator:
    """The model as a service of BentoML."""

    def __init__(self) -> None:
        """Load the model."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        providers = ["CPUExecutionProvider"]
        self.session = onnxruntime.InferenceSession(os.environ["MODEL_FILE"], options, providers=providers)

    @bentoml.api(batchable=True, max_batch_size=32)
    def predict(self, features: np.ndarray) -> np.ndarray:
        """Run a batch: the rows of several requests."""
        return self.session.run(["minutes"], {"features": features.astype(np.float32)})[0][:, 0]

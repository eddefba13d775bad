"""Ray Serve with ONNX Runtime: a row of features in, its minutes out; batches of 32, gathered for 2 ms."""

import os
import signal
import tempfile

import numpy as np
import onnxruntime
import ray
from ray import serve
from starlette.requests import Request


@serve.deployment(max_ongoing_requests=256)
class Estimator:
    """The model as a deployment of one replica."""

    def __init__(self) -> None:
        """Load the model."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        providers = ["CPUExecutionProvider"]
        self.session = onnxruntime.InferenceSession(os.environ["MODEL_FILE"], options, providers=providers)

    @serve.batch(max_batch_size=32, batch_wait_timeout_s=0.002)
    async def estimate(self, rows: list[list[float]]) -> list[float]:
        """Run a batch: the rows of several requests."""
        features = np.array(rows, dtype=np.float32)
        return self.session.run(["minutes"], {"features": features})[0][:, 0].tolist()

    async def __call__(self, request: Request) -> dict[str, float]:
        """Answer one request."""
        row = (await request.json())["features"]
        return {"estimated_delivery_minutes": await self.estimate(row)}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ray-") as folder:
        # By default the store would take a third of the memory; nothing here goes through it.
        ray.init(num_cpus=2, include_dashboard=False, object_store_memory=100_000_000, _temp_dir=folder)
        options = {"host": "127.0.0.1", "port": int(os.environ["PORT"])}
        serve.start(http_options=options, logging_config={"enable_access_log": False})
        serve.run(Estimator.bind(), route_prefix="/predict", logging_config={"enable_access_log": False})
        signal.sigwait([signal.SIGTERM, signal.SIGINT])
        ray.shutdown()

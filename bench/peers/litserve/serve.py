"""LitServe with ONNX Runtime: a row of features in, its minutes out; batches of 32, gathered for 2 ms."""

import os

import litserve
import numpy as np
import onnxruntime


class Estimator(litserve.LitAPI):
    """The model behind LitServe's steps, from decoding a request to encoding its answer."""

    def setup(self, device: str) -> None:
        """Load the model, in the process that predicts."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        providers = ["CPUExecutionProvider"]
        self.session = onnxruntime.InferenceSession(os.environ["MODEL_FILE"], options, providers=providers)

    def decode_request(self, request: dict[str, list[float]]) -> list[float]:
        """Take the row out of the request."""
        return request["features"]

    def batch(self, inputs: list[list[float]]) -> np.ndarray:
        """Make one matrix of the rows."""
        return np.array(inputs, dtype=np.float32)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Run a batch."""
        return self.session.run(["minutes"], {"features": x})[0]

    def unbatch(self, output: np.ndarray) -> list[float]:
        """Give each request its minutes."""
        return output[:, 0].tolist()

    def encode_response(self, output: float) -> dict[str, float]:
        """Answer with the minutes."""
        return {"estimated_delivery_minutes": output}


if __name__ == "__main__":
    server = litserve.LitServer(Estimator(max_batch_size=32, batch_timeout=0.002), accelerator="cpu")
    server.run(
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        num_api_servers=1,
        generate_client_file=False,
        log_level="warning",
        access_log=False,
    )

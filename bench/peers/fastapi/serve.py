"""FastAPI with ONNX Runtime: a row of features in, its minutes out, one process of uvicorn."""

import os

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(os.environ["MODEL_FILE"], options, providers=["CPUExecutionProvider"])

app = FastAPI()


class Row(BaseModel):
    """What is asked."""

    features: list[float]


class Estimate(BaseModel):
    """What is answered."""

    estimated_delivery_minutes: float


# Not given to a thread: the model takes less time than the way there.
@app.post("/predict")
async def predict(row: Row) -> Estimate:
    """Run the row alone."""
    features = np.array([row.features], dtype=np.float32)
    (minutes,) = session.run(["minutes"], {"features": features})
    return Estimate(estimated_delivery_minutes=float(minutes[0, 0]))


if __name__ == "__main__":
    port = int(os.environ["PORT"])
    uvicorn.run(app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", access_log=False)

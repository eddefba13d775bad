"""Fits the stacked model and writes it as one ONNX graph, with what Python itself predicts to judge it by.

Two base models, CatBoost and a random forest, see the features; a meta-model sees their two estimates.
Nothing here knows what a feature means: it gets a matrix of float32, -1 where something is missing.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
import pyarrow as pa
from catboost import CatBoostError, CatBoostRegressor
from onnx import helper, numpy_helper
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor, RandomForestRegressor
from sklearn.model_selection import KFold
from sklearn.tree import DecisionTreeRegressor

META_MODELS = (DecisionTreeRegressor, ExtraTreesRegressor, GradientBoostingRegressor, RandomForestRegressor)
LIBRARIES = ("catboost", "scikit-learn", "numpy", "onnx", "pyarrow")

# Old enough for every ONNX Runtime of the last years; TreeEnsembleRegressor has been in ai.onnx.ml since 1.
OPSETS = {"": 17, "ai.onnx.ml": 3}
IR_VERSION = 8

# Minutes. The graph adds in float32 and Python in float64, which moves a base estimate by 1e-5 (by 3e-5 with
# a thousand trees); nearer to a threshold of the meta-model, the two may rightly take different sides of it.
NEAR_THRESHOLD = 1e-4

# One megabyte of float32: a table of the meta-model larger than this leaves a core's cache and stops paying.
TABLE_CELLS = 2**18

# Leaf indices are computed in float32, which counts without gaps up to here.
EXACT_INTEGERS = 2**24

Parameters = dict[str, Any]
Estimator = Any  # What CatBoost and scikit-learn have in common, fit and predict, is written down in neither.


class FitError(Exception):
    """The caller gave something that cannot be fitted: one sentence for stderr, exit code 2."""


class Table(NamedTuple):
    """One split: `features` float32 [rows, features], `minutes` the float64 target, `row` the row numbers."""

    columns: list[str]
    row: pa.ChunkedArray
    features: np.ndarray
    minutes: np.ndarray


class Tree(NamedTuple):
    """A binary tree as parallel arrays: `feature <= threshold` goes left, `left` is -1 at a leaf."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray


class Stack(NamedTuple):
    """The fitted models; `thresholds` are the meta-model's on each base: float32, sorted, distinct."""

    catboost: CatBoostRegressor
    forest: RandomForestRegressor
    meta: Estimator
    thresholds: list[np.ndarray]

    def base_estimates(self, features: np.ndarray) -> np.ndarray:
        """Float64 [rows, 2]: what CatBoost and the forest say, in minutes."""
        return np.column_stack([self.catboost.predict(features), self.forest.predict(features)])


def main() -> None:
    """Reads the command line and turns a `FitError` into one sentence."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=Path, required=True, help="Arrow file to fit on")
    parser.add_argument("--test", type=Path, required=True, help="Arrow file to predict")
    parser.add_argument("--params", type=Path, required=True, help="JSON file with a key model_training")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--end-with-stdin", action="store_true", help="end when standard input closes")
    arguments = parser.parse_args()
    if arguments.end_with_stdin:
        Thread(target=end_with_stdin, daemon=True).start()
    try:
        run(arguments.train, arguments.test, arguments.params, arguments.out)
    except FitError as error:
        print(f"fit.py: {error}", file=sys.stderr)
        sys.exit(2)
    except MemoryError:
        print("fit.py: there is not enough memory to fit on this many rows", file=sys.stderr)
        sys.exit(1)


def end_with_stdin() -> None:
    """Whoever started this holds the other end of the pipe: when it closes, nobody waits for a result."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


def run(train_path: Path, test_path: Path, params_path: Path, out: Path) -> None:
    """The whole journey. The results appear in `out` only when all are complete, `model.onnx` last."""
    started = time.perf_counter()
    parameters = read_parameters(params_path)
    with step("read tables"):
        train, test = read_table(train_path), read_table(test_path)
    if train.columns != test.columns:
        raise FitError(f"{train_path} and {test_path} differ in their feature columns or the order of them")
    with scratch_beside(out) as scratch:
        stack, trees = fit_stack(train, parameters, scratch)
        with step("write ONNX graph"):
            model = stack_graph(stack, trees, len(train.columns)).SerializeToString()
        with step("predict test rows"):
            predictions = predict(stack, test)
        report = {
            "python": platform.python_version(),
            "libraries": {name: version(name) for name in LIBRARIES},
            "rows": len(train.minutes),
            "columns": train.columns,
            "seconds": round(time.perf_counter() - started, 3),
            "model_bytes": len(model),
            "meta_thresholds": sum(map(len, stack.thresholds)),
        }
        with pa.ipc.new_file(str(scratch / "predictions.arrow"), predictions.schema) as writer:
            writer.write_table(predictions)
        (scratch / "fit.json").write_text(json.dumps(report, indent=2) + "\n")
        (scratch / "model.onnx").write_bytes(model)
        for name in ("predictions.arrow", "fit.json", "model.onnx"):
            (scratch / name).replace(out / name)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Prints what was done and how long it took; flushed, because the reader is a pipe."""
    started = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - started:.2f} s", flush=True)


@contextmanager
def scratch_beside(out: Path) -> Iterator[Path]:
    """A folder inside `out`: a rename out of it is atomic, and an `out` not writable shows before the fit."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=out, prefix=".fit-") as scratch:
            yield Path(scratch)
    except OSError as error:
        raise FitError(f"cannot write to {out}: {error.strerror or error}") from error


def read_parameters(path: Path) -> dict[str, Parameters]:
    """The section `model_training`: a group of parameters for each of the four parts."""
    try:
        sections = json.loads(path.read_bytes())["model_training"]
        names = ("CatBoost_Regressor", "RandomForest_Regressor", "Stacking_Regressor", "Meta_Model")
        return {name: dict(sections[name]) for name in names}
    except OSError as error:
        raise FitError(f"cannot read {path}: {error.strerror}") from error
    except KeyError as error:
        raise FitError(f"{path} has no {error.args[0]}") from error
    except (ValueError, TypeError) as error:
        raise FitError(f"{path} is not JSON with an object for each part of model_training") from error


def read_table(path: Path) -> Table:
    """Reads one split and refuses what would otherwise fail, or worse not fail, deep inside a library."""
    try:
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_file(source).read_all()
        columns = json.loads((table.schema.metadata or {})[b"columns"])
        if not all(isinstance(name, str) for name in columns):
            raise TypeError
        expected = {"row": pa.int32(), "minutes": pa.float32(), **dict.fromkeys(columns, pa.float32())}
    except (OSError, pa.ArrowException) as error:
        raise FitError(f"cannot read {path} as an Arrow IPC file: {error}") from error
    except (KeyError, ValueError, TypeError) as error:
        raise FitError(f"{path} has no JSON list of feature columns as its metadata key columns") from error
    if not columns or table.num_rows == 0:
        raise FitError(f"{path} has no {'rows' if columns else 'feature columns'}")
    for name, arrow_type in expected.items():
        # A name that stands in the table twice counts as absent: no one could say which is meant.
        found = table.schema.field(name).type if table.schema.get_field_index(name) >= 0 else "absent"
        if found != arrow_type:
            raise FitError(f"{path}: column {name} should be {arrow_type} and is {found}")
        if table[name].null_count or not np.isfinite(table[name].to_numpy()).all():
            raise FitError(f"{path}: column {name} holds a null, NaN or infinity")
    features = np.column_stack([table[name].to_numpy() for name in columns])
    return Table(columns, table["row"], features, table["minutes"].to_numpy().astype(np.float64))


def fit_stack(train: Table, parameters: dict[str, Parameters], scratch: Path) -> tuple[Stack, Parameters]:
    """Fits both bases on all rows, and the meta-model on estimates for rows that the estimator had not seen.

    Gives the stack and CatBoost's description of its trees.
    """
    features, minutes = train.features, train.minutes
    meta = construct_meta_model(parameters["Meta_Model"])
    with blamed_on("Stacking_Regressor"):
        folds = list(KFold(**{"shuffle": True, **parameters["Stacking_Regressor"]}).split(features))
    bases = construct_bases(parameters)
    with step("fit bases on all rows"):
        for section, base in bases.items():
            fit(section, base, features, minutes)
        catboost, forest = bases.values()
        trees = describe_catboost(catboost, features, scratch)
    with step(f"fit bases on {len(folds)} folds"):
        estimates = np.empty((len(minutes), len(bases)))
        for seen, held_out in folds:
            for column, (section, base) in enumerate(construct_bases(parameters).items()):
                fit(section, base, features[seen], minutes[seen])
                estimates[held_out, column] = base.predict(features[held_out])
    with step("fit meta-model"):
        fit("Meta_Model", meta, estimates, minutes)
    return Stack(catboost, forest, meta, meta_thresholds(meta)), trees


def construct_bases(parameters: dict[str, Parameters]) -> dict[str, Estimator]:
    """Fresh base models by the name of their section, in the order in which the meta-model sees them."""
    quiet = {"allow_writing_files": False, "verbose": False}
    with blamed_on("CatBoost_Regressor"):
        catboost = CatBoostRegressor(**{**quiet, **parameters["CatBoost_Regressor"]})
    with blamed_on("RandomForest_Regressor"):
        forest = RandomForestRegressor(**parameters["RandomForest_Regressor"])
    return {"CatBoost_Regressor": catboost, "RandomForest_Regressor": forest}


def construct_meta_model(parameters: Parameters) -> Estimator:
    """The meta-model that `name` asks for, with the rest as its parameters."""
    kinds = {kind.__name__: kind for kind in META_MODELS}
    own = dict(parameters)
    with blamed_on("Meta_Model"):
        if (name := own.pop("name", None)) not in kinds:
            raise ValueError(f"name is {name!r} and should be one of {', '.join(kinds)}")
        return kinds[name](**own)


def fit(section: str, estimator: Estimator, features: np.ndarray, minutes: np.ndarray) -> None:
    """Fits on all cores, which changes no digit of the result, and leaves a model that predicts on one.

    Threads of a predicting forest add its trees in the order they finish, which does change the last digit.
    """
    threaded = "n_jobs" in estimator.get_params()
    with blamed_on(section):
        if threaded:
            estimator.set_params(n_jobs=-1)
        estimator.fit(features, minutes)
        if threaded:
            estimator.set_params(n_jobs=1)


@contextmanager
def blamed_on(section: str) -> Iterator[None]:
    """The libraries refuse a parameter when constructed or when fitted; either way its section is named."""
    try:
        yield
    except (TypeError, ValueError, CatBoostError) as error:
        message = re.sub(r"^\S+:\d+: ", "", str(error)).partition("\n")[0]  # without CatBoost's source line
        raise FitError(f"model_training.{section}: {message}") from error


def describe_catboost(catboost: CatBoostRegressor, features: np.ndarray, scratch: Path) -> Parameters:
    """CatBoost's own JSON of its trees, refused where `catboost_nodes` would not give what it predicts."""
    path = scratch / "catboost.json"
    try:
        catboost.save_model(str(path), format="json")
    except CatBoostError as error:  # in which it wraps what the system says
        raise FitError(f"cannot write to {scratch.parent}: {str(error).partition(chr(10))[0]}") from error
    description, probe = json.loads(path.read_bytes()), features[:1]
    trees = description.get("oblivious_trees", [])
    with blamed_on("CatBoost_Regressor"):
        if not any(tree["splits"] for tree in trees):
            raise ValueError("only symmetric trees that split at least once can be written as ONNX")
        if not np.array_equal(catboost.predict(probe), catboost.predict(probe, "RawFormulaVal")):
            raise ValueError("loss_function should be one with which the trees add up to minutes")
        if sum(len(tree["leaf_values"]) for tree in trees) > EXACT_INTEGERS:
            raise ValueError(f"the trees have more than {EXACT_INTEGERS} leaves")
    return description


def predict(stack: Stack, test: Table) -> pa.Table:
    """What Python says of the test rows, by which the ONNX graph is judged."""
    estimates = stack.base_estimates(test.features)
    alternatives = alternative_minutes(stack, estimates)
    return pa.table(
        {
            "row": test.row,
            "minutes": stack.meta.predict(estimates),
            "catboost": estimates[:, 0],
            "random_forest": estimates[:, 1],
            "near_threshold": [len(minutes) > 0 for minutes in alternatives],
            "alternatives": pa.array(alternatives, pa.list_(pa.float64())),
        }
    )


def alternative_minutes(stack: Stack, estimates: np.ndarray) -> list[np.ndarray]:
    """For a row near thresholds of the meta-model, the minutes on every side of them; for others nothing."""
    combinations = [list(itertools.product(*map(sides, stack.thresholds, row))) for row in estimates]
    combinations = [points if len(points) > 1 else [] for points in combinations]
    points = list(itertools.chain(*combinations))
    minutes = stack.meta.predict(points) if points else np.empty(0)
    return np.split(minutes, np.cumsum([len(points) for points in combinations])[:-1])


def sides(thresholds: np.ndarray, estimate: float) -> np.ndarray:
    """The estimate, or where it is near some thresholds a value on every side of those."""
    low, high = np.searchsorted(thresholds, [estimate - NEAR_THRESHOLD, estimate + NEAR_THRESHOLD])
    return one_of_each_side(thresholds[low:high]) if low < high else np.array([estimate])


def one_of_each_side(thresholds: np.ndarray) -> np.ndarray:
    """A float32 from each of the n + 1 intervals that n thresholds make; a threshold belongs to its left."""
    if thresholds.size == 0:
        return np.zeros(1, np.float32)
    return np.append(thresholds, np.nextafter(thresholds[-1], np.float32(np.inf)))


def meta_thresholds(meta: Estimator) -> list[np.ndarray]:
    """The meta-model's distinct thresholds on each of its two inputs, sorted."""
    trees = Tree(*map(np.concatenate, zip(*additive_trees(meta)[0], strict=True)))
    return [np.unique(trees.threshold[trees.feature == base]) for base in (0, 1)]


def additive_trees(model: Estimator) -> tuple[list[Tree], float]:
    """Trees and a constant that add up to what a scikit-learn model of trees predicts."""
    if isinstance(model, DecisionTreeRegressor):
        return [float32_tree(model, 1.0)], 0.0
    if isinstance(model, GradientBoostingRegressor):
        constant = 0.0 if model.init == "zero" else model.init_.constant_.item()
        return [float32_tree(tree, model.learning_rate) for tree in model.estimators_[:, 0]], constant
    trees = [float32_tree(tree, 1 / len(model.estimators_)) for tree in model.estimators_]
    # What the trees share, their roots' means, is taken out: float32 adds small numbers far more exactly.
    means = [tree.value[0] for tree in trees]
    centred = [tree._replace(value=tree.value - mean) for tree, mean in zip(trees, means, strict=True)]
    return centred, sum(means)


def float32_tree(model: DecisionTreeRegressor, scale: float) -> Tree:
    """The tree with thresholds rounded down to float32, so that every float32 stays on its side of them."""
    tree = model.tree_
    nearest = tree.threshold.astype(np.float32)
    below = np.nextafter(nearest, np.float32(-np.inf))
    threshold = np.where(nearest > tree.threshold, below, nearest)
    return Tree(tree.feature, threshold, tree.children_left, tree.children_right, tree.value[:, 0, 0] * scale)


def search_tree(thresholds: np.ndarray, feature: int, stride: int) -> Tree:
    """A balanced tree that counts the thresholds below a value, `stride` for each."""
    nodes: list[tuple[int, float, int, int, float]] = []

    def grow(low: int, high: int) -> int:
        here, middle = len(nodes), (low + high) // 2
        nodes.append((-1, 0.0, -1, -1, float(low * stride)))
        if low < high:
            nodes[here] = (feature, thresholds[middle], grow(low, middle), grow(middle + 1, high), 0.0)
        return here

    grow(0, len(thresholds))
    return Tree(*map(np.array, zip(*nodes, strict=True)))


class Graph:
    """An ONNX graph in the making. A node is named for its output, so names are unique."""

    def __init__(self) -> None:
        """Starts empty; `features` is the input and `minutes` the output."""
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.ArrayLike, kind: type = np.float32) -> str:
        """Adds a constant tensor and gives its name back."""
        self.constants.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes: object) -> None:
        """Adds an operator with one output."""
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))

    def tree_ensemble(self, source: str, output: str, trees: list[Tree], constant: float) -> None:
        """Adds the sum of trees and a constant, [rows, 1]."""
        sizes = [len(tree.left) for tree in trees]
        tree_ids = np.repeat(np.arange(len(trees)), sizes)
        node_ids = np.concatenate([np.arange(size) for size in sizes])
        nodes = Tree(*map(np.concatenate, zip(*trees, strict=True)))
        leaf = nodes.left < 0
        attributes = {
            "nodes_treeids": tree_ids,
            "nodes_nodeids": node_ids,
            "nodes_featureids": np.where(leaf, 0, nodes.feature),
            "nodes_modes": np.where(leaf, "LEAF", "BRANCH_LEQ"),  # mixed branch modes are three times slower
            "nodes_values": np.where(leaf, 0, nodes.threshold),
            "nodes_truenodeids": np.where(leaf, 0, nodes.left),
            "nodes_falsenodeids": np.where(leaf, 0, nodes.right),
            "target_treeids": tree_ids[leaf],
            "target_nodeids": node_ids[leaf],
            "target_ids": np.zeros(leaf.sum(), int),
            "target_weights": nodes.value[leaf],
            "base_values": np.array([constant]),
        }
        lists = {name: array.tolist() for name, array in attributes.items()}
        self.node("TreeEnsembleRegressor", [source], output, domain="ai.onnx.ml", n_targets=1, **lists)

    def model(self, features: int) -> onnx.ModelProto:
        """The checked model: `features` float32 [rows, features] to `minutes` float32 [rows, 1]."""
        source = helper.make_tensor_value_info("features", onnx.TensorProto.FLOAT, ["rows", features])
        target = helper.make_tensor_value_info("minutes", onnx.TensorProto.FLOAT, ["rows", 1])
        graph = helper.make_graph(self.nodes, "stack", [source], [target], self.constants)
        opsets = [helper.make_opsetid(domain, number) for domain, number in OPSETS.items()]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return model


def stack_graph(stack: Stack, description: Parameters, features: int) -> onnx.ModelProto:
    """The whole stack as one graph."""
    graph = Graph()
    catboost_nodes(graph, description, features)
    graph.tree_ensemble("features", "random_forest", *additive_trees(stack.forest))
    graph.node("Concat", ["catboost", "random_forest"], "estimates", axis=1)
    meta_nodes(graph, stack)
    return graph.model(features)


def catboost_nodes(graph: Graph, description: Parameters, features: int) -> None:
    """CatBoost's symmetric trees without a walk: comparisons, made once, give a leaf index as a sum of bits.

    Against `TreeEnsembleRegressor` this takes a third to a half of the time at 32 rows, 2-3 us more at one.
    All but the last sum is exact: a column is selected by a one among zeros, and indices are small integers.
    """
    trees = description["oblivious_trees"]
    scale, (bias,) = description["scale_and_bias"]
    splits = [[(s["float_feature_index"], s["border"]) for s in tree["splits"] or []] for tree in trees]
    borders = {split: column for column, split in enumerate(sorted(set(itertools.chain(*splits))))}
    selection = np.zeros((features, len(borders)))
    for (feature, _), column in borders.items():
        selection[feature, column] = 1
    bits = np.zeros((len(borders), len(trees)))
    for tree, tree_splits in enumerate(splits):
        for bit, split in enumerate(tree_splits):
            bits[borders[split], tree] += 2**bit
    leaves = [np.array(tree["leaf_values"]) * scale for tree in trees]
    first_leaf = np.cumsum([0, *map(len, leaves[:-1])])
    leaves[0] += bias  # a row has one leaf of every tree, so the constant can ride on any of them

    largest = np.finfo(np.float32).max
    finite = [graph.constant("lowest", -largest), graph.constant("largest", largest)]
    graph.node("Clip", ["features", *finite], "finite")  # infinity times zero would be NaN
    graph.node("MatMul", ["finite", graph.constant("selection", selection)], "selected")
    compared = graph.constant("borders", [border for _, border in borders])
    graph.node("Greater", ["selected", compared], "passed")
    graph.node("Cast", ["passed"], "passed_bits", to=onnx.TensorProto.FLOAT)
    indexing = [graph.constant("bits", bits), graph.constant("first_leaf", first_leaf)]
    graph.node("Gemm", ["passed_bits", *indexing], "leaf")
    graph.node("Cast", ["leaf"], "leaf_index", to=onnx.TensorProto.INT32)
    graph.node("Gather", [graph.constant("leaves", np.concatenate(leaves)), "leaf_index"], "leaf_minutes")
    graph.node("ReduceSum", ["leaf_minutes", graph.constant("trees_axis", [1], np.int64)], "catboost")


def meta_nodes(graph: Graph, stack: Stack) -> None:
    """The meta-model: one tree as a tree; many, having but two inputs, as a table of all they can say.

    Two searches then replace all its trees, and the answer is Python's own to the last float32 digit.
    """
    trees, constant = additive_trees(stack.meta)
    points = [one_of_each_side(thresholds) for thresholds in stack.thresholds]
    if len(trees) == 1 or len(points[0]) * len(points[1]) > TABLE_CELLS:
        graph.tree_ensemble("estimates", "minutes", trees, constant)
        return
    table = stack.meta.predict(list(itertools.product(*points)))
    searches = [search_tree(stack.thresholds[0], 0, len(points[1])), search_tree(stack.thresholds[1], 1, 1)]
    graph.tree_ensemble("estimates", "cell", searches, 0.0)
    graph.node("Cast", ["cell"], "cell_index", to=onnx.TensorProto.INT32)
    graph.node("Gather", [graph.constant("table", table), "cell_index"], "minutes")


if __name__ == "__main__":
    main()

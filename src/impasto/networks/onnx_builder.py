"""Writing an ONNX graph node by node: the operations that networks here are made of.

Graphs are written rather than traced, so that they hold what is needed and nothing else:
no chains of shape arithmetic for dynamic sizes, operations that runtimes fuse, weights in
half precision. The engines fold all that depends on weights alone when they load a graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from impasto.version import __version__

OPSET = 17
IR_VERSION = 8
EPSILON = 1e-5


class GraphBuilder:
    """Collects nodes and constants; every method adds nodes and gives their output's name.

    Args:
        half_weights: Whether to store weights as float16, cast in the graph.
    """

    def __init__(self, *, half_weights: bool = True) -> None:
        self.half_weights = half_weights
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []
        self._constants: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def add(self, operation: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add a node of one output."""
        output = name or f"{operation.lower()}_{len(self._nodes)}"
        self._nodes.append(
            helper.make_node(operation, list(inputs), [output], name=output, **attributes)
        )
        return output

    def split(self, features: str, sizes: Sequence[int]) -> list[str]:
        """Cut (1, N) into pieces of the given sizes."""
        number = len(self._nodes)
        outputs = [f"split_{number}_{piece}" for piece in range(len(sizes))]
        inputs = [features, self.integers(sizes)]
        self._nodes.append(helper.make_node("Split", inputs, outputs, axis=1))
        return outputs

    def constant(self, values: npt.NDArray[Any]) -> str:
        """Add a constant, once for all who ask for the same."""
        key = (values.dtype.str, values.shape, values.tobytes())
        if key not in self._constants:
            name = f"constant_{len(self._initializers)}"
            self._initializers.append(numpy_helper.from_array(values, name))
            self._constants[key] = name
        return self._constants[key]

    def number(self, value: float) -> str:
        """Add a float32 scalar."""
        return self.constant(np.array(value, np.float32))

    def integers(self, values: Sequence[int]) -> str:
        """Add a vector of int64."""
        return self.constant(np.array(values, np.int64))

    def floats(self, tensor: torch.Tensor) -> str:
        """Add a tensor in float32: biases and whatever is small."""
        return self.constant(tensor.detach().cpu().float().numpy())

    def weight(self, tensor: torch.Tensor) -> str:
        """Add the weight of a convolution, in half precision if that is wanted."""
        if not self.half_weights:
            return self.floats(tensor)
        values = tensor.detach().cpu().to(torch.float16).numpy()
        return self.add("Cast", self.constant(values), to=TensorProto.FLOAT)

    def reflect_pad(self, features: str, margin: int) -> str:
        """Mirror ``margin`` positions at each border."""
        pads = self.integers([0, 0, margin, margin, 0, 0, margin, margin])
        return self.add("Pad", features, pads, mode="reflect")

    def convolution(
        self, features: str, weight: str, bias: str, *, kernel_px: int, stride: int = 1
    ) -> str:
        """A convolution with reflected borders that keeps or halves the size."""
        padded = self.reflect_pad(features, kernel_px // 2)
        return self.add("Conv", padded, weight, bias, strides=[stride, stride])

    def instance_norm(self, features: str, channels: int) -> str:
        """Normalise each channel by its own statistics."""
        ones, zeros = torch.ones(channels), torch.zeros(channels)
        inputs = (features, self.floats(ones), self.floats(zeros))
        return self.add("InstanceNormalization", *inputs, epsilon=EPSILON)

    def scale_and_shift(self, features: str, scale: str, shift: str) -> str:
        """Multiply and add per channel; both are (1, C)."""
        axes = self.integers([2, 3])
        scaled = self.add("Mul", features, self.add("Unsqueeze", scale, axes))
        return self.add("Add", scaled, self.add("Unsqueeze", shift, axes))

    def model(
        self, inputs: Mapping[str, tuple[int, Sequence[Any]]], outputs: Mapping[str, Any]
    ) -> onnx.ModelProto:
        """Make a checked model of what has been added.

        Args:
            inputs: Element type and shape of each input; dimensions may be names.
            outputs: The same of each output.

        Raises:
            onnx.checker.ValidationError: if the graph is not sound.
        """
        graph = helper.make_graph(
            self._nodes,
            "impasto",
            [helper.make_tensor_value_info(name, *each) for name, each in inputs.items()],
            [helper.make_tensor_value_info(name, *each) for name, each in outputs.items()],
            self._initializers,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="impasto",
            producer_version=__version__,
        )
        onnx.checker.check_model(model, full_check=True)
        return model

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import TensorProto
from onnx.checker import ValidationError
from torch.nn import functional as F

from impasto.networks.onnx_builder import GraphBuilder

SHAPE = [1, 2, "h", "w"]


def run(builder: GraphBuilder, output: str, image: torch.Tensor) -> torch.Tensor:
    kind = TensorProto.FLOAT
    model = builder.model({"x": (kind, SHAPE)}, {output: (kind, [1, None, None, None])})
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return torch.from_numpy(session.run(None, {"x": image.numpy()})[0])


@pytest.mark.parametrize("stride", [1, 2])
def test_convolution(stride: int) -> None:
    weight, bias = torch.randn(3, 2, 3, 3).half().float(), torch.randn(3)
    image = torch.randn(1, 2, 8, 6)
    builder = GraphBuilder()
    output = builder.convolution(
        "x", builder.weight(weight), builder.floats(bias), kernel_px=3, stride=stride
    )
    expected = F.conv2d(F.pad(image, (1,) * 4, "reflect"), weight, bias, stride=stride)
    torch.testing.assert_close(run(builder, output, image), expected, atol=1e-5, rtol=1e-5)


def test_normalisation_scale_and_shift() -> None:
    scale, shift = torch.randn(1, 2), torch.randn(1, 2)
    image = 5 * torch.randn(1, 2, 8, 6) + 3
    builder = GraphBuilder()
    normalized = builder.instance_norm("x", 2)
    output = builder.scale_and_shift(normalized, builder.floats(scale), builder.floats(shift))
    expected = F.instance_norm(image, weight=scale[0], bias=shift[0])
    torch.testing.assert_close(run(builder, output, image), expected, atol=1e-5, rtol=1e-5)


def test_equal_constants_are_stored_once() -> None:
    builder = GraphBuilder()
    assert builder.number(2.0) == builder.constant(np.array(2.0, np.float32))
    assert builder.number(2.0) != builder.integers([2])


def test_half_weights_halve_the_file() -> None:
    sizes = []
    for half in (True, False):
        builder = GraphBuilder(half_weights=half)
        weight, bias = builder.weight(torch.randn(64, 2, 3, 3)), builder.floats(torch.zeros(64))
        output = builder.convolution("x", weight, bias, kernel_px=3)
        kind = TensorProto.FLOAT
        model = builder.model({"x": (kind, SHAPE)}, {output: (kind, [1, 64, None, None])})
        sizes.append(model.ByteSize())
    assert sizes[0] < 0.65 * sizes[1]


def test_a_graph_that_makes_no_sense() -> None:
    builder = GraphBuilder()
    builder.add("Relu", "missing", name="y")
    with pytest.raises(ValidationError):
        builder.model({"x": (TensorProto.FLOAT, SHAPE)}, {"y": (TensorProto.FLOAT, SHAPE)})

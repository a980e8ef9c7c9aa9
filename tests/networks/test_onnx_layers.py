import onnxruntime
import torch
from onnx import TensorProto
from torch import nn

from impasto.networks.onnx_builder import GraphBuilder
from impasto.networks.onnx_layers import LayerWriter
from impasto.networks.realtime_net import RealtimeNet

ROW_LENGTH = 200


def run(builder: GraphBuilder, output: str, features: torch.Tensor) -> torch.Tensor:
    kind = TensorProto.FLOAT
    inputs = {"x": (kind, list(features.shape)), "style": (kind, [1, None])}
    model = builder.model(inputs, {output: (kind, [1, None, None, None])})
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    row = torch.zeros(1, ROW_LENGTH).numpy()
    return torch.from_numpy(session.run(None, {"x": features.numpy(), "style": row})[0])


def test_a_bilinear_doubling(realtime_net: RealtimeNet) -> None:
    builder = GraphBuilder()
    features = torch.randn(1, 12, 5, 6)
    write = LayerWriter(builder, realtime_net)
    output = write.doubled(realtime_net.up_quarter, features="x")
    expected = realtime_net.up_quarter(features)
    torch.testing.assert_close(run(builder, output, features), expected, atol=1e-5, rtol=1e-4)


def test_the_head_takes_levels(realtime_net: RealtimeNet) -> None:
    builder = GraphBuilder()
    levels = torch.randint(0, 256, (1, 3, 16, 24)).float()
    output = LayerWriter(builder, realtime_net).realtime_head(realtime_net.head, "x")
    expected = realtime_net.head(nn.functional.pixel_unshuffle(levels / 255 - 0.5, 2))
    torch.testing.assert_close(run(builder, output, levels), expected, atol=1e-5, rtol=1e-4)

import torch

from impasto.networks.graphs import PixelGraph
from impasto.networks.realtime_net import RealtimeNet


def test_levels_are_rounded_and_clamped(realtime_net: RealtimeNet) -> None:
    image = torch.randint(0, 256, (1, 16, 24, 3), dtype=torch.uint8)
    row = realtime_net.rows[1:]
    expected = realtime_net(image.movedim(3, 1) / 255, row).movedim(1, 3) * 255
    levels = PixelGraph(realtime_net, rounded=False)(image, row)
    torch.testing.assert_close(levels, expected)
    rounded = PixelGraph(realtime_net)(image, row)
    assert rounded.dtype == torch.uint8
    assert torch.equal(rounded, (expected.clamp(0, 255) + 0.5).floor().to(torch.uint8))

import pytest
import torch
from torch import nn

from impasto.errors import ShapeError
from impasto.networks.realtime_net import RealtimeNet, RealtimeNetShape


@pytest.mark.parametrize("size", [(16, 16), (24, 40), (64, 16)])
def test_the_size_is_kept(realtime_net: RealtimeNet, size: tuple[int, int]) -> None:
    image = torch.rand(2, 3, *size)
    assert realtime_net(image, realtime_net.rows[:1]).shape == image.shape


@pytest.mark.parametrize("size", [(16, 20), (8, 16), (0, 16), (33, 32)])
def test_sizes_that_it_does_not_take(realtime_net: RealtimeNet, size: tuple[int, int]) -> None:
    with pytest.raises(ShapeError, match="multiples of 8"):
        realtime_net(torch.rand(1, 3, *size), realtime_net.rows[:1])


def test_rows_of_another_length(realtime_net: RealtimeNet) -> None:
    with pytest.raises(ShapeError, match="rows"):
        realtime_net(torch.rand(1, 3, 16, 16), realtime_net.rows[:1, 1:])


def test_each_image_has_its_row(realtime_net: RealtimeNet) -> None:
    images = torch.rand(2, 3, 24, 32)
    both = realtime_net(images, realtime_net.rows)
    for number in range(2):
        one = realtime_net(images[number : number + 1], realtime_net.rows[number : number + 1])
        torch.testing.assert_close(both[number : number + 1], one, atol=1e-5, rtol=1e-5)
    other = realtime_net(images[:1], realtime_net.rows[1:])
    assert (both[:1] - other).abs().max() > 0.05


def test_the_names_of_the_tensors_do_not_change() -> None:
    shape = RealtimeNetShape(blocks=1, quarter_blocks=1)
    layers = ("head", "down_quarter", "down_eighth", "trunk.0", "trunk.1", "up_quarter.conv")
    layers += ("refinement.0", "refinement.1", "up_half.conv", "tail.conv")
    expected = {"rows", *(f"{layer}.{kind}" for layer in layers for kind in ("weight", "bias"))}
    assert set(RealtimeNet(shape).state_dict()) == expected


def test_rows_start_neutral() -> None:
    net = RealtimeNet(rows=3)
    assert net.rows.shape == (3, net.shape.row_length) == (3, 2176)
    assert torch.equal(net.rows[0], net.rows[2])


def test_the_passage_is_closed_until_a_row_opens_it(realtime_net: RealtimeNet) -> None:
    half = realtime_net.shape.half
    assert not RealtimeNet(rows=1).rows[:, -2 * 16 :].any()
    image, row = torch.rand(1, 3, 16, 16), realtime_net.rows[1:].clone()
    row[:, -2 * half :] = 0
    seen = nn.functional.relu(realtime_net.head(nn.functional.pixel_unshuffle(image - 0.5, 2)))
    through = realtime_net(image, row)
    row[:, -half:] = 1000.0
    row[:, -2 * half : -half] = 1.0
    flooded = realtime_net(image, row) - realtime_net.tail(seen + 1000.0)
    assert flooded.abs().max() < 0.1 * (realtime_net(image, row) - through).abs().max()


def test_gradients_reach_every_parameter() -> None:
    net = RealtimeNet(RealtimeNetShape(half=2, quarter=3, eighth=4, blocks=1), rows=1)
    net(torch.rand(1, 3, 24, 24), net.rows).square().sum().backward()
    assert all(each.grad is not None and each.grad.any() for each in net.parameters())

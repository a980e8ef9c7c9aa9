from collections.abc import Callable
from pathlib import Path

import torch

from impasto.networks.realtime_net import RealtimeNet, RealtimeNetShape
from impasto.networks.transform_net import TransformNet, TransformNetShape
from impasto.training.photos import find_photos
from impasto.training.samples import column_titles, load_photos, sample_rows, stylize_row

SHAPE = RealtimeNetShape(half=4, quarter=8, eighth=8, blocks=0)


def test_photographs_get_sides_that_networks_take(
    photos: Path, save_picture: Callable[..., Path]
) -> None:
    (photos / "a.png").touch()
    save_picture(photos / "b.png", 9, (20, 200))
    loaded = load_photos(find_photos(photos), shorter_side=32, count=2)
    assert [tuple(image.shape) for image in loaded] == [(1, 3, 32, 64), (1, 3, 32, 40)]
    assert len(load_photos(find_photos(photos), shorter_side=32)) == 7


def test_each_cell_is_the_networks_answer() -> None:
    net, image = RealtimeNet(SHAPE, rows=3).eval(), torch.rand(1, 3, 16, 24)
    net.rows.data[2] += 0.3
    rows = sample_rows(net, [image], ["one", "two"])
    assert len(rows) == 1
    assert column_titles(["one", "two"]) == ["photograph", "one", "two"]
    with torch.no_grad():
        for row in (1, 2):
            expected = net(image, net.rows[row : row + 1])[0].clamp(0, 1)
            pixels = torch.from_numpy(rows[0][row].picture.pixels).permute(2, 0, 1)
            assert torch.equal(pixels, (expected * 255).round().byte())


def test_a_network_without_rows() -> None:
    net, image = TransformNet(TransformNetShape(width=2)).eval(), torch.rand(1, 3, 16, 16)
    with torch.no_grad():
        assert torch.equal(stylize_row(net, image, 1), net(image).clamp(0, 1))

"""Every engine against torch in float32, for any size, whole and in tiles."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from impasto.errors import OptionError, ShapeError
from impasto.networks.catalog import load_network
from impasto.networks.graphs import PixelGraph
from impasto.progress import Cancellation, ProgressEvent
from impasto.runtime.catalog import open_engine
from impasto.runtime.padding import pad_pixels
from impasto.weights.style_networks import StyleNetwork

Pixels = Callable[..., np.ndarray]


def oracle(network: StyleNetwork, pixels: np.ndarray, row: np.ndarray | None) -> np.ndarray:
    graph = PixelGraph(load_network(network))
    style = None if row is None else torch.from_numpy(row)
    with torch.inference_mode():
        stylized = graph(torch.from_numpy(pad_pixels(pixels)), style)[0]
    return stylized[: pixels.shape[0], : pixels.shape[1]].numpy()


def assert_close(found: np.ndarray, expected: np.ndarray, mean: float = 0.02) -> None:
    assert found.shape == expected.shape
    assert found.dtype == np.uint8
    difference = np.abs(found.astype(int) - expected)
    assert difference.max() <= 1
    assert difference.mean() < mean


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime", "torch"])
@pytest.mark.parametrize("name", ["realtime", "transform"])
def test_every_engine_gives_what_torch_gives(
    engine: str, name: str, request: pytest.FixtureRequest, pixels: Pixels
) -> None:
    network: StyleNetwork = request.getfixturevalue(name)
    row = network.row({"identity": 0.25, "red": 0.75}) if network.rows else None
    opened = open_engine(network, engine=engine, precision="float32", threads=1)
    for size in ((5, 40), (16, 24), (67, 33)):
        image = pixels(*size)
        assert_close(opened.stylize(image, row), oracle(network, image, row))
    # A flat image has no deviation to divide by: rounding decides.
    assert opened.stylize(pixels(1, 1), row).shape == (1, 1, 3)
    assert opened.name == engine
    assert opened.precision == "float32"
    assert opened.threads == 1
    assert opened.description


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
@pytest.mark.parametrize("name", ["realtime", "transform"])
def test_tiles_give_what_the_whole_image_gives(
    engine: str, name: str, request: pytest.FixtureRequest, pixels: Pixels
) -> None:
    network: StyleNetwork = request.getfixturevalue(name)
    row = network.row({"red": 1.0}) if network.rows else None
    opened = open_engine(
        network, engine=engine, precision="float32", whole_px=64 * 64, tile_px=96 * 96
    )
    image, events = pixels(187, 250), list[ProgressEvent]()
    found = opened.stylize(image, row, on_progress=events.append)
    assert_close(found, oracle(network, image, row), mean=0.05)
    assert [event.step for event in events] == list(range(1, events[-1].total + 1))
    assert events[-1].stage == "12 tiles"


@pytest.mark.slow
def test_at_2048_pixels_tiles_differ_less_than_bfloat16_does(
    realtime: StyleNetwork, pixels: Pixels
) -> None:
    row, image = realtime.row({"red": 1.0}), pixels(2048, 2048)

    def stylize(precision: str, **options: int) -> np.ndarray:
        return open_engine(realtime, precision=precision, **options).stylize(image, row)

    whole = stylize("float32").astype(float)
    tiled = stylize("float32", whole_px=64 * 64, tile_px=700 * 700)
    alone = open_engine(realtime, precision="float32")
    band = image[:512]
    naive = np.concatenate([alone.stylize(part, row) for part in np.split(band, 4, axis=1)], 1)
    graph = PixelGraph(load_network(realtime))
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        half = graph(torch.from_numpy(band[None]), torch.from_numpy(row))[0].numpy()
    with torch.inference_mode():
        full = graph(torch.from_numpy(band[None]), torch.from_numpy(row))[0].numpy()
    noise = np.sqrt(np.square(half.astype(float) - full).mean())
    error = np.sqrt(np.square(tiled - whole).mean())
    assert error < noise
    assert np.abs(tiled - whole).max() <= 2
    assert np.sqrt(np.square(naive - whole[:512]).mean()) > 10 * noise


def test_cancelling_leaves_the_photograph_where_nothing_is_painted(
    realtime: StyleNetwork, pixels: Pixels
) -> None:
    opened = open_engine(realtime, whole_px=64 * 64, tile_px=96 * 96)
    image, row = pixels(120, 130), realtime.row({"red": 1.0})
    cancellation = Cancellation()
    events: list[ProgressEvent] = []

    def report(event: ProgressEvent) -> None:
        events.append(event)
        if event.step == event.total - 1:
            cancellation.cancel()

    found = opened.stylize(image, row, on_progress=report, cancellation=cancellation)
    assert len(events) == events[-1].total - 1
    complete = opened.stylize(image, row)
    assert np.array_equal(found[:40, :40], complete[:40, :40])
    assert np.array_equal(found[-8:, -8:], image[-8:, -8:])
    cancellation = Cancellation()
    cancellation.cancel()
    assert np.array_equal(opened.stylize(image, row, cancellation=cancellation), image)


def test_small_images_report_no_tiles(realtime: StyleNetwork, pixels: Pixels) -> None:
    events: list[ProgressEvent] = []
    row = realtime.row({"red": 1.0})
    open_engine(realtime).stylize(pixels(16, 16), row, on_progress=events.append)
    assert not events


def test_a_result_is_not_changed_by_the_next(realtime: StyleNetwork, pixels: Pixels) -> None:
    opened, row = open_engine(realtime), realtime.row({"red": 1.0})
    first = opened.stylize(pixels(32, 32), row)
    before = first.copy()
    opened.stylize(pixels(32, 32, seed=1)[::-1], row)
    assert np.array_equal(first, before)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((8, 8, 3), np.float32),
        np.zeros((0, 8, 3), np.uint8),
    ],
)
def test_wrong_pixels(realtime: StyleNetwork, wrong: np.ndarray) -> None:
    with pytest.raises(ShapeError, match=r"\(H, W, 3\) uint8"):
        open_engine(realtime).stylize(wrong, realtime.row({"red": 1.0}))


def test_wrong_rows(realtime: StyleNetwork, transform: StyleNetwork, pixels: Pixels) -> None:
    image = pixels(16, 16)
    for row in (None, np.zeros((1, 3), np.float32)):
        with pytest.raises(ShapeError, match="row"):
            open_engine(realtime).stylize(image, row)
    with pytest.raises(ShapeError, match="no row"):
        open_engine(transform).stylize(image, np.zeros((1, 3), np.float32))


@pytest.mark.parametrize("option", ["whole_px", "tile_px"])
def test_wrong_options(realtime: StyleNetwork, option: str) -> None:
    with pytest.raises(OptionError, match=option):
        open_engine(realtime, **{option: 100})

import pytest

from impasto.errors import OptionError, ShapeError, UnknownNameError
from impasto.networks.shapes import (
    SHAPES,
    RealtimeNetShape,
    TransformNetShape,
    check_size,
    read_shape,
    statistics_length,
)


def test_what_training_relies_on() -> None:
    shape = RealtimeNetShape()
    assert vars(shape) == {
        "half": 16,
        "quarter": 48,
        "eighth": 96,
        "blocks": 4,
        "quarter_blocks": 1,
    }
    assert shape.modulated_channels == (48, 96, *(96,) * 8, 48, 48, 48, 16, 16)
    assert shape.row_length == 2176
    assert statistics_length(shape) == 2 * (4 * 48 + 9 * 96)


def test_the_layers_of_the_paper() -> None:
    layers = TransformNetShape(width=16).normalized_layers
    assert [layer.channels for layer in layers] == [16, 32, 64, *(64,) * 10, 32, 16]
    assert [layer.stride for layer in layers] == [1, 2, 4, *(4,) * 10, 2, 1]


@pytest.mark.parametrize(
    ("values", "words"),
    [({"half": 0}, "half"), ({"blocks": -1}, "blocks"), ({"eighth": 1.5}, "eighth")],
)
def test_wrong_realtime_shapes(values: dict[str, int], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        RealtimeNetShape(**values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"width": 0}, "width"),
        ({"upsampling": "bilinear"}, "resize or transposed"),
        ({"value_range": 0}, "value_range"),
        ({"value_range": float("inf")}, "value_range"),
    ],
)
def test_wrong_transform_shapes(values: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        TransformNetShape(**values)


@pytest.mark.parametrize("architecture", SHAPES)
def test_reading_a_card(architecture: str) -> None:
    assert read_shape(architecture, {}) == SHAPES[architecture]()


def test_cards_that_make_no_sense() -> None:
    with pytest.raises(UnknownNameError, match="realtime"):
        read_shape("unet", {})
    with pytest.raises(OptionError, match="depth"):
        read_shape("transform", {"depth": 3})


@pytest.mark.parametrize("size", [(8, 16), (16, 17), (0, 0)])
def test_sizes_no_network_takes(size: tuple[int, int]) -> None:
    with pytest.raises(ShapeError, match="pad it"):
        check_size(*size)

import pytest

from impasto.runtime.spans import spans


@pytest.mark.parametrize(
    ("length", "largest", "margin", "step"),
    [(20, 8, 2, 1), (8, 8, 3, 1), (160, 48, 16, 16), (1, 5, 2, 1), (1024, 100, 30, 1)],
)
def test_kept_parts_tile_the_whole(length: int, largest: int, margin: int, step: int) -> None:
    found = list(spans(length, largest=largest, margin=margin, step=step))
    assert [each.kept[0] for each in found] == [0, *(each.kept[1] for each in found[:-1])]
    assert found[-1].kept[1] == length
    for each in found:
        assert each.kept[1] - each.kept[0] <= -(-largest // step) * step
        assert each.read == (
            max(0, each.kept[0] - margin),
            min(length, each.kept[1] + margin),
        )
        assert each.kept[0] % step == 0
        values = list(range(length))[each.source][each.inner]
        assert values == list(range(length))[each.target]

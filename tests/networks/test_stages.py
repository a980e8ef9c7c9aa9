from pathlib import Path

import pytest

from impasto.errors import WeightsDamagedError
from impasto.networks.stages import FeatureMap, Stage, pack_stages, unpack_stages

STAGES = [
    Stage(
        name="first",
        inputs=("image",),
        outputs=(FeatureMap(name="map", channels=3, stride=4),),
        layer=0,
    ),
    Stage(name="paint", inputs=("image", "map"), outputs=(), layer=None),
]
GRAPHS = {"first": b"one", "paint": b"two"}


def test_what_is_packed_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "tiles.zip").write_bytes(pack_stages(STAGES, GRAPHS))
    assert unpack_stages(tmp_path / "tiles.zip") == (STAGES, GRAPHS)


def test_packing_twice_gives_the_same_bytes() -> None:
    assert pack_stages(STAGES, GRAPHS) == pack_stages(STAGES, GRAPHS)


@pytest.mark.parametrize(
    "content", [b"", b"no archive", pack_stages(STAGES, {}), pack_stages([], {})[:-10]]
)
def test_damaged_files(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tiles.zip").write_bytes(content)
    with pytest.raises(WeightsDamagedError, match=r"tiles\.zip"):
        unpack_stages(tmp_path / "tiles.zip")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsDamagedError):
        unpack_stages(tmp_path / "tiles.zip")

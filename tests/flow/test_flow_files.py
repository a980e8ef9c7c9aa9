from pathlib import Path

import cv2
import numpy as np
import pytest

from impasto.errors import ImageFormatError, ImageNotFoundError, OptionError
from impasto.flow.flow_files import read_flow, write_flo


@pytest.fixture
def flow() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 30, (7, 9, 2)).astype(np.float32)


def test_flo_round_trip(tmp_path: Path, flow: np.ndarray) -> None:
    found = read_flow(write_flo(flow, tmp_path / "a.flo"))
    np.testing.assert_array_equal(found.flow, flow)
    assert found.known.all()


def test_flo_as_opencv_writes_and_reads_it(tmp_path: Path, flow: np.ndarray) -> None:
    path = str(tmp_path / "a.flo")
    cv2.writeOpticalFlow(path, flow)
    np.testing.assert_array_equal(read_flow(path).flow, flow)
    write_flo(-flow, path)
    np.testing.assert_array_equal(cv2.readOpticalFlow(path), -flow)


def test_flo_marks_unknown_vectors(tmp_path: Path, flow: np.ndarray) -> None:
    flow[2, 3] = 1.7e9
    flow[4, 4, 0] = np.nan
    found = read_flow(write_flo(flow, tmp_path / "a.flo"))
    assert not found.known[2, 3]
    assert not found.known[4, 4]
    assert found.known.sum() == 7 * 9 - 2
    assert not found.flow[~found.known].any()


def test_kitti_png(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).integers(-20000, 20000, (5, 6, 2))
    known = np.random.default_rng(2).random((5, 6)) > 0.4
    # OpenCV stores blue first: the file's channels are u, v, known
    levels = np.dstack([known.astype(int), vectors[..., ::-1] + 2**15]).astype(np.uint16)
    cv2.imwrite(str(tmp_path / "a.png"), levels)
    found = read_flow(tmp_path / "a.png")
    np.testing.assert_array_equal(found.known, known)
    np.testing.assert_array_equal(found.flow[known], vectors[known] / 64)
    assert not found.flow[~known].any()


def test_bad_files(tmp_path: Path, flow: np.ndarray) -> None:
    with pytest.raises(ImageNotFoundError, match="no such flow file"):
        read_flow(tmp_path / "missing.flo")
    with pytest.raises(ImageFormatError, match=r"\.flo or \.png"):
        read_flow(tmp_path / "a.txt")
    path = write_flo(flow, tmp_path / "a.flo")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ImageFormatError, match="damaged"):
        read_flow(path)
    path.write_bytes(b"nothing at all")
    with pytest.raises(ImageFormatError, match="does not begin"):
        read_flow(path)
    cv2.imwrite(str(tmp_path / "b.png"), np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(ImageFormatError, match="16 bits"):
        read_flow(tmp_path / "b.png")
    with pytest.raises(OptionError, match=r"ends in \.flo"):
        write_flo(flow, tmp_path / "a.png")

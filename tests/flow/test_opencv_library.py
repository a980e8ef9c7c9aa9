import sys

import pytest

from impasto.errors import MissingPackageError
from impasto.flow.opencv_library import import_opencv


def test_gives_the_package() -> None:
    assert hasattr(import_opencv(), "remap")


def test_names_the_extra_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingPackageError, match=r"impasto\[video\]"):
        import_opencv()

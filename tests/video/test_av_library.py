import errno
import sys
from pathlib import Path

import pytest

from impasto.errors import MissingPackageError, OutputError, VideoFormatError
from impasto.video.av_library import import_av, is_own_error, reading, reason, writing


def test_what_to_install_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingPackageError, match=r"impasto\[video\]"):
        import_av()


def test_errors_are_translated_with_their_reason() -> None:
    path = Path("film.mp4")
    av = import_av()
    error = av.error.InvalidDataError(1, "Invalid data")
    assert is_own_error(error)
    assert reason(error) == "Invalid data"
    with pytest.raises(VideoFormatError, match=r"film.mp4.*Invalid data"), reading(path):
        raise error
    with pytest.raises(OutputError, match="disk is full"), writing(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(ZeroDivisionError), writing(path):
        raise ZeroDivisionError

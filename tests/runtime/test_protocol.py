import pytest

from impasto.errors import DeviceError
from impasto.runtime.protocol import PRECISIONS, check_precision, check_threads


@pytest.mark.parametrize("precision", PRECISIONS)
def test_precisions(precision: str) -> None:
    check_precision(precision)


def test_what_is_no_precision() -> None:
    with pytest.raises(DeviceError, match="bfloat16"):
        check_precision("half")


@pytest.mark.parametrize("threads", [0, -1, 1.5])
def test_what_is_no_number_of_threads(threads: int) -> None:
    check_threads(None)
    check_threads(1)
    with pytest.raises(DeviceError, match="threads"):
        check_threads(threads)

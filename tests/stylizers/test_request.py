from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from impasto.image.picture import Picture
from impasto.stylizers.request import RenderRequest


def test_a_request_is_a_value_with_defaults() -> None:
    picture = Picture(pixels=np.zeros((16, 16, 3), np.uint8))
    request = RenderRequest(content=picture, style=picture)
    assert (request.method, request.options, request.size) == ("gatys", None, None)
    with pytest.raises(FrozenInstanceError):
        request.method = "fast"  # type: ignore[misc]

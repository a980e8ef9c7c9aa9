import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.cli.video import parse_time
from impasto.errors import OptionError
from impasto.video.reader import VideoReader

av = pytest.importorskip("av")


@pytest.fixture
def film(folder: Path, networks: Path) -> Path:
    from tests.video.conftest import write_clip

    return write_clip(folder / "film.mp4", frames=20, sound=True)

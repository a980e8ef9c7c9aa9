from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from impasto.device import DeviceChoice
from impasto.errors import OptionError
from impasto.image.picture import ImageMetadata, Picture
from impasto.progress import Cancellation
from impasto.stylizers.fast_style import parse_fast_style
from impasto.stylizers.optimized_painting import output_picture, paint
from impasto.stylizers.options import GatysOptions
from impasto.stylizers.request import Painting, RenderRequest

Make = Callable[..., torch.Tensor]
QUICK = GatysOptions(iterations=2, levels=1, style_layers=("relu1_1",), content_layer="relu1_2")


def picture_of(image: torch.Tensor) -> Picture:
    pixels = (image[0].permute(1, 2, 0) * 255).round().byte().numpy()
    return Picture(pixels=np.ascontiguousarray(pixels))


def run(request: RenderRequest, device: DeviceChoice) -> Painting:
    return paint(
        request,
        QUICK,
        device=device,
        on_progress=None,
        cancellation=Cancellation(),
        image_every=0,
    )


def test_pictures_in_picture_out(cpu: DeviceChoice, smooth_image: Make) -> None:
    content, style = picture_of(smooth_image(20, 30)), picture_of(smooth_image(24, 24, 2))
    painting = run(RenderRequest(content=content, style=style, size=(18, 27)), cpu)
    assert painting.picture.size == (18, 27)
    assert painting.image is not None
    assert painting.image.shape == (1, 3, 18, 27)
    assert len(painting.trace) == 2
    assert (painting.settings["device"], painting.settings["precision"]) == ("cpu", "float32")


def test_refuses_a_fast_style(cpu: DeviceChoice, networks: Path, smooth_image: Make) -> None:
    content = picture_of(smooth_image(20, 30))
    with pytest.raises(OptionError, match="takes a style image, got the fast style 'dots'"):
        run(RenderRequest(content=content, style=parse_fast_style("dots")), cpu)


def test_output_has_depth_and_metadata_of_the_content(smooth_image: Make) -> None:
    content = Picture(pixels=np.zeros((9, 9, 3), np.uint16), metadata=ImageMetadata(exif=b"e"))
    picture = output_picture(smooth_image(20, 30), content)
    assert (picture.bit_depth, picture.metadata.exif) == (16, b"e")

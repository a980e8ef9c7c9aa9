import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.errors import ImageFormatError, ImageNotFoundError, OptionError
from impasto.training.photos import (
    PhotoCrops,
    cut,
    find_photos,
    hold_out,
    listing_digest,
    load_pixels,
    resize_pixels,
)


def crops_of(folder: Path, **changes: float) -> PhotoCrops:
    settings = {"crop_size": 32, "zoom": 1.7, "seed": 0, **changes}
    return PhotoCrops(find_photos(folder), **settings)


def test_finds_images_in_any_tree(tmp_path: Path) -> None:
    for name in ("b.JPG", "a/z.png", "a/train2017/1.webp", ".hidden/x.png", "a/.y.png", "t.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [path.relative_to(tmp_path).as_posix() for path in find_photos(tmp_path)]
    assert found == ["a/train2017/1.webp", "a/z.png", "b.JPG"]


def test_no_photographs(tmp_path: Path) -> None:
    with pytest.raises(ImageNotFoundError, match="no photographs in"):
        find_photos(tmp_path)
    with pytest.raises(ImageNotFoundError, match="expected a folder"):
        find_photos(tmp_path / "none")


def test_holds_out_the_last_of_many() -> None:
    many, few = ([Path(f"{n:03d}") for n in range(count)] for count in (40, 39))
    assert hold_out(many) == (many[:32], many[32:])
    assert hold_out(few) == (few, few[-8:])


def test_digest_is_of_names_not_places(photos: Path, tmp_path: Path) -> None:
    found = find_photos(photos)
    assert listing_digest(photos, found) != listing_digest(photos, found[:-1])
    moved = photos.rename(tmp_path / "moved")
    assert listing_digest(moved, find_photos(moved)) == listing_digest(
        Path("x"), [Path("x") / path.relative_to(photos) for path in found]
    )


def test_batches_start_anywhere_and_split_between_processes(photos: Path) -> None:
    with crops_of(photos).batches(0, 4) as batches:
        whole = [next(batches) for _ in range(5)]
    assert whole[0].shape == (4, 3, 32, 32)
    assert whole[0].dtype == torch.float32
    assert 0 <= whole[0].min() <= whole[0].max() <= 1
    assert not torch.equal(whole[0], whole[3])
    with crops_of(photos).batches(3, 4) as batches:
        assert torch.equal(next(batches), whole[3])
    shares = []
    for rank in range(2):
        with crops_of(photos).batches(3, 4, rank=rank, ranks=2) as batches:
            shares.append([next(batches), next(batches)])
    for step in range(2):
        assert torch.equal(torch.cat([share[step] for share in shares]), whole[3 + step])


def test_batches_must_divide(photos: Path) -> None:
    with (
        pytest.raises(OptionError, match="multiple of the 3"),
        crops_of(photos).batches(0, 4, ranks=3),
    ):
        pass


def test_bad_files_are_skipped_counted_and_named(
    photos: Path, save_picture: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff not a photograph")
    (photos / "empty.png").touch()
    save_picture(photos / "small.png", 7, (15, 60))
    crops = crops_of(photos)
    with caplog.at_level(logging.WARNING):
        shown = [crops.crop(index) for index in range(18)]
    assert {path.name for path in crops.skipped} == {"broken.jpg", "empty.png", "small.png"}
    assert caplog.text.count("skipped a photograph") == 3
    again = crops_of(photos)
    assert all(torch.equal(again.crop(index), shown[index]) for index in (17, 4, 9))


def test_nothing_but_bad_files(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    (tmp_path / "b.jpg").write_text("text")
    with pytest.raises(ImageFormatError, match="none of 2 files can be used"):
        crops_of(tmp_path).crop(0)


def test_errors_come_out_of_the_threads(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    with crops_of(tmp_path).batches(0, 1) as batches, pytest.raises(ImageFormatError):
        next(batches)


def test_every_kind_of_photograph_is_eight_bit_srgb(tmp_path: Path) -> None:
    grey = np.linspace(0, 65535, 40 * 50).reshape(40, 50).astype(np.uint16)
    Image.fromarray(grey).save(tmp_path / "deep.png")
    Image.new("CMYK", (50, 40), (0, 255, 255, 0)).save(tmp_path / "cmyk.jpg")
    Image.new("L", (50, 40), 77).save(tmp_path / "grey.png")
    turned = Image.new("RGB", (50, 40))
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    shapes = {path.stem: load_pixels(path).shape for path in find_photos(tmp_path)}
    assert shapes == {
        "deep": (40, 50, 3),
        "cmyk": (40, 50, 3),
        "grey": (40, 50, 3),
        "turned": (50, 40, 3),
    }
    assert load_pixels(tmp_path / "deep.png")[-1, -1].tolist() == [255, 255, 255]
    assert load_pixels(tmp_path / "cmyk.jpg")[5, 5, 0] > 200


def test_cut_stays_inside_and_mirrors() -> None:
    """Pixels that hold their own column: a cut must be rising, or falling where mirrored."""
    pixels = np.broadcast_to(np.arange(90, dtype=np.uint8)[None, :, None] * 2, (60, 90, 3))
    directions, widths = set(), []
    for seed in range(60):
        square = cut(np.ascontiguousarray(pixels), np.random.default_rng(seed), 32, 2.0)
        assert square.shape == (3, 32, 32)
        row = square[0, 5].float()
        directions.add(bool(row[-1] > row[0]))
        widths.append(float((row[-2] - row[1]).abs() / 2 / 29 * 32))
    assert directions == {True, False}
    assert 29 <= min(widths) < 35
    assert 55 < max(widths) <= 61


def test_resize_agrees_with_pillow() -> None:
    pixels = np.asarray(Image.effect_mandelbrot((80, 60), (-3, -2.5, 2, 2.5), 50))
    pixels = np.repeat(pixels[..., None], 3, axis=2)
    found = resize_pixels(pixels, (40, 48)).permute(1, 2, 0).numpy().astype(int)
    expected = np.asarray(Image.fromarray(pixels).resize((48, 40), Image.Resampling.BICUBIC))
    assert np.abs(found - expected).max() <= 2

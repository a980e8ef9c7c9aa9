"""Files on the command line: globs in, output names out."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.errors import ImageNotFoundError, OptionError, OutputError
from impasto.image.codec import DEFAULT_MAX_PIXELS, check_output, open_image
from impasto.image.file_format import HEADER_BYTES, output_format, recognise_format

if TYPE_CHECKING:
    from impasto.image.picture import Picture
    from impasto.render import RenderResult


@dataclass(frozen=True, kw_only=True)
class FilePlan:
    """How photographs are opened and their results saved.

    Attributes:
        size: Longest side of the results in pixels; ``None`` for the photographs' own.
        max_pixels: Larger photographs are refused.
        quality: 1 to 100, for JPEG and WebP.
        keep_profile: Convert back to the photograph's own colour profile.
    """

    size: int | None
    max_pixels: int
    quality: int
    keep_profile: bool


def open_photo(photo: Path, output: Path, plan: FilePlan) -> Picture:
    """The photograph, once it is known that its result can be made and saved.

    Raises:
        ImpastoError: if it cannot be opened, or the result would be beyond all limits.
    """
    from impasto.sources import resolve_size

    content = open_image(photo, max_pixels=plan.max_pixels)
    check_size(resolve_size(plan.size, content.size), output=output, max_pixels=plan.max_pixels)
    return content


def save_matches(result: RenderResult, path: Path | None) -> None:
    """Write what regions were matched with as a figure, if that is asked for and there is."""
    if path is None or result.matches is None:
        return
    from impasto.cli.console import stderr
    from impasto.figures import save_match_figure

    save_match_figure(result.matches, path)
    stderr.print(f"matches: {path}")


def expand(patterns: Sequence[str]) -> list[Path]:
    """Paths that ``patterns`` name: files as they are, no doubles.

    Globs stand for their files, and a folder for the pictures directly in it, both in
    sorted order.

    Raises:
        ImageNotFoundError: if a pattern matches no file, or a folder has no picture.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        if _is_folder(Path(pattern)):
            found.update(dict.fromkeys(_pictures_in(Path(pattern))))
            continue
        if not glob.has_magic(pattern) or Path(pattern).exists():
            found[Path(pattern)] = None
            continue
        matches = sorted(Path(match) for match in glob.glob(pattern, recursive=True))  # noqa: PTH207 (takes absolute patterns)
        files = [match for match in matches if match.is_file()]
        if not files:
            raise ImageNotFoundError(f"no file matches {pattern!r}; check the pattern.")
        found.update(dict.fromkeys(files))
    return list(found)


def plan_outputs(photos: Sequence[Path], output: str | None, *, label: str) -> list[Path]:
    """Where the result of each photograph goes.

    Args:
        photos: The photographs.
        output: A file for one photograph, an existing folder for any number, the name of
            a folder with a separator at its end, which is made if need be, or ``None``
            for the current folder.
        label: What is added to a photograph's name where a folder is given.

    Raises:
        OutputError: if a place cannot be written to, two results would share it, or it
            is that of a photograph.
        OptionError: if several photographs have one output file.
    """
    planned = _planned(photos, output, label)
    originals = {photo.resolve() for photo in photos}
    for path in planned:
        check_output(path)
        if path.resolve() in originals:
            raise OutputError(f"{path}: is the photograph itself; choose another name.")
    if len(set(planned)) != len(planned):
        twice = next(path for path in planned if planned.count(path) > 1)
        raise OutputError(
            f"{twice}: two photographs have one name and would overwrite each other; "
            "run them into different folders."
        )
    return planned


def check_size(size: tuple[int, int], *, output: Path | None = None, max_pixels: int = 0) -> None:
    """Make sure, before long work starts, that a result of (H, W) is not beyond all limits.

    Args:
        size: (H, W) of the result.
        output: The file it will be saved as, if it will.
        max_pixels: A limit the user raised, if it is above the usual one.

    Raises:
        OptionError: if it has more pixels than Impasto opens.
        OutputError: if the file's format does not hold such sides.
    """
    shown = f"{size[1]} x {size[0]} px"
    limit = max(max_pixels, DEFAULT_MAX_PIXELS)
    if size[0] * size[1] > limit:
        raise OptionError(
            f"--size: expected at most {limit:,} pixels, got {shown}; choose a smaller one."
        )
    if output is not None and max(size) > (known := output_format(output)).longest_side:
        raise OutputError(
            f"{output}: expected sides of at most {known.longest_side} px for {known.name}, "
            f"got {shown}; save as PNG or TIFF instead."
        )


def _is_folder(path: Path) -> bool:
    """Whether a folder is there; a path the system does not even accept is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _pictures_in(folder: Path) -> list[Path]:
    """The pictures in a folder, told by their content."""
    pictures = [path for path in sorted(folder.iterdir()) if _is_picture(path)]
    if not pictures:
        raise ImageNotFoundError(f"{folder}: there is no picture in this folder; check its name.")
    return pictures


def _is_picture(path: Path) -> bool:
    try:
        if path.name.startswith(".") or not path.is_file():
            return False
        with path.open("rb") as file:
            return recognise_format(file.read(HEADER_BYTES)) is not None
    except OSError:
        return False


def _make_folder(output: str) -> None:
    try:
        Path(output).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{output}: expected a folder or a name for one, but: {error}."
        ) from error


def _planned(photos: Sequence[Path], output: str | None, label: str) -> list[Path]:
    folder = Path(output or "")
    if output is not None and output.endswith(tuple(filter(None, (os.sep, os.altsep)))):
        _make_folder(output)
    if output is None or _is_folder(folder):
        return [folder / f"{photo.stem}-{label}.png" for photo in photos]
    if len(photos) > 1 and not folder.suffix:
        raise OutputError(
            f"output folder {output} does not exist; create it first, or write {output}{os.sep} "
            "to have it created."
        )
    if len(photos) > 1:
        raise OptionError(
            f"output: {len(photos)} photographs need a folder, got the file {output}."
        )
    return [folder]

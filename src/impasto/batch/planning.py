"""From what the command line names to jobs: folders, globs, URIs and manifests."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from impasto.batch import storage
from impasto.batch.job import PhotoJob
from impasto.batch.manifest import read_manifest
from impasto.batch.opened_recipe import open_recipe
from impasto.batch.recipe import Recipe, read_recipe, settle_paths
from impasto.errors import ImageNotFoundError, OptionError, OutputError
from impasto.image.file_format import OUTPUT_FORMATS, output_format

PICTURE_SUFFIXES = (
    *(suffix for each in OUTPUT_FORMATS.values() for suffix in each.suffixes),
    *(".gif", ".bmp", ".avif", ".heic", ".heif"),
)
"""What names of pictures end in, for folders: to look into a million files takes too long."""


def plan_jobs(
    inputs: Sequence[str],
    words: Mapping[str, Any],
    output: str,
    *,
    manifest: str | None = None,
    format: str = "png",
) -> list[PhotoJob]:
    """The jobs that a command line names, in order, each with an output of its own.

    Args:
        inputs: Files, globs and folders, which are searched to the bottom; paths or URIs.
        words: The recipe for them; for lines of the manifest, what they do not say.
        output: The folder for results. Those of a folder lie in the same folders below it.
        manifest: A file of :func:`~impasto.batch.manifest.read_manifest`.
        format: The suffix of results where the manifest names none.

    Raises:
        ImageNotFoundError: if there is no photograph.
        OptionError: if a field is wrong; in a manifest, naming the line.
        OutputError: if two jobs would write one file, or a result would replace a photograph.
    """
    folder = storage.absolute(output)
    taken: dict[str, str] = {}
    jobs = []
    found = list(_from_inputs(inputs, words, folder, format)) if inputs else []
    if manifest is not None:
        found += _from_manifest(manifest, words, folder, format)
    for job, origin in found:
        if job.output == job.content:
            raise OutputError(f"{origin}: its result would replace the photograph itself.")
        if job.output in taken:
            raise OutputError(
                f"{job.output}: two results would have this name, of {taken[job.output]} and of "
                f"{origin}; name their outputs in a manifest."
            )
        taken[job.output] = origin
        jobs.append(job)
    if not jobs:
        raise ImageNotFoundError("no photographs: expected files, folders or a manifest.")
    return jobs


def check_style(words: Mapping[str, Any]) -> None:
    """Look up the styles of a recipe, before all jobs fail for want of them.

    Raises:
        ImpastoError: if one cannot be had.
    """
    open_recipe(read_recipe(settle_paths(words)))


def _from_inputs(
    inputs: Sequence[str], words: Mapping[str, Any], folder: str, format: str
) -> Iterator[tuple[PhotoJob, str]]:
    recipe, settled = read_recipe(words), settle_paths(words)
    seen: set[str] = set()
    for place in inputs:
        for content, below in _photographs(place, folder):
            if content not in seen:
                seen.add(content)
                output = storage.join(folder, _named(content, below, recipe, format))
                yield PhotoJob(content=content, output=output, words=settled), content


def _from_manifest(
    manifest: str, words: Mapping[str, Any], folder: str, format: str
) -> Iterator[tuple[PhotoJob, str]]:
    for line in read_manifest(manifest, words):
        content = storage.absolute(line.content)
        name = line.output or _named(content, "", line.recipe, format)
        origin = f"{manifest}, line {line.number}"
        output = name if storage.is_uri(name) else storage.join(folder, name)
        try:
            output_format(Path(output))
        except OutputError as error:
            raise OptionError(f"{origin}: output: {error}") from error
        yield PhotoJob(content=content, output=output, words=line.words), origin


def _named(content: str, below: str, recipe: Recipe, format: str) -> str:
    """The name of a result: as ``impasto stylize`` gives it, in the photograph's folder."""
    name = f"{storage.stem(content)}-{recipe.label}-{recipe.method}.{format}"
    return f"{below}/{name}" if below else name


def _photographs(place: str, output: str) -> Iterator[tuple[str, str]]:
    """Each photograph of an input, and the folder it lies in below the input's own."""
    if storage.is_uri(place):
        yield from _by_uri(place, output)
        return
    path = storage.absolute(place)
    if storage.is_folder(path):
        yield from _below(path, storage.walk(path), output)
    elif glob.has_magic(place) and not Path(place).exists():
        found = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 (takes absolute patterns)
        files = [each for each in found if Path(each).is_file()]
        yield from _below(_fixed(path), _some(files, place), output, told_by_suffix=False)
    elif storage.suffix(path) in PICTURE_SUFFIXES or Path(path).exists():
        yield path, ""
    else:
        raise ImageNotFoundError(f"{place}: there is neither a folder nor a photograph.")


def _by_uri(place: str, output: str) -> Iterator[tuple[str, str]]:
    if glob.has_magic(place):
        files = _some(storage.match(place), place)
        yield from _below(_fixed(place), files, output, told_by_suffix=False)
    elif storage.suffix(place) not in PICTURE_SUFFIXES and storage.is_folder(place):
        yield from _below(place, storage.walk(place), output)
    else:
        yield place, ""


def _below(
    root: str, files: Iterator[str] | Sequence[str], output: str, *, told_by_suffix: bool = True
) -> Iterator[tuple[str, str]]:
    """The photographs among files below a folder; results that lie there are none."""
    count = 0
    start = root.rstrip("/" + os.sep)
    for place in files:
        name = place.replace(os.sep, "/").rpartition("/")[2]
        if told_by_suffix and (
            name.startswith(".") or storage.suffix(name) not in PICTURE_SUFFIXES
        ):
            continue
        if place.startswith((f"{output}/", f"{output}{os.sep}")):
            continue
        count += 1
        inside = _path_of(place)[len(_path_of(start)) :].replace(os.sep, "/").strip("/")
        yield place, inside.rpartition("/")[0]
    if not count:
        raise ImageNotFoundError(f"{root}: there is no picture in this folder; check its name.")


def _path_of(place: str) -> str:
    """A place without scheme and leading slashes: ``memory://a`` and ``memory:///a`` agree."""
    return place.rpartition("://")[2].lstrip("/")


def _fixed(pattern: str) -> str:
    """The folder of a glob that has no magic in it."""
    parts = pattern.replace(os.sep, "/").split("/")
    magic = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    return "/".join(parts[:magic])


def _some(files: list[str], pattern: str) -> list[str]:
    if not files:
        raise ImageNotFoundError(f"no file matches {pattern!r}; check the pattern.")
    return files

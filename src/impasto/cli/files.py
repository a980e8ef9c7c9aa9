"""Files on the command line: globs in, output names out."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from impasto.errors import ImageNotFoundError, OptionError, OutputError
from impasto.image.codec import check_output


def expand(patterns: Sequence[str]) -> list[Path]:
    """Paths that ``patterns`` name: files as they are, globs in sorted order, no doubles.

    Raises:
        ImageNotFoundError: if a pattern matches nothing.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        if not glob.has_magic(pattern) or Path(pattern).exists():
            found[Path(pattern)] = None
            continue
        matches = sorted(Path(match) for match in glob.glob(pattern, recursive=True))  # noqa: PTH207 (takes absolute patterns)
        if not matches:
            raise ImageNotFoundError(f"no file matches {pattern!r}; check the pattern.")
        found.update(dict.fromkeys(match for match in matches if match.is_file()))
    return list(found)


def plan_outputs(photos: Sequence[Path], output: Path | None, *, label: str) -> list[Path]:
    """Where the result of each photograph goes.

    Args:
        photos: The photographs.
        output: A file for one photograph, an existing folder for any number, or
            ``None`` for the current folder.
        label: What is added to a photograph's name where a folder is given.

    Raises:
        OutputError: if a place cannot be written to, or two results would share it.
        OptionError: if several photographs have one output file.
    """
    folder = Path() if output is None else output
    if output is not None and not output.is_dir():
        if str(output).endswith(("/", "\\")) or (len(photos) > 1 and not output.suffix):
            raise OutputError(f"output folder {output} does not exist; create it first.")
        if len(photos) > 1:
            raise OptionError(
                f"output: {len(photos)} photographs need a folder, got the file {output}."
            )
        check_output(output)
        return [output]
    planned = [folder / f"{photo.stem}-{label}.png" for photo in photos]
    if len(set(planned)) != len(planned):
        raise OutputError(
            "two photographs have one name and would overwrite each other; "
            "run them into different folders."
        )
    for path in planned:
        check_output(path)
    return planned

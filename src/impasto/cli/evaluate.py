"""``impasto evaluate``: every method on every pair, measured and reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.console import cancel_on_interrupt, print_json, progress_bar, stderr, stdout
from impasto.cli.files import expand
from impasto.errors import ImageNotFoundError, ImpastoError, OptionError, OutputError
from impasto.stylizers.catalog import METHODS, get_method

if TYPE_CHECKING:
    from impasto.evaluation.cost import Cost
    from impasto.evaluation.plan import EvaluationPlan, Source
    from impasto.progress import Cancellation

SOURCES_HELP = "folder, file, quoted pattern, @LIST (a text file, one a line), or some by commas"


def evaluate_command(
    contents: Annotated[str, typer.Argument(help=f"Photographs: {SOURCES_HELP}.")],
    styles: Annotated[str, typer.Argument(help=f"Styles: names, NAME=PICTURE, {SOURCES_HELP}.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the report.")],
    methods: Annotated[
        str | None,
        typer.Option(help="Methods, separated by commas. Default: all but texture."),
    ] = None,
    size: Annotated[int, typer.Option(help="Longest side of each painting in px.")] = 400,
    iterations: Annotated[
        int | None, typer.Option(min=1, help="Steps, for methods that take steps.")
    ] = None,
    at_most: Annotated[
        list[str] | None,
        typer.Option("--at-most", help="METHOD=N: N pairs of a slow method; repeatable."),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Of intervals, of parts, and of the pictures shown.")
    ] = 0,
    draws: Annotated[int, typer.Option(min=1, help="Of the bootstrap.")] = 2000,
    encoder: Annotated[str, typer.Option(help="Encoder that judges.")] = "vgg19",
    precision: Annotated[
        str, typer.Option(help="Of the encoder that judges: float32, or bfloat16 to be quick.")
    ] = "float32",
    alexnet: Annotated[
        Path | None, typer.Option(help="alexnet-owt-7be5be79.pth, for LPIPS on AlexNet.")
    ] = None,
    art_inception: Annotated[
        Path | None, typer.Option("--art-inception", help="art_inception.pth, for ArtFID.")
    ] = None,
    no_costs: Annotated[
        bool, typer.Option("--no-costs", help="Leave out time and memory.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Paint every pair by every method, measure, rank, and write a report.

    Run it again to go on after an interruption: pairs that are done are not painted again.
    """
    from impasto.evaluation.files import Findings, report
    from impasto.evaluation.judge import Judge
    from impasto.evaluation.omissions import load_learned_measures
    from impasto.evaluation.plan import EvaluationPlan
    from impasto.evaluation.report import write_report
    from impasto.evaluation.run import evaluate
    from impasto.evaluation.summary import summarize
    from impasto.reports.machine import machine_facts

    plan = EvaluationPlan(
        contents=find_sources(contents),
        styles=find_sources(styles, named=True),
        methods=[get_method(name) for name in _methods(methods)],
        size=size,
        iterations=iterations,
        seed=seed,
        at_most=parse_limits(at_most or ()),
    )
    _make_folder(output)
    from impasto.device import choose_device
    from impasto.encoders.catalog import load_encoder
    from impasto.evaluation.art_fid import art_fids

    choice = choose_device(device, precision)
    learned = load_learned_measures(alexnet=alexnet, art_inception=art_inception, device=choice)
    judge = Judge(load_encoder(encoder, pooling="max", device=choice), learned.perceptual)
    name = f"{encoder}, {str(choice.dtype).removeprefix('torch.')}, max pooling"
    for reason in dict.fromkeys(plan.left_out.values()):
        stderr.print(f"left out: {reason}")
    with cancel_on_interrupt() as cancellation:
        with progress_bar("evaluate") as show:
            outcome = evaluate(
                plan,
                output,
                judge,
                judge_name=f"{name}: {', '.join(judge.names)}",
                device=device,
                on_progress=show,
                cancellation=cancellation,
            )
        if not outcome.measured:
            _explain(outcome.failures)
            raise typer.Exit(130 if cancellation.is_cancelled else 1)
        found = [] if no_costs else _costs(plan, device, cancellation)
    findings = Findings(
        plan=plan,
        judge=name,
        outcome=outcome,
        summary=summarize(outcome.measured, seed=seed, draws=draws),
        art_fids=(
            art_fids(plan, output, outcome.measured, learned.inception)
            if learned.inception is not None and learned.has_art_fid
            else ()
        ),
        costs=found,
        left_out=learned.left_out,
        draws=draws,
    )
    page = write_report(findings, output, machine=machine_facts())
    if json:
        print_json(report(findings))
    else:
        stdout.print(str(page))
    _explain(outcome.failures)
    if cancellation.is_cancelled:
        left = sum(1 for _ in plan.tasks()) - len(outcome.measured)
        stderr.print(f"interrupted: {left} pairs are left; run it again to go on")
        raise typer.Exit(130)
    if outcome.failures:
        raise typer.Exit(1)


def find_sources(text: str, *, named: bool = False) -> list[Source]:
    """Photographs or styles that a text names, each once.

    Args:
        text: Paths, patterns, folders and ``@LIST`` files, separated by commas.
        named: Whether names of styles are taken too, and ``NAME=PICTURE``: a style that a
            network paints, and the picture it was trained on.

    Raises:
        ImageNotFoundError: if a file, a list or a pattern's files are not there.
    """
    from impasto.evaluation.plan import Source, name_of
    from impasto.styles.catalog import STYLES
    from impasto.weights.style_networks import fast_styles

    names = {*STYLES, *fast_styles()} if named else set()
    parts = [text] if _exists(text) else [part.strip() for part in text.split(",")]
    found: list[Source] = []
    for part in filter(None, parts):
        lines = _listed(Path(part[1:])) if part.startswith("@") else [part]
        for line in lines:
            name, _, picture = line.partition("=")
            if name in names and picture:
                found.append(Source(name=name, place=name, picture=_files(picture)[0]))
                continue
            places = [line] if line in names else _files(line)
            found += [Source(name=name_of(place), place=place) for place in places]
    return list(dict.fromkeys(found))


def _files(text: str) -> list[str]:
    """Files that a path, a pattern or a folder names; all of them are there."""
    found = expand([text])
    for path in found:
        if not path.is_file():
            raise ImageNotFoundError(f"{path}: expected a picture, found no such file.")
    return [str(path) for path in found]


def parse_limits(words: Sequence[str]) -> dict[str, int]:
    """``gatys=25`` as a number of pairs by method.

    Raises:
        OptionError: if a word is not of that form.

    Example:
        >>> parse_limits(["gatys=25", "lapstyle=25"])
        {'gatys': 25, 'lapstyle': 25}
    """
    limits = {}
    for word in words:
        name, _, number = word.partition("=")
        if not number.isdecimal():
            raise OptionError(f"--at-most: expected METHOD=PAIRS such as gatys=25, got {word!r}.")
        limits[name.strip()] = int(number)
    return limits


def _methods(text: str | None) -> list[str]:
    if text is None:
        return [name for name in METHODS if name != "texture"]
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _costs(plan: EvaluationPlan, device: str, cancellation: Cancellation) -> list[Cost]:
    """Time and memory of every method; one that fails is named and left out."""
    from impasto.evaluation.cost import measure_cost

    found = []
    for method in plan.methods:
        if cancellation.is_cancelled:
            break
        stderr.print(f"time and memory: {method.name}")
        try:
            cost = measure_cost(plan, method.name, device=device)
        except ImpastoError as error:
            stderr.print(str(error))
            continue
        if cost is not None:
            found.append(cost)
    return found


def _explain(failures: Mapping[tuple[str, str, str], str]) -> None:
    """Say which pairs failed, a few of them in full."""
    for key, reason in list(failures.items())[:5]:
        stderr.print(f"failed: {', '.join(key)}: {reason}")
    if len(failures) > 5:
        stderr.print(f"and {len(failures) - 5} more")


def _listed(path: Path) -> list[str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ImageNotFoundError(
            f"@{path}: expected a text file with one a line: {error}."
        ) from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder}: expected a folder or a name for one, but: {error}."
        ) from error


def _exists(text: str) -> bool:
    try:
        return Path(text).exists()
    except OSError:
        return False

"""The ``impasto`` command: its subcommands, and the one place where errors end."""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated, NoReturn, cast

import typer
from rich.text import Text

from impasto.cli import (
    batch,
    compare,
    doctor,
    evaluate,
    export,
    inspect,
    live,
    methods,
    metrics,
    metrics_video,
    redo,
    reproduce,
    studio,
    styles,
    stylize,
    texture,
    train,
    video,
    weights,
)
from impasto.cli.console import stderr, stdout
from impasto.errors import ImpastoError, OptionError, UnknownNameError
from impasto.version import __version__

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

# Typer brings its own copy of click from some version on; the parent of its own error
# is the usage error of whichever it uses.
UsageError = cast("type[Exception]", typer.BadParameter.__bases__[0])

app = typer.Typer(
    name="impasto",
    help="Paint photographs in the style of other pictures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("stylize")(stylize.stylize_command)
app.command("batch")(batch.batch_command)
app.command("compare")(compare.compare_command)
app.command("studio")(studio.studio_command)
app.command("live")(live.live_command)
app.command("texture")(texture.texture_command)
app.command("video")(video.video_command)
app.command("train")(train.train_command)
app.command("inspect")(inspect.inspect_command)
app.command("redo")(redo.redo_command)
app.command("evaluate")(evaluate.evaluate_command)
app.command("metrics")(metrics.metrics_command)
app.command("reproduce")(reproduce.reproduce_command)
app.command("metrics-video")(metrics_video.metrics_video_command)
app.command("styles")(styles.styles_command)
app.command("methods")(methods.methods_command)
app.command("weights")(weights.weights_command)
app.command("export")(export.export_command)
app.command("doctor")(doctor.doctor_command)


def _print_version(wanted: bool) -> None:
    if wanted:
        stdout.print(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Version.")
    ] = False,
) -> None:
    """Paint photographs in the style of other pictures."""


def main() -> None:
    """Run the command line; errors of Impasto become one line and an exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A file name that the terminal's encoding lacks is no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = app(sys.argv[1:] or ["--help"], prog_name="impasto", standalone_mode=False)
        sys.stdout.flush()
    except ImpastoError as error:
        usage = isinstance(error, OptionError | UnknownNameError)
        _fail(str(error), EXIT_USAGE if usage else EXIT_FAILED)
    except UsageError as error:
        _fail(_usage_message(error), EXIT_USAGE)
    except KeyboardInterrupt:
        stderr.print("interrupted")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        _drop_unwritten_output()
        sys.exit(EXIT_FAILED)
    except OSError as error:
        # The disk behind standard output is full, or the system refuses a path.
        _drop_unwritten_output()
        _fail(str(error), EXIT_FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> NoReturn:
    line = " ".join(message.splitlines())
    stderr.print(Text.assemble(("error:", "bold red"), f" {line}"))
    sys.exit(code)


def _drop_unwritten_output() -> None:
    """Keep Python from failing once more when it closes standard output."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage_message(error: Exception) -> str:
    """What is wrong with the command line, and where the flags are explained."""
    message = getattr(error, "format_message", error.__str__)().rstrip(".")
    command = getattr(getattr(error, "ctx", None), "command_path", "impasto")
    return f"{message}; see '{command} --help'."

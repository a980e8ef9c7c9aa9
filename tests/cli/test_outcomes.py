import json
from pathlib import Path

import numpy as np
import pytest
import typer

from impasto.cli.outcomes import Outcomes
from impasto.errors import ImageFormatError
from impasto.image.picture import Picture
from impasto.pipeline import FileJob
from impasto.render import RenderResult

JOB = FileJob(photo=Path("[b]a.jpg"), output=Path("out/a.png"))


def result(reason: str = "finished") -> RenderResult:
    return RenderResult(
        picture=Picture(pixels=np.zeros((16, 16, 3), np.uint8)),
        trace=(),
        settings={"method": "fast"},
        reason=reason,  # type: ignore[arg-type]
        duration_s=0.1234,
    )


def test_lines_and_the_summary(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = Outcomes(4, json=False)
    outcomes.painted(JOB, result())
    outcomes.skipped(JOB)
    outcomes.failed(JOB, ImageFormatError("two\nlines"))
    outcomes.failed(JOB, ImageFormatError("[b]a.jpg: damaged"))
    with pytest.raises(typer.Exit) as exit_:
        outcomes.finish(cancelled=False)
    assert exit_.value.exit_code == 1
    out, err = capsys.readouterr()
    assert out == "out/a.png  (0.12 s)\n"
    assert err.splitlines() == [
        "1 of 4 were done already; --overwrite paints them again",
        "error: [b]a.jpg: two lines",
        "error: [b]a.jpg: damaged",
        "2 of 4 photographs failed",
    ]


def test_json_says_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = Outcomes(3, json=True)
    outcomes.painted(JOB, result())
    outcomes.skipped(JOB)
    outcomes.failed(JOB, ImageFormatError("damaged"))
    with pytest.raises(typer.Exit):
        outcomes.finish(cancelled=False)
    painted, skipped, failed = json.loads(capsys.readouterr().out)
    assert painted == {
        "photo": "[b]a.jpg",
        "output": str(JOB.output),
        "duration_s": 0.123,
        "steps": 0,
        "reason": "finished",
        "losses": {},
        "settings": {"method": "fast"},
    }
    assert skipped["reason"] == "skipped"
    assert (failed["output"], failed["error"]) == (None, "damaged")


def test_a_single_one_is_one_document_or_raises(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = Outcomes(1, json=True)
    outcomes.painted(JOB, result())
    outcomes.finish(cancelled=False)
    assert json.loads(capsys.readouterr().out)["reason"] == "finished"
    with pytest.raises(ImageFormatError):
        Outcomes(1, json=False).failed(JOB, ImageFormatError("damaged"))


def test_cancelled_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = Outcomes(1, json=True)
    outcomes.painted(JOB, result("cancelled"))
    with pytest.raises(typer.Exit) as exit_:
        outcomes.finish(cancelled=True)
    assert exit_.value.exit_code == 130
    out, err = capsys.readouterr()
    assert json.loads(out)["output"] is None
    assert "not written" in err


def test_what_an_interruption_left_undone_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = Outcomes(3, json=False)
    outcomes.painted(JOB, result())
    with pytest.raises(typer.Exit):
        outcomes.finish(cancelled=True)
    assert capsys.readouterr().err == "interrupted: 1 of 3 are done\n"

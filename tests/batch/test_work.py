from impasto.batch.work import died


def test_a_task_that_kills_its_process_has_failed_with_a_reason() -> None:
    result = died(7, 3)
    assert (result.number, result.state, result.attempts) == (7, "failed", 3)
    assert result.error.startswith("JobError: ")
    assert "died 3 times" in result.error

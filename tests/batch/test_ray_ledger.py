from impasto.batch.ray_ledger import Ledger


def test_a_batch_begun_twice_is_one_that_a_process_died_over() -> None:
    ledger = Ledger()
    assert not ledger.begin([3, 4])
    assert not ledger.begin([5, 6])
    assert ledger.begin([3, 4])
    ledger.end([3, 4])
    assert not ledger.begin([3, 4])


def test_deaths_over_a_single_task_are_counted_until_it_is_done() -> None:
    ledger = Ledger()
    assert [ledger.begin_alone(3) for _ in range(3)] == [0, 1, 2]
    assert ledger.begin_alone(4) == 0
    ledger.end_alone(3)
    assert ledger.begin_alone(3) == 0
    ledger.end([3, 4])
    assert ledger.begin_alone(4) == 0


def test_all_hear_of_the_end() -> None:
    ledger = Ledger()
    assert not ledger.is_stopped()
    ledger.stop()
    assert ledger.is_stopped()

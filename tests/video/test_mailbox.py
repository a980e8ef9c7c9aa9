from __future__ import annotations

import threading

from impasto.video.mailbox import Mailbox


def test_the_newest_letter_wins_and_the_others_are_counted() -> None:
    mailbox: Mailbox[int] = Mailbox()
    for letter in range(5):
        mailbox.put(letter)
    assert mailbox.take() == 4
    assert mailbox.dropped == 4
    assert mailbox.take(0.01) is None


def test_whoever_waits_is_woken() -> None:
    mailbox: Mailbox[str] = Mailbox()
    threading.Timer(0.02, mailbox.put, ["came"]).start()
    assert mailbox.take(5) == "came"


def test_a_closed_mailbox_gives_its_last_letter_and_takes_no_more() -> None:
    mailbox: Mailbox[int] = Mailbox()
    mailbox.put(1)
    mailbox.close()
    mailbox.put(2)
    assert not mailbox.is_over
    assert mailbox.take() == 1
    assert mailbox.is_over
    assert mailbox.take() is None
    assert mailbox.dropped == 0


def test_closing_wakes_whoever_waits() -> None:
    mailbox: Mailbox[int] = Mailbox()
    threading.Timer(0.02, mailbox.close).start()
    assert mailbox.take(60) is None

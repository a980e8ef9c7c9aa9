from impasto.provenance.difference import Difference


def test_checksums_are_shortened_and_words_are_not() -> None:
    shown = str(Difference("the photograph", "a" * 64, "b" * 64))
    assert shown == f"the photograph: was {'a' * 12}…, is {'b' * 12}…"
    assert str(Difference("engine", "torch", "openvino")) == "engine: was torch, is openvino"

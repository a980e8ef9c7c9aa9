from impasto.video.video_info import HLG, PQ, SDR, Color


def test_pq_and_hlg_are_high_dynamic_range() -> None:
    assert Color(transfer=PQ).is_hdr
    assert Color(transfer=HLG).is_hdr
    assert not SDR.is_hdr

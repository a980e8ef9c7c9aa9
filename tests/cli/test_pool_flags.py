import os

import pytest

from impasto.batch.local_pool import LocalProcesses, ThisProcess
from impasto.cli.pool_flags import open_pool
from impasto.errors import OptionError


def test_one_process_is_this_one_and_more_share_the_cores() -> None:
    for actors in (None, 1):
        with open_pool(None, actors, 0.0, None) as (pool, count, cores):
            assert isinstance(pool, ThisProcess)
            assert (count, cores) == (1, None)
    with open_pool(None, 2, 0.0, None) as (pool, count, cores):
        assert isinstance(pool, LocalProcesses)
        assert (count, cores) == (2, max(1, (os.cpu_count() or 1) // 2))
    with open_pool(None, 2, 0.0, 3) as (_, _, cores):
        assert cores == 3


def test_gpus_are_shared_out_on_clusters_alone() -> None:
    with pytest.raises(OptionError, match="--address"), open_pool(None, 2, 0.5, None):
        pass

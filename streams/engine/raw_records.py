"""Records as aiokafka's reader has them, without the `ConsumerRecord` that it makes of each.

Making one is more than half of what reading a record costs (2.5 us, of which 1.0 are left: bench/records.py),
and nobody here reads topic, partition, checksum or sizes off a record. What is left has
`offset`, `timestamp` (ms), `key`, `value` and `headers`, under the same names.
"""

from collections.abc import Callable
from typing import Any


def hand_out_raw(consumer: Any, wanted: Callable[[Any], bool] = lambda _: True) -> None:
    """Have what `consumer` has fetched of the wanted partitions handed out raw; call it before each poll.

    What arrives while the poll waits comes as `ConsumerRecord`, which is as good.
    """
    for partition, fetched in consumer._fetcher._records.items():  # noqa: SLF001 - pinned by a contract test
        records = getattr(fetched, "_partition_records", None)  # an error in its place has none
        if records is not None and wanted(partition):
            records._consumer_record = _as_it_is  # noqa: SLF001


def _as_it_is(_partition: Any, record: Any) -> Any:
    return record

"""Makes the files of `release-0.1.0/` anew, with the commands of release 0.1.0.

Run it in a checkout of that release, after `make setup` and `make services`, with PostgreSQL 15 installed.
NEW is this checkout. RocksDB stores the name of the host, so it gets a neutral one:

    PYTHONPATH=. unshare --uts sh -c 'hostname neutral; .venv/bin/python NEW/tests/upgrade/make_files.py'
"""

import asyncio
import gzip
import lzma
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from zlib import crc32

from aiokafka import AIOKafkaProducer

from tests.builders import enrollment, inspection, line, outreach
from tests.end_to_end.runs import rows, sambung, started, tables_for, until, url, wrong_rows
from tests.oracle.judging import read_object, topic_named_by
from tests.services.brokers import SHORT_SESSIONS
from tests.services.kafka import kafka_cluster
from tests.services.postgres import postgres_server
from tests.strategies import awkward_season

SEED: Final = 20
AWKWARD_LINES: Final = 100
MINI_SHARE: Final = 3
"""One event in so many of the season `mini`, with all its revisions and repeats."""
WAITING_LINES: Final = 20
NATIONAL_ID: Final = "1234567890123456"
"""An invented one, in fields where release 0.1.0 did not look for one."""
SESSION: Final = {"SAMBUNG_SESSION_TIMEOUT_S": "2"}
REGENERATED: Final = (".index", ".timeindex", ".txnindex", ".lock", "LOG", "LOG.old", "LOCK")
"""Ends of the names of files that Kafka and RocksDB make again."""
MEMBERS_BETWEEN: Final = 30
"""Distance between the members for whom `why` is asked."""
CUT: Final = 0.6
"""Share of the lines that release 0.1.0 takes in."""


def season(folder: Path) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Lines that release 0.1.0 takes in, lines that only lie on its broker, and lines after the upgrade."""
    assert sambung("simulate", "mini", "--seed", str(SEED), "--out", str(folder / "mini")).returncode == 0
    mini = (folder / "mini").read_bytes().split(b"\n")
    lines = [one for one in mini if crc32(event_id(one)) % MINI_SHARE == 0]
    lines += b"\n".join(awkward_season(SEED, AWKWARD_LINES)).split(b"\n")
    lines = [one for one in lines if one.strip()]
    lines = lines[::2] + lines[1::2]  # so that corrections and cancellations are on both sides of the cut
    cut = int(len(lines) * CUT)
    before, waiting, after = lines[:cut], lines[cut : cut + WAITING_LINES], lines[cut + WAITING_LINES :]
    return before + judged_anew(), [*waiting, line(inspection(name="waiting", team=NATIONAL_ID))], after


def event_id(value: bytes) -> bytes:
    return str((read_object(value) or {}).get("event_id")).encode()


def judged_anew() -> list[bytes]:
    """Events that release 0.1.0 accepts and later ones refuse, some with another revision."""
    corrected = outreach(campaign_id="corrected", attendees=["upgraded"], cost_idr=1, source=NATIONAL_ID)
    spoiled = outreach(campaign_id="spoiled", attendees=["upgraded"], cost_idr=2)
    return [
        line(enrollment("upgraded")),
        line(outreach(campaign_id="refused", attendees=["upgraded"], cost_idr=4, source=NATIONAL_ID)),
        line(inspection("upgraded-company", team=NATIONAL_ID)),
        line(enrollment("refused", source=NATIONAL_ID)),
        line(corrected),
        line(corrected | {"revision": 2, "source": "field-team"}),
        line(spoiled),
        line(spoiled | {"revision": 2, "source": NATIONAL_ID}),
    ]


def main(files: Path) -> None:
    files.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        before, waiting, after = season(Path(folder))
        for name, lines in (("before", before), ("waiting", waiting), ("after", after)):
            (files / f"{name}.ndjson.gz").write_bytes(gzip.compress(b"\n".join(lines) + b"\n", mtime=0))
        shutil.copy(files / "before.ndjson.gz", folder)
        sqlite(Path(folder), before, files)
        postgresql(Path(folder), files)
        cluster(Path(folder) / "cluster", before, waiting, files)


def sqlite(folder: Path, before: list[bytes], files: Path) -> None:
    store = folder / "sambung.db"
    command(folder, "replay", "before.ndjson.gz", "--database", "sqlite:///sambung.db")
    assert wrong_rows(tables_for(before), store) == []
    (files / "sambung.db.xz").write_bytes(lzma.compress(store.read_bytes()))
    some = [str(member) for (member, *_) in rows(store, "member")[::MEMBERS_BETWEEN]]
    printed = []
    for asked in ("campaigns", "audit", *(f"why {member}" for member in some)):
        output = command(folder, *asked.split(), "--database", "sqlite:///sambung.db")
        printed.append(f"$ sambung {asked}\n{output}")
    (files / "printed.txt").write_text("".join(printed))


def command(folder: Path, *arguments: str) -> str:
    """Run there, so that no path of this machine is stored."""
    done = subprocess.run(
        [sys.executable, "-m", "sambung", *arguments],
        cwd=folder, capture_output=True, check=True, env={"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    return done.stdout.decode()


def postgresql(folder: Path, files: Path) -> None:
    with postgres_server() as server:
        database = server.new_database()
        command(folder, "replay", "before.ndjson.gz", "--database", database)
        dump = subprocess.run(["pg_dump", "--no-owner", database], capture_output=True, check=True).stdout
    plain = [one for one in dump.splitlines(keepends=True) if not one.startswith((b"\\restrict", b"\\unres"))]
    (files / "postgresql.sql.xz").write_bytes(lzma.compress(b"".join(plain)))


def cluster(folder: Path, before: list[bytes], waiting: list[bytes], files: Path) -> None:
    """A worker's state, its store and its broker's logs; all stopped in order."""
    state = folder / "state"
    state.mkdir(parents=True)
    store = state / "sambung.db"
    with kafka_cluster(folder / "kafka", **SHORT_SESSIONS) as kafka:
        where = ["--broker", kafka.address, "--database", url(store)]
        assert sambung("topics", "create", *where).returncode == 0
        data, log = ["--data-dir", str(state / "worker")], folder / "worker.log"
        with started("worker", *where, *data, log=log, **SESSION) as worker:
            until(lambda: "worker_started" in log.read_text(), "started")
            asyncio.run(publish(kafka.address, before))
            until(lambda: wrong_rows(tables_for(before), store) == [], "stored")
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == 0
        asyncio.run(publish(kafka.address, waiting))
        kafka.nodes[0].stop()
        with tarfile.open(files / "cluster.tar.xz", "w:xz") as tar:
            tar.add(kafka.nodes[0].folder / "logs", "logs", filter=kept)
            tar.add(state, "state", filter=kept)


def kept(file: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if file.isfile() and file.name.endswith(REGENERATED):
        return None
    file.uid = file.gid = 0
    file.uname = file.gname = ""
    return file


async def publish(address: str, lines: Sequence[bytes]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=address, max_request_size=4 << 20)
    await producer.start()
    try:
        for one in lines:
            topic = topic_named_by(one) or "enrollment"
            await producer.send(topic, one, event_id(one))
    finally:
        await producer.stop()


if __name__ == "__main__":
    main(Path(__file__).absolute().parent / "release-0.1.0")

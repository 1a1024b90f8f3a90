"""What is read for people: reports made once for all who ask, in threads of their own."""

from dataclasses import replace
from operator import attrgetter

from sqlalchemy import Connection

from api.keys.access import AccessLog
from api.reading.latest import Latest
from api.store import StoreReader
from reports.audit import audit
from reports.campaigns import Campaigns, campaigns
from reports.counts import counts
from reports.places import places
from reports.targets import Asked, Targets, targets

THREADS = 5
"""One for each report, and one for single members and events."""


class Reading:
    """Keys and public events are read elsewhere, so that no report holds them up."""

    def __init__(self, url: str) -> None:
        self.store = StoreReader(url, THREADS)
        self.access = AccessLog(url)
        self.campaigns = Latest(self.store, lambda connection: (by_name(connection), counts(connection)))
        self.places = Latest(self.store, places)
        self.audit = Latest(self.store, audit)
        self._targets: dict[Asked, Latest[Targets]] = {}

    def targets(self, asked: Asked) -> Latest[Targets]:
        """Of one year under one credit model: no more than the years that can be asked for."""
        if asked not in self._targets:
            self._targets[asked] = Latest(self.store, lambda connection: targets(connection, asked=asked))
        return self._targets[asked]

    def close(self) -> None:
        self.store.close()
        self.access.close()


def by_name(connection: Connection) -> Campaigns:
    """The campaigns in the order of their pages."""
    found = campaigns(connection)
    return replace(found, campaigns=tuple(sorted(found.campaigns, key=attrgetter("name"))))

"""Every table and view of the store, by name.

A table is known once the module of its row class is imported; this one imports them all.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Table

from models.tables import bookkeeping, columns, gateway, reporting, rows, views

WITH_ROWS: Final = (bookkeeping, gateway, reporting, rows, views)
TABLES: Final[Mapping[str, Table]] = columns.STORE.tables
VIEWS: Final[Mapping[str, Table]] = columns.VIEWS.tables

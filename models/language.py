"""Languages in which people are told something: Indonesian first."""

from enum import StrEnum


class Language(StrEnum):
    ID = "id"
    EN = "en"

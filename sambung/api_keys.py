"""Keys of apps: what a new one may be, and what the store says of those it has."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from sqlalchemy import Connection

from api.keys.key import Key, Scope, new_token
from api.keys.table import Listed, add_key, listed_key, revoke_key
from models.intake.masking import mask_text
from models.places import Places, level
from reports.wording import when
from sambung.terminal.exits import Exit, Failed

_NAME: Final = re.compile(r"[a-z0-9-]{1,32}")
_MOST_NAMED: Final = 6
"""Places in one sentence."""
_SCOPES: Final = [scope.value for scope in Scope]


def key_wanted(name: str, scopes: Sequence[str], codes: Sequence[str], places: Places) -> Key:
    """Raises Failed with the word that is wrong, and what to write instead."""
    if not _NAME.fullmatch(name):
        raise _wrong(f"{name!r} is no name of a key. Write 1 to 32 of a-z, 0-9 and -, such as {_like(name)}.")
    if mask_text(name) != name:
        raise _wrong("16 digits in a row can be a national id, and names of keys go into logs. Take another.")
    allowed = frozenset(map(_scope, scopes))
    for code in codes:
        _check_place(code, places)
    if codes and Scope.READ_REJECTED in allowed:
        raise _wrong(
            "A key with places cannot have read:rejected: refused records are of no known place, so it would "
            "show those of all. Make a second key for it, without --place."
        )
    return Key(name, allowed, tuple(sorted(set(codes))))


def make(connection: Connection, key: Key, at_us: int) -> str:
    """The key as its app sends it, which is nowhere kept. Raises Failed for a name that is taken."""
    token = new_token()
    if add_key(connection, key, token, at_us):
        return token
    taken = listed_key(connection, key.name)
    if taken is None or taken.revoked_us is None:
        raise _wrong(f"There is a key {key.name} already. Take another name, such as {key.name}-2.")
    raise _wrong(
        f"{key.name} was a key until {when(taken.revoked_us)}. What was done with it is kept under its name, "
        f"so the name is never given again. Take another, such as {key.name}-2."
    )


def revoke(connection: Connection, name: str, at_us: int) -> Listed:
    """The key as it is now. Raises Failed where there is none of that name."""
    revoke_key(connection, name, at_us)
    found = listed_key(connection, name)
    if found is None:
        raise Failed(Exit.CHECK_FAILED, f"There is no key {name!r}. `sambung keys list` shows all.")
    return found


def _like(name: str) -> str:
    """A name that is near to what was written."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32].strip("-") or "sleman-app"


def _scope(text: str) -> Scope:
    if text in _SCOPES:
        return Scope(text)
    near = get_close_matches(text.lower(), _SCOPES, 1)
    meant = f" Is it {near[0]}?" if near else ""
    raise _wrong(f"{text!r} is no scope.{meant} There are {', '.join(_SCOPES[:-1])} and {_SCOPES[-1]}.")


def _check_place(code: str, places: Places) -> None:
    if places.known(code):
        return
    if level(code) is None:
        near = [one for one, name in places.names.items() if code.casefold() in name.casefold()]
        raise _wrong(f"{code!r} is no code of a place. {_choice(near, places)}")
    around = code
    while around and not places.known(around):
        around = around[:-3]
    below = [one for one in places.names if one[:-3] == around]
    raise _wrong(
        f"{code} is not in the list of places. {_choice(below, places)} SAMBUNG_PLACES names another list."
    )


def _choice(codes: Iterable[str], places: Places) -> str:
    """Some of the places that may be meant."""
    found = list(codes)
    named = ", ".join(f"{code} ({places.name(code)})" for code in found[:_MOST_NAMED])
    more = ", …" if len(found) > _MOST_NAMED else ""
    return f"There is {named}{more}." if found else "Write 34.04, for example."


def _wrong(sentence: str) -> Failed:
    return Failed(Exit.WRONG_USE, sentence)

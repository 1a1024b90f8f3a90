"""Who asks: the key in `Authorization: Bearer` and nowhere else, and whether its scopes suffice."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.gateway import gateway_of
from api.keys.key import Key, Scope
from api.languages import Words
from api.problems import Problem

BEARER: Final = HTTPBearer(
    auto_error=False, scheme_name="key", description="A key that `sambung keys create` made, `sb_…`."
)
_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}
_NO_KEY: Final = Words(
    "Kirim kunci di tajuk `Authorization: Bearer sb_…`. Kunci dibuat dengan `sambung keys create`.",
    "Send a key in the header `Authorization: Bearer sb_…`. `sambung keys create` makes one.",
)
_WRONG_KEY: Final = Words(
    "Kunci ini tidak dikenal atau sudah dicabut. Minta kunci baru kepada pengelola.",
    "This key is not known, or was revoked. Ask the operator for another.",
)
_WRONG_SCOPE: Final = Words(
    "Kunci ini tidak mencakup `{scope}`. Minta kunci yang mencakupnya kepada pengelola.",
    "This key does not allow `{scope}`. Ask the operator for one that does.",
)


def token_of(request: Request) -> str:
    """Raises Problem 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem(401, "no_key", _NO_KEY, _CHALLENGE)
    return token.strip()


async def key_of(request: Request) -> Key:
    """Raises Problem 401, and StoreAway."""
    key = await gateway_of(request).keys.find(token_of(request))
    if key is None:
        raise Problem(401, "wrong_key", _WRONG_KEY, _CHALLENGE)
    return key


def require(key: Key, *scopes: Scope) -> None:
    """Raises Problem 403 for a key that has none of them."""
    if key.scopes.isdisjoint(scopes):
        raise Problem(403, "wrong_scope", _WRONG_SCOPE.filled(scope="` / `".join(scopes)))


async def key_of_request(
    request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
) -> Key:
    """A dependency of a route that decides itself which scope it needs."""
    return await key_of(request)


def needs(*scopes: Scope) -> Callable[..., Awaitable[Key]]:
    """A dependency of a route: the key of the request, which has one of these scopes."""

    async def key_with_scope(
        request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
    ) -> Key:
        key = await key_of(request)
        require(key, *scopes)
        return key

    return key_with_scope

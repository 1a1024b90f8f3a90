"""The gateway as a client meets it: requests over HTTP, and their answers or faults."""

import gzip
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple, Self

import httpx

from sambung.client.answers import Fault, Result, Standing, Then, read_answer, read_standing
from sambung.client.pace import retry_after
from sambung.client.person_key import PersonKey

_WORTH_PACKING_BYTES: Final = 1_024
_TELLS_NOTHING: Final = frozenset({403, 404})
"""Not known, or not this key's to know; whether the key may publish is answered when it does."""
_LARGEST_ANSWER_BYTES: Final = 16 * 1024 * 1024
_LONGEST_READ: Final = 10
"""Time-outs that reading an answer may take."""


class AddressError(ValueError):
    """The address or the key cannot be used; the text says why, without the key."""


@dataclass(frozen=True, slots=True)
class GatewayAddress:
    """Where the gateway is, and who asks."""

    url: str
    """`https://gateway.example`. Without TLS only on this machine, as it carries the key and national ids."""
    key_file: Path | str
    """File with the app's key (`sb_…`)."""
    person_key: PersonKey | None = None
    """For an app that hashes national ids itself: compared with the gateway's before anything is sent."""
    ca_file: Path | str | None = None
    """Certificate of the authority that signed the gateway's; by default those that browsers know."""
    language: str = "id"
    """Of the messages: `id` or `en`."""
    timeout_s: float = 30.0
    """How long the line may be silent."""
    plain_http: bool = False
    """Send over the network without TLS all the same."""

    def __post_init__(self) -> None:
        """Raises AddressError."""
        url = _parsed(self.url)
        if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment or url.userinfo:
            raise AddressError("The gateway's address is like https://gateway.example, and has no key in it.")
        if url.scheme == "http" and not (self.plain_http or self.on_this_machine):
            raise AddressError(
                f"{self.url} would send key and national ids readable to the whole network. Use https://, or "
                "allow plain HTTP explicitly."
            )
        object.__setattr__(self, "url", self.url.rstrip("/"))

    @property
    def on_this_machine(self) -> bool:
        host = _parsed(self.url).host
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def key(self) -> str:
        """Raises OSError and AddressError."""
        key = Path(self.key_file).read_bytes().strip()
        if not key or not all(0x21 <= byte < 0x7F for byte in key):
            raise AddressError(f"{self.key_file} has no key: it is one line such as sb_…, and nothing else.")
        return key.decode()


class Gateway:
    """A connection. Nothing here raises for what network or gateway do: a Fault says it."""

    def __init__(self, address: GatewayAddress) -> None:
        """Raises OSError and ValueError for the key file and the certificate."""
        self.address = address
        self._headers = {
            "Authorization": f"Bearer {address.key()}",
            "Accept-Language": address.language,
            "Accept": "application/json",
        }
        if address.person_key:
            self._headers["Sambung-Person-Key"] = address.person_key.fingerprint
        verify = ssl.create_default_context(cafile=str(address.ca_file)) if address.ca_file else True
        self._client = httpx.Client(
            timeout=httpx.Timeout(address.timeout_s),
            verify=verify,
            follow_redirects=False,  # the key is for this address only
            trust_env=not address.on_this_machine,  # a proxy cannot reach it
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def publish(self, bodies: Sequence[bytes], ids: Sequence[str | None]) -> list[Result] | Fault:
        """Send lines of JSON; one result for each, or what is wrong with all."""
        content = b"\n".join(bodies) + b"\n"
        headers = self._headers | {"Content-Type": "application/x-ndjson"}
        if len(content) >= _WORTH_PACKING_BYTES:
            content, headers = gzip.compress(content, 6, mtime=0), headers | {"Content-Encoding": "gzip"}
        answer = self._ask("POST", "/v1/events", headers, content)
        return (
            answer
            if isinstance(answer, Fault)
            else read_answer(answer.status, answer.body, ids, answer.wait_s)
        )

    def person_key_fault(self) -> Fault | None:
        """What is wrong if the gateway does not hash with this app's key; nothing if the app has none."""
        if self.address.person_key is None:
            return None
        answer = self._ask("GET", "/v1/person-key", self._headers)
        if isinstance(answer, Fault):
            return answer
        if answer.status != 200:
            fault = read_answer(answer.status, answer.body, (), answer.wait_s)
            return fault if isinstance(fault, Fault) else None
        if self.address.person_key.fingerprint.encode() in answer.body:
            return None
        return Fault(
            Then.STOP, "It hashes national ids with another key than this app; get the agency's own."
        )

    def standing(self, kind: str, event_id: str) -> Standing | Fault | None:
        """The revision of an event that stands; None if the gateway knows of none.

        What was sent a moment ago may not be known yet.
        """
        answer = self._ask("GET", f"/v1/events/{kind}/{event_id}", self._headers)
        if isinstance(answer, Fault):
            return answer
        if answer.status in _TELLS_NOTHING:
            return None
        if answer.status == 200:
            return read_standing(answer.body)
        fault = read_answer(answer.status, answer.body, (), answer.wait_s)
        return fault if isinstance(fault, Fault) else None

    def _ask(
        self, method: str, path: str, headers: dict[str, str], content: bytes | None = None
    ) -> "_Answer | Fault":
        try:
            with self._client.stream(
                method, f"{self.address.url}{path}", headers=headers, content=content
            ) as response:
                body = self._read(response)
        except httpx.TimeoutException as error:
            unconnected = isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout)
            return Fault(Then.WAIT if unconnected else Then.SLOW, "It did not answer in time.")
        except httpx.HTTPError as error:
            unconnected = isinstance(error, httpx.ConnectError | httpx.ProxyError)
            return Fault(Then.WAIT if unconnected else Then.DIVIDE, _words(error))
        wait_s = retry_after(response.headers.get("Retry-After"))
        return _Answer(response.status_code, body, wait_s)

    def _read(self, response: httpx.Response) -> bytes:
        """Raises httpx.ReadTimeout for an answer that takes for ever, though the line is never silent."""
        body, until = bytearray(), monotonic() + _LONGEST_READ * self.address.timeout_s
        for part in response.iter_bytes():
            body += part
            if len(body) > _LARGEST_ANSWER_BYTES or monotonic() > until:
                raise httpx.ReadTimeout("the answer has no end")
        return bytes(body)


class _Answer(NamedTuple):
    status: int
    body: bytes
    wait_s: float


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise AddressError("The gateway's address is no URL; it is like https://gateway.example.") from error


def _words(error: httpx.HTTPError) -> str:
    """Without the request, whose headers have the key."""
    cause = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in cause:
        return f"Its certificate is not trusted ({cause.rpartition(': ')[2].partition(' (_ssl')[0]})."
    if isinstance(error, httpx.ConnectError):
        return f"It cannot be reached ({cause})."
    return "The connection was cut."

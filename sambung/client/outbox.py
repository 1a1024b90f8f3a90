"""The outbox of a field app."""

from collections.abc import Callable

from sambung.client.box import Box
from sambung.client.gateway import Gateway, GatewayAddress
from sambung.client.pace import Clock
from sambung.client.sending import Sending, Sent


class Outbox(Box):
    """Events stay in it until the gateway has them, whatever happens to the app, the phone or the network.

    Put events in at any time; send them when there may be a network. Threads may share an outbox, processes
    its file: one of them sends, and the others say so.
    """

    def send(
        self,
        address: GatewayAddress,
        *,
        patience_s: float = 0.0,
        progress: Callable[[int], None] = lambda _: None,
        clock: Clock = Clock(),  # noqa: B008  it has no state
    ) -> Sent:
        """Send all that waits, and say what became of it.

        `patience_s` is how long to try again without any event getting through; 0 is to give up at the first
        fault of network or gateway, for an app that will try again later. `progress` is called with the
        number of events answered. Raises OutboxError, and OSError or ValueError for a key file.
        """
        self.belongs_to(address.url)
        with Gateway(address) as gateway:
            return Sending(self, gateway, patience_s, progress, clock).run()

"""For field apps: keeps events until the gateway has them (docs/field-apps.md).

Knows no Kafka, no Faust and no SQLAlchemy, so that importing it is quick and an app need not ship them.
"""

from sambung.client.gateway import GatewayAddress as GatewayAddress
from sambung.client.outbox import Outbox as Outbox
from sambung.client.person_key import PersonKey as PersonKey

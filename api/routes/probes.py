"""`/healthz`, `/readyz` and `/metrics`, for supervisors, load balancers and Prometheus."""

from ipaddress import ip_address
from typing import Final

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.answers import json_answer
from api.gateway import gateway_of
from api.problems import no_such_route

_OF_PROXIES: Final = ("forwarded", "via", "x-forwarded-for", "x-real-ip")

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz(request: Request) -> Response:
    """Any answer proves that the event loop runs."""
    return json_answer(gateway_of(request).told_alive())


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """200 while events can be taken; 503 with the reasons. Warnings are no reason to stop."""
    gateway = gateway_of(request)
    reasons = gateway.not_ready_reasons
    told = {"ready": not reasons, "missing": reasons, "warnings": gateway.publisher.warnings}
    return json_answer(told, status=503 if reasons else 200)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """For Prometheus, from this machine alone: 404 for others, also through a proxy that stands here."""
    if not _is_local(request):
        raise no_such_route()
    return Response(await gateway_of(request).metrics_text(), media_type=CONTENT_TYPE_LATEST)


def _is_local(request: Request) -> bool:
    if any(name in request.headers for name in _OF_PROXIES) or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False

"""The gateway's peer: what one writes first, with FastAPI, pydantic and aiokafka.

No keys, no places, no refusals one by one: a wrong event refuses the whole request. Run by uvicorn as
`bench.contenders.naive_gateway:app`; the broker's address is in BENCH_BROKER.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from aiokafka import AIOKafkaProducer
from fastapi import FastAPI, Request
from pydantic import Field, TypeAdapter

from models.events import Enrollment, Inspection, OutreachEvent

AnyEvent = Annotated[Enrollment | OutreachEvent | Inspection, Field(discriminator="type")]
batch = TypeAdapter(list[AnyEvent])


@asynccontextmanager
async def lifespan(started: FastAPI) -> AsyncIterator[None]:
    producer = AIOKafkaProducer(bootstrap_servers=os.environ["BENCH_BROKER"], acks="all")
    async with producer:
        started.state.producer = producer
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/v1/events")
async def take(request: Request) -> dict[str, int]:
    producer = request.app.state.producer
    events = batch.validate_json(await request.body())
    sent = [
        await producer.send(one.type, one.model_dump_json(by_alias=True).encode(), one.event_id.encode())
        for one in events
    ]
    await asyncio.gather(*sent)
    return {"accepted": len(events)}

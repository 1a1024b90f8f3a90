"""`sambung office-stream`: the stream's process of office mode, which `sambung up` starts."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer

from sambung.errors import errors_as_sentences
from sambung.terminal.logs import log_from


def office_stream(
    directory: Annotated[Path, typer.Option("--dir")],
    *,
    leave_out_damaged: Annotated[bool, typer.Option("--leave-out-damaged")] = False,
) -> None:
    """Run broker, stages and feeding of an office; `sambung up` does it."""
    log_from(logging.INFO)

    def report(sentence: str) -> None:
        structlog.get_logger().critical("stopped", error=sentence)

    with errors_as_sentences(report=report):
        from models.settings import Settings  # noqa: PLC0415  see replay.py
        from sambung.office import stream  # noqa: PLC0415
        from sambung.office.folder import OfficeFolder  # noqa: PLC0415
        from sambung.office.states import State, told  # noqa: PLC0415
        from sambung.terminal import interrupts  # noqa: PLC0415
        from sambung.terminal.starter import bound_to_starter  # noqa: PLC0415

        def tell(state: State) -> None:
            sys.stdout.buffer.write(told(state))
            sys.stdout.buffer.flush()

        with bound_to_starter():
            folder, settings = OfficeFolder(directory), Settings()
            serving = stream.serve(folder, settings, tell, leave_out_damaged=leave_out_damaged)
            interrupts.run(serving, "The stream of office mode was stopped.")

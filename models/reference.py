"""Reading of reference files that people edit: the place list, the rules."""

from pathlib import Path


class ReferenceFileError(ValueError):
    """A place list or rules file that cannot be used; the message says what, where and what to do."""

    def __init__(self, file: str, where: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}{', ' + where if where else ''}: {problem}. {remedy}.")


def read_reference(path: Path, what: str) -> str:
    """Text of a reference file, read as UTF-8 with or without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        problem = f"the {what} cannot be read ({error.strerror})"
        raise ReferenceFileError(str(path), "", problem, "Check the path") from error
    except UnicodeDecodeError as error:
        problem = f"byte {error.start} is not UTF-8"
        raise ReferenceFileError(str(path), "", problem, "Save the file as UTF-8") from error

"""One problem with a whole desk file, said in the same four parts everywhere: file, line, what, what to do."""

from portal.core.documents import InvalidFiles, Problem


def unusable(file: str, line: int | None, what: str, do: str) -> InvalidFiles:
    """The error that says a file can't be used."""
    return InvalidFiles([Problem(file=file, line=line, what=what, do=do)])

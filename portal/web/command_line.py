"""One manner for every command: lines for people, ``--json`` for scripts, exit 0 done, 1 refused, 2 wrong usage."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from portal.core.errors import ShowhowError


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command says. ``data`` is what ``--json`` prints; ``refused`` makes it exit with 1."""

    lines: tuple[str, ...]
    data: Mapping[str, Any] | Sequence[Any]
    refused: bool = False


def answering(command: Callable[..., Answer]) -> Callable[..., None]:
    """Give a command ``--json`` and the exit codes. The function it decorates returns an ``Answer``."""

    @click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
    @functools.wraps(command)
    def run(*args: Any, as_json: bool, **kwargs: Any) -> None:
        try:
            answer = command(*args, **kwargs)
        except ShowhowError as error:
            if as_json:
                click.echo(json.dumps({"error": str(error)}, ensure_ascii=False))
            else:
                click.echo(str(error), err=True)
            raise SystemExit(1) from None
        if as_json:
            click.echo(json.dumps(answer.data, ensure_ascii=False, indent=2))
        else:
            for line in answer.lines:
                click.echo(line, err=answer.refused)
        if answer.refused:
            raise SystemExit(1)

    return run

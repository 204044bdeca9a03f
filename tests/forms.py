"""Reads the forms of a check as a browser without JavaScript would send them."""

import re
import urllib.parse

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SENDING = re.compile(r'<input[^>]*name="(event|base)"[^>]*value="([^"]*)"')
CONTROL = re.compile(r"<input[^>]*>")


def token_of(page: str) -> str:
    """The token of the page's last form."""
    return urllib.parse.quote(TOKEN.findall(page)[-1])


def sending_of(page: str) -> str:
    """The name of the sending and what it builds on, as the page's own form holds them."""
    return "&".join(f"{name}={urllib.parse.quote(value)}" for name, value in SENDING.findall(page))


def first_answer(page: str) -> tuple[str, object]:
    """The body that chooses the first answer (or types 6), and the answer by its place on the page."""
    for control in CONTROL.findall(page):
        name = re.search(r'name="(choice|choices|text)"', control)
        if name is None:
            continue
        if name[1] == "text":
            return f"{sending_of(page)}&text=6", {"text": "6"}
        value = re.search(r'value="(\d+)"', control)
        if value is not None:
            return f"{sending_of(page)}&{name[1]}={value[1]}", {"choices": [int(value[1])]}
    raise AssertionError("the page asks nothing")

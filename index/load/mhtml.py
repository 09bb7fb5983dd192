"""Web archives (.mht, .mhtml), and the Word files that are such: the page inside, with the address it was saved from."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import Message

from index.errors import UnreadableDocument
from index.load import html
from index.load.source import MAX_TEXT_BYTES, Source
from index.load.text import newlines
from index.types import Document


def read(source: Source) -> Document:
    """The first HTML part of the archive; UnreadableDocument when there is none."""
    data = source.read(MAX_TEXT_BYTES)
    for part in message_from_bytes(data, policy=policy.compat32).walk():
        page = _page(part)
        if page:
            address = str(part.get("Content-Location", ""))
            url = address if address.startswith(("http://", "https://")) else None
            return html.document(source.file, data, newlines(html.decode_page(page)), url=url)
    raise UnreadableDocument("网页存档里没有网页；请在浏览器里打开后另存为“网页，仅 HTML”再试")


def _page(part: Message) -> bytes:
    payload = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
    return payload if isinstance(payload, bytes) else b""

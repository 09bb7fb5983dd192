"""What a file is: by its first bytes, and by its name where those do not tell."""

from __future__ import annotations

import zipfile

from index.load.source import ZIP_ERRORS, Source

BY_SUFFIX = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".htm": "html",
    ".html": "html",
    ".shtml": "html",
    ".mht": "mhtml",
    ".mhtml": "mhtml",
    ".docx": "docx",
    ".docm": "docx",
    ".doc": "doc",
    ".wps": "doc",
    ".rtf": "doc",
    ".pdf": "pdf",
    ".png": "picture",
    ".jpg": "picture",
    ".jpeg": "picture",
    ".bmp": "picture",
    ".tif": "picture",
    ".tiff": "picture",
    ".webp": "picture",
    ".zip": "zip",
}
BY_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"{\\rtf", "doc"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"MIME-Version:", "mhtml"),
    (b"From: <Saved by", "mhtml"),
)
HTML_STARTS = (b"<!doctype html", b"<html")


def kind_of(source: Source) -> str | None:
    """``text``, ``html``, ``mhtml``, ``docx``, ``doc``, ``pdf``, ``picture`` or ``zip``; None for a name of no known ending.

    A .doc is often a docx, a page or an RTF under another name: what the first bytes say counts.
    """
    named = BY_SUFFIX.get(source.suffix)
    if named is None:
        return None
    head = source.head()
    if head.startswith(b"PK\x03\x04"):
        return "docx" if _is_package(source) else "zip"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:64].lower().startswith(HTML_STARTS):
        return "html"
    return next((kind for magic, kind in BY_MAGIC if start.startswith(magic)), named)


def _is_package(source: Source) -> bool:
    try:
        with zipfile.ZipFile(source.stream) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except ZIP_ERRORS:
        return BY_SUFFIX.get(source.suffix) != "zip"

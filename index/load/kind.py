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
    ".odt": "doc",
    ".xlsx": "sheet",
    ".eml": "mail",
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
ADVISED = {
    ".xls": "旧版 Excel（.xls）不能直接读取；请用 Excel 或 WPS 打开后另存为 .xlsx 再试",
    ".et": "WPS 表格（.et）不能直接读取；请用 WPS 打开后另存为 .xlsx 再试",
    ".ofd": "版式文件（.ofd）不能直接读取；请用 OFD 阅读器打开后导出为 PDF，或向发布单位索取 Word 版",
    ".ods": "表格（.ods）不能直接读取；请打开后另存为 .xlsx 再试",
    ".ppt": "幻灯片（.ppt）不读取；请把文字另存为 Word 再试",
    ".pptx": "幻灯片（.pptx）不读取；请把文字另存为 Word 再试",
    ".rar": "压缩包（.rar）不能直接读取；请解压后放进来，或重新压缩为 zip 再试",
    ".7z": "压缩包（.7z）不能直接读取；请解压后放进来，或重新压缩为 zip 再试",
    ".msg": "Outlook 邮件（.msg）不能直接读取；请另存为 .eml，或把附件另存后再试",
}
"""Endings of documents that are not read, with what to do about each."""
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
    """``text``, ``html``, ``mhtml``, ``mail``, ``docx``, ``doc``, ``sheet``, ``pdf``, ``picture`` or ``zip``; None for a name of no known ending.

    A .doc is often a docx, a page or an RTF under another name: what the first bytes say counts.
    """
    named = BY_SUFFIX.get(source.suffix)
    if named is None:
        return None
    head = source.head()
    if head.startswith(b"PK\x03\x04"):
        return _packed(source)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:64].lower().startswith(HTML_STARTS):
        return "html"
    return next((kind for magic, kind in BY_MAGIC if start.startswith(magic)), named)


def _packed(source: Source) -> str:
    """What a zip is: documents are packed into one, too."""
    try:
        with zipfile.ZipFile(source.stream) as archive:
            names = set(archive.namelist())
    except ZIP_ERRORS:
        return BY_SUFFIX.get(source.suffix, "zip")
    if "xl/workbook.xml" in names:
        return "sheet"
    return "docx" if "[Content_Types].xml" in names else "doc" if {"mimetype", "content.xml"} <= names else "zip"

"""Old Word (.doc), WPS, RTF and OpenDocument (.odt): converted by LibreOffice, or read by antiword, where one of them is installed.

The converter works on a copy in a temporary folder with a profile of its own, without macros and outside links, and is
stopped after ``TIMEOUT`` seconds.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from index.errors import UnreadableDocument, UnreadableHere
from index.load import text, word
from index.load.lines import Line, compose, row
from index.load.source import Source, digest
from index.types import Document

TIMEOUT = 120  # seconds; a report takes three to eight
OFFICES = (
    "soffice",
    "libreoffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
MISSING = (
    "这种文件（.doc、.wps、.rtf、.odt）需要 LibreOffice 才能读取（.doc 用 antiword 也行），本机没有安装；"
    "请安装 LibreOffice，或用 Word、WPS 打开后另存为 .docx 再试"
)
FAILED = "旧版 Word 文件转换失败（可能已损坏）；请用 Word 或 WPS 打开后另存为 .docx 再试"
ENCRYPTED = "文件有密码；请用 Word 或 WPS 打开，去掉密码后另存为 .docx 再试"
PACKAGE = "EncryptedPackage".encode("utf-16-le")  # the stream of a docx with a password, which is wrapped like an old .doc
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAM = "WordDocument".encode("utf-16-le")  # the stream that every .doc has; what has none, LibreOffice reads as a plain text
WORD_MAGIC, SECTOR = b"\xec\xa5", 512  # the head of the text stream of a .doc, and where it may begin
ENCRYPTED_FLAG = 0x01  # in the twelfth byte of that head
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def read(source: Source) -> Document:
    """An old Word document; UnreadableDocument when it has a password or is damaged, UnreadableHere without a converter."""
    data = source.read()
    if _encrypted(data):
        raise UnreadableDocument(ENCRYPTED)
    office = next((found for name in OFFICES if (found := shutil.which(name))), None)
    antiword = None if data.startswith((b"{", b"PK")) else shutil.which("antiword")
    with TemporaryDirectory(prefix="zhenwen-") as folder:
        copy = Path(folder, "report" + (source.suffix if source.suffix in (".doc", ".wps", ".rtf", ".odt") else ".doc"))
        copy.write_bytes(data)
        if office and data.startswith(COMPOUND) and STREAM not in data:
            raise UnreadableDocument(FAILED)
        if office:
            document = _converted(office, copy, source.file)
        elif antiword:
            document = _plain(antiword, copy, source.file)
        else:
            raise UnreadableHere(MISSING)
    if text.plausible(document.text) < text.PLAUSIBLE:  # a damaged .doc may be read as a plain text, too
        raise UnreadableDocument(FAILED)
    return replace(document, digest=digest(data), format="doc")


def _encrypted(data: bytes) -> bool:
    if PACKAGE in data:
        return True
    heads = (at for at in range(SECTOR, len(data) - SECTOR, SECTOR) if data.startswith(WORD_MAGIC, at))
    return any(data[at + 11] & ENCRYPTED_FLAG for at in heads)


def _converted(office: str, copy: Path, file: str) -> Document:
    """By LibreOffice, through docx, so that automatic numbers and headings survive."""
    profile = copy.parent / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    target = copy.parent / "converted"
    options = [f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", "docx", "--outdir", str(target)]
    _run([office, *options, str(copy)])
    converted = target / "report.docx"
    if not converted.is_file():
        raise UnreadableDocument(FAILED)
    with converted.open("rb") as stream:
        return word.read(Source(file, stream, converted.stat().st_size))


def _plain(antiword: str, copy: Path, file: str) -> Document:
    """By antiword: the text alone, a line for each paragraph and table row."""
    output = _run([antiword, "-m", "UTF-8.txt", "-w", "0", str(copy)])
    if not output.strip():
        raise UnreadableDocument(FAILED)
    lines = text.newlines(text.decode(output)).split("\n")
    plain, headings = compose(row(line.strip("|").split("|")) if line.startswith("|") else Line(line) for line in lines)
    return Document(file=file, digest="", text=plain, headings=headings, notes=("由 antiword 读出，Word 的自动编号可能缺失",))


def _run(command: Sequence[str]) -> bytes:
    """The standard output of ``command``; the command and all it started are ended when it takes too long."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            return process.communicate(timeout=TIMEOUT)[0]
        except subprocess.TimeoutExpired as error:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            raise UnreadableHere(f"旧版 Word 文件转换超过 {TIMEOUT} 秒，已停止；请用 Word 或 WPS 打开后另存为 .docx 再试") from error

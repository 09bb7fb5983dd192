"""Writes a report's text into the formats that towns publish, each with what such files really carry around the text.

    WRITERS[name](report, path)     writes ``path`` and returns the text that a reader of the file sees
    available(name)                 why a format cannot be written here, "" when it can

Headings and items of a Word file are numbered by Word, rows with tabs are real tables, a page has menus and side bars with
other towns' figures, a PDF running heads and page numbers, a scan noise and a little skew.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from index.load.numbering import chinese

FONTS = ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc", "C:/Windows/Fonts/simsun.ttc")
LABELS = (r"([一二三四五六七八九十]+)、", r"[（(]([一二三四五六七八九十]+)[）)]", r"(\d{1,2})[.、](?!\d)")
PREAMBLE = 5  # lines in which a report copied from a page says when it was published
DPI = 200
FOREIGN = "邻县二〇二三年12345热线受理工单41206件", "隔壁镇2023年受理矛盾纠纷198件", "外乡2022年办理行政处罚案件777件"


@dataclass(frozen=True, slots=True)
class Made:
    """A report to be written: its name, its lines without empty ones, its title among them."""

    name: str
    lines: tuple[str, ...]

    @property
    def title(self) -> str:
        return next(line for line in self.lines if len(line) > 8 and "：" not in line and ":" not in line)

    @property
    def published(self) -> tuple[str, ...]:
        """Year, month and day of publication: as the report itself says, else what a page would."""
        stated = (re.search(r"时间[:：]\s*(20\d\d)-(\d\d)-(\d\d)", line) for line in self.lines[:PREAMBLE])
        return next((match.groups() for match in stated if match), ("2024", "01", "26"))


def made(name: str, text: str) -> Made:
    """Without empty lines; a table drawn with lines becomes rows with tabs."""
    lines = (line.strip() for line in text.replace("\f", "\n").split("\n"))
    rows = ("\t".join(map(str.strip, line.strip("│|").split("│"))) for line in lines if not line.startswith(("┌", "├", "└")))
    return Made(name, tuple(row for row in rows if row.strip()))


def is_heading(line: str) -> bool:
    """A labelled line that is no sentence."""
    return len(line) <= 40 and not re.search("[。；;]$", line) and any(re.match(label, line) for label in LABELS[:2])


# plain text


def _txt(encoding: str, newline: str = "\n") -> Callable[[Made, Path], str]:
    def write(report: Made, path: Path) -> str:
        path.write_bytes(newline.join(report.lines).encode(encoding))
        return "\n".join(report.lines)

    return write


# web pages


def _body(report: Made, wrap: Callable[[str], str]) -> str:
    out, rows = [], []
    for line in (*report.lines, ""):
        if "\t" in line:
            rows.append("<tr>" + "".join(f"<td><p>{html.escape(cell)}</p></td>" for cell in line.split("\t")) + "</tr>")
            continue
        if rows:
            out.append('<table border="1">' + "\n".join(rows) + "</table>")
            rows = []
        words = re.sub(r"(\d+)", r'<span style="font-family:Times">\1</span>', html.escape(line), count=1)
        out.append(wrap(f"<strong>{words}</strong>" if is_heading(line) else words) if line and line != report.title else "")
    return "\n".join(out)


def _links() -> str:
    return "".join(f'<li><a href="/a/{n}.html">{words}</a></li>' for n, words in enumerate(FOREIGN))


def _modern(report: Made, path: Path) -> str:
    """A page of UTF-8 div boxes, with head table, share bar and a notice about leaving the site."""
    day = "{}年{}月{}日".format(*report.published)
    facts = f"索引号\tX-2024-1\t发布机构\t县人民政府办公室\n成文日期\t2024年01月19日\t发布日期\t{day}"
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("\t")) + "</tr>" for row in facts.split("\n"))
    path.write_text(
        f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{report.title}_某县人民政府</title>
<meta name="ArticleTitle" content="{report.title}"><link rel="canonical" href="https://www.example.gov.cn/a/1.html"><script>var a="<p>1</p>"</script></head>
<body><div class="header"><ul class="menu"><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li></ul></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; 法治政府建设</div><div class="wrap"><div class="left"><table class="xxgk">{rows}</table>
<h1 class="title">{report.title}</h1><div class="tools">【字体：<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>】 <a href="#">打印</a></div>
<div id="zoom" class="con"><div class="TRS_Editor">{_body(report, "<p style='text-indent:2em'>　　{}</p>".format)}</div></div>
<div class="bdsharebuttonbox">分享到：<a href="#">微信</a></div></div><div class="right"><h3>热点推荐</h3><ul>{_links()}</ul></div></div>
<div id="leave" style="display:none">您访问的链接即将离开本网站，是否继续访问下一个网站的内容？</div>
<div class="footer"><p>主办：某县人民政府办公室　备案号：某ICP备05000000号</p><p>网站标识码：3600000000，联系电话：0791-88888888。</p></div></body></html>""",
        encoding="utf-8",
    )
    return facts + "\n" + "\n".join([report.title, *(line for line in report.lines if line != report.title)])


def _tables(report: Made, path: Path) -> str:
    """A GBK page of nested layout tables, as older systems write them, saved from a browser."""
    body = _body(report, "<p class=MsoNormal>{}\n</p>".format)
    path.write_bytes(
        f"""<!-- saved from url=(0041)http://www.example.gov.cn/show.asp?id=2023 -->
<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{report.title}-某县人民政府网</title></head>
<body><table width=1000><tr><td><a href=a>首页</a>|<a href=b>机构</a>|<a href=c>公示公告</a></td></tr></table>
<table width=1000><tr><td width=200 valign=top><table>{"".join(f"<tr><td><a href={n}>{w}</a></td></tr>" for n, w in enumerate(FOREIGN))}</table></td>
<td><table><tr><td align=center><b>{report.title}</b></td></tr><tr><td>发布时间：{"-".join(report.published)}&nbsp;&nbsp;来源：本站原创</td></tr>
<tr><td><font size=3>{body}</font></td></tr><tr><td>上一篇：<a href=p>某镇2021年政务公开报告</a><br>下一篇：<a href=n>某镇2022年预算</a></td></tr></table></td></tr></table>
<table><tr><td>版权所有：某县人民政府　技术支持：某公司</td></tr></table></body></html>""".encode("gb18030")
    )
    lines = [report.title, f"发布时间：{'-'.join(report.published)}  来源：本站原创", *(line for line in report.lines if line != report.title)]
    return "\n".join(lines)


# Word


def _plan(report: Made) -> list[tuple[str, int | None]]:
    """Each line with the level of its automatic number, None where the number is written out or there is none."""
    counts, shapes, plan = [0, 0, 0], ["", "", ""], []
    for line in report.lines:
        level, words = None, line
        for index, label in enumerate(LABELS):
            found = re.match(label, line)
            shape = found[0].replace(found[1], "%s") if found else ""
            due = str(counts[index] + 1) if index == 2 else chinese(counts[index] + 1)
            if found and found[1] == due and shapes[index] in ("", shape):
                level, words = index, line[found.end() :]
                shapes[index] = shape
                counts[index:] = [counts[index] + 1, 0, 0][: 3 - index]
        plan.append((words, level))
    return plan


def _shapes(report: Made) -> list[str]:
    return [next((re.match(label, line)[0] for line in report.lines if re.match(label, line)), default) for label, default in zip(LABELS, ("一、", "（一）", "1."), strict=True)]


def _docx(report: Made, path: Path, *, tracked: bool = True) -> str:
    from docx import Document
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = Document()
    shapes = [re.sub(r"[一二三四五六七八九十]+|\d+", f"%{n}", shape) for n, shape in enumerate(_shapes(report), 1)]
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{"decimal" if n == 2 else "chineseCounting"}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{shape}"/></w:lvl>' for n, shape in enumerate(shapes)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    document.sections[0].header.paragraphs[0].text = report.title
    table = None
    for (words, level), line in zip(_plan(report), report.lines, strict=True):
        if "\t" in line:
            cells = line.split("\t")
            table = table if table is not None and len(table.columns) == len(cells) else document.add_table(0, len(cells))
            for cell, text in zip(table.add_row().cells, cells, strict=True):
                cell.text = text
            continue
        table = None
        paragraph = document.add_paragraph(style="Title" if line == report.title else None)
        half = len(words) // 2
        for text in (words[:half], words[half:]):
            paragraph.add_run(text).bold = is_heading(line) or None
        if level is not None:
            paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>'))
        if tracked:  # an office program prints deletions struck through
            paragraph._p.append(parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="x"><w:r><w:delText>删去的99件</w:delText></w:r></w:del>'))
        paragraph.add_run("藏起的88件").font.hidden = True
    document.save(str(path))
    return "\n".join(report.lines)


def _office(source: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        kind = target.suffix[1:]
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        shutil.move(Path(folder, source.stem + target.suffix), target)


def _by_office(report: Made, path: Path) -> str:
    """Old Word, or the PDF that an office program makes of the Word file."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "r.docx")
        expected = _docx(report, source, tracked=path.suffix != ".pdf")
        _office(source, path)
    return expected


# PDF and pictures


@lru_cache(maxsize=1)
def _font() -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    file = next((file for file in FONTS if Path(file).is_file()), None)
    pdfmetrics.registerFont(TTFont("report", file) if file else UnicodeCIDFont("STSong-Light"))
    return "report" if file else "STSong-Light"


def _pdf(report: Made, path: Path) -> str:
    """As official documents are laid out: 16 points, two characters of indent, running head, page number between dashes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    font = _font()
    body = ParagraphStyle("body", fontName=font, fontSize=16, leading=28, firstLineIndent=32, wordWrap="CJK")
    title = ParagraphStyle("title", fontName=font, fontSize=22, leading=32, alignment=1, wordWrap="CJK", spaceAfter=28)
    story, rows = [], []
    for line in (*report.lines, ""):
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        if rows:
            story.append(Table(rows, style=[("FONT", (0, 0), (-1, -1), font, 14), ("GRID", (0, 0), (-1, -1), 0.5, "black")]))
            rows = []
        if line:
            story.append(Paragraph(html.escape(line), title if line == report.title else body))

    def page(canvas, document) -> None:
        canvas.setFont(font, 9)
        canvas.drawString(79, 800, f"某县{report.title}"[:60])
        canvas.drawCentredString(A4[0] / 2, 40, f"— {document.page} —")

    SimpleDocTemplate(str(path), pagesize=A4, leftMargin=79, rightMargin=74, topMargin=70, bottomMargin=70).build(story, page, page)
    return "\n".join(report.lines)


def _scans(report: Made) -> list:
    """The pages of the PDF as a flat-bed scanner sees them: grey, a little skewed, a little noisy."""
    import numpy as np
    import pypdfium2
    from PIL import Image

    buffer = BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "r.pdf")
        _pdf(report, path)
        buffer.write(path.read_bytes())
    chance = np.random.default_rng(7)
    pages = []
    for page in pypdfium2.PdfDocument(buffer.getvalue()):
        image = page.render(scale=DPI / 72, grayscale=True).to_pil().rotate(0.3, fillcolor=255, resample=Image.Resampling.BICUBIC)
        grey = np.asarray(image, dtype=np.float32) + chance.normal(0, 12, (image.height, image.width))
        pages.append(Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)))
    return pages


def _scan(report: Made, path: Path) -> str:
    pages = _scans(report)
    pages[0].save(str(path), save_all=True, append_images=pages[1:], resolution=DPI)
    return "\n".join(report.lines)


def _zip(report: Made, path: Path) -> str:
    """A Word file in a zip in a zip, named in GBK as Windows does."""
    with tempfile.TemporaryDirectory() as folder:
        inner = Path(folder, "r.docx")
        expected = _docx(report, inner)
        name = f"{report.name}报告.docx".encode("gb18030").decode("cp437")
        nested = BytesIO()
        with zipfile.ZipFile(nested, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, inner.read_bytes())
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("内层.zip", nested.getvalue())
    return expected


WRITERS: dict[str, Callable[[Made, Path], str]] = {
    "utf8.txt": _txt("utf-8"),
    "bom.txt": _txt("utf-8-sig", "\r\n"),
    "gb18030.txt": _txt("gb18030", "\r\n"),
    "utf16.txt": _txt("utf-16"),
    "modern.html": _modern,
    "tables.html": _tables,
    "word.docx": _docx,
    "old.doc": _by_office,
    "layout.pdf": _pdf,
    "office.pdf": _by_office,
    "scan.pdf": _scan,
    "picture.tiff": _scan,
    "nested.zip": _zip,
}
OCR = frozenset({"scan.pdf", "picture.tiff"})


def available(name: str) -> str:
    """Why ``name`` cannot be written (or read) here; "" when it can."""
    from importlib.util import find_spec

    if name in ("old.doc", "office.pdf") and not shutil.which("soffice"):
        return "needs LibreOffice (apt-get install libreoffice-writer-nogui)"
    if name.endswith(".pdf") and not find_spec("reportlab"):
        return "needs reportlab"
    if name in OCR and not find_spec("rapidocr_onnxruntime"):
        return "needs the extra: pip install 'zhenwen[ocr]'"
    if name in OCR and not any(Path(file).is_file() for file in FONTS):
        return "needs a Chinese TrueType font (apt-get install fonts-wqy-zenhei)"
    return ""

"""PDF: the text as it reads, without what belongs to the page; scans through OCR; what cannot be read is named."""

import shutil
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.load import legacy, load, pdf, picture
from index.load.flow import Page, Piece, paragraphs
from index.types import Document, Rejected

canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="needs reportlab")
BODY = "全年共排查矛盾纠纷708起，化解708起，调处成功率达100%，其中邻里纠纷61起、婚姻家庭纠纷46起、其他纠纷601起，群众满意度明显提升。"


SCAN = Path(__file__).parent / "golden" / "scan.png"  # 200 dpi, a little askew; an invented report


def drawn(pages, *, encrypt: str | None = None) -> bytes:
    """A PDF of ``pages``: lists of (x, y from the top, size, text)."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=(595, 842), encrypt=encrypt)
    for page in pages:
        for x, y, size, text in page:
            sheet.setFont("STSong-Light", size)
            sheet.drawString(x, 842 - y, text)
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def read(path: Path, data: bytes) -> Document | Rejected:
    path.write_bytes(data)
    (result,) = load(path)
    return result


def column(text: str, top: float, *, indent: float = 32) -> list:
    """``text`` set in lines of 26 characters of 16 points."""
    lines = [text[:24], *(text[at : at + 26] for at in range(24, len(text), 26))]
    return [(80 + (0 if number else indent), top + 28 * number, 16, line) for number, line in enumerate(lines)]


def report_pages() -> list:
    head = (80, 40, 9, "桃畈镇年度报告")
    pages = []
    for number in range(3):
        body = [*column(BODY, 120), (80 + 32, 260, 16, f"（{'一二三'[number]}）强化组织领导，压实责任"), *column(BODY, 288)]
        pages.append([head, *body, (280, 800, 12, f"— {number + 1} —")])
    return pages


def test_lines_are_joined_and_running_heads_left_out(tmp_path):
    document = read(tmp_path / "a.pdf", drawn(report_pages()))
    assert document.text.split("\n") == [line for n in "一二三" for line in (BODY, f"（{n}）强化组织领导，压实责任", BODY)]
    assert document.notes == ("页眉页脚未计入正文：桃畈镇年度报告",)
    assert document.ocr is None


def test_a_sentence_broken_by_the_page_end_is_one(tmp_path):
    lines = column(BODY, 700)
    pages = [[*lines[:2], (280, 800, 12, "1")], [(x, y - 640, size, text) for x, y, size, text in lines[2:]] + [(280, 800, 12, "2")]]
    assert read(tmp_path / "a.pdf", drawn(pages)).text == BODY


def two_columns(gutter: float = 310) -> list:
    left = ["2024年，桃畈镇扎实推进依法行政。现将", "有关情况报告如下：", "一、主要工作。全年调解矛盾纠纷七十三", "件，调解成功六十八件。", "组织执法培训十四次，现有持证执法人员"]
    right = ["十三名，办理行政处罚案件九件，罚款一", "万元。", "二、存在问题。执法力量不足，专业人员", "比较少，普法形式也比较单一。", "三、下一步打算。充实执法队伍，创新普"]
    title = (150, 80, 20, "桃畈镇2024年法治政府建设情况报告")
    return [title, *((60, 140 + 24 * n, 12, line) for n, line in enumerate(left)), *((gutter, 140 + 24 * n, 12, line) for n, line in enumerate(right))]


@pytest.mark.parametrize("gutter", [306, 310, 320])
def test_two_columns_are_read_one_after_the_other(tmp_path, gutter):
    text = read(tmp_path / "a.pdf", drawn([two_columns(gutter)])).text
    assert text.startswith("桃畈镇2024年法治政府建设情况报告\n2024年，桃畈镇扎实推进依法行政。现将有关情况报告如下：\n")
    assert "现有持证执法人员十三名" in text.replace("\n", "")
    assert "\t" not in text


def ruled(rows, columns, *, boxes: bool) -> bytes:
    """A PDF with a table whose cells are parted by lines alone."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=(595, 842))
    sheet.setFont("STSong-Light", 12)
    for number, row in enumerate(rows):
        y = 700 - 24 * number
        for (left, right), words in zip(pairwise(columns), row, strict=True):
            sheet.drawString(left + 2, y, words)
            if boxes:
                sheet.rect(left, y - 6, right - left, 24)
            else:
                sheet.line(left, y - 6, left, y + 18)
                sheet.line(right, y - 6, right, y + 18)
    sheet.showPage()
    sheet.save()
    return buffer.getvalue()


@pytest.mark.parametrize("boxes", [True, False])
def test_lines_part_the_cells_of_a_table_however_near_they_stand(tmp_path, boxes):
    rows = [("指标", "单位", "数量"), ("调解矛盾纠纷", "件", "173"), ("法治宣传活动", "", "24")]
    text = read(tmp_path / "a.pdf", ruled(rows, (80, 155, 184, 220), boxes=boxes)).text
    assert text == "指标\t单位\t数量\n调解矛盾纠纷\t件\t173\n法治宣传活动\t\t24"


def test_a_title_of_two_lines_is_one_and_rows_of_tables_have_tabs(tmp_path):
    page = [(190, 100, 22, "桃畈镇人民政府2023年"), (190, 132, 22, "法治政府建设年度报告"), *column(BODY, 200)]
    page += [(100, 400, 14, "指标"), (260, 400, 14, "2022年"), (400, 400, 14, "2023年"), (100, 424, 14, "调解"), (260, 424, 14, "94"), (400, 424, 14, "89")]
    text = read(tmp_path / "a.pdf", drawn([page])).text
    assert text == f"桃畈镇人民政府2023年法治政府建设年度报告\n{BODY}\n指标\t2022年\t2023年\n调解\t94\t89"


def test_the_heads_of_a_table_without_lines_stand_in_its_columns_however_near_they_stand(tmp_path):
    head = [(80, 400, 11, "村（社区）"), (80 + 55 + 8, 400, 11, "调解矛盾纠纷（件）"), (80 + 55 + 8 + 99 + 8, 400, 11, "法治宣传（场）")]
    rows = [(x, 424 + 20 * at, 11, words) for at, cells in enumerate((("湾东村", "34", "6"), ("桥西村", "27", "4"))) for x, words in zip((80, 145, 260), cells, strict=True)]
    text = read(tmp_path / "a.pdf", drawn([[*column(BODY, 200), *head, *rows]])).text
    assert text.split("\n")[-3:] == ["村（社区）\t调解矛盾纠纷（件）\t法治宣传（场）", "湾东村\t34\t6", "桥西村\t27\t4"]


def test_words_written_later_in_the_file_stand_where_they_are_seen(tmp_path):
    page = [*column(BODY, 200), (80, 260 + 60, 16, "落实"), (80 + 32 + 16 * 4, 320, 16, "制度。"), (80 + 32, 320, 16, "一村一策")]
    assert read(tmp_path / "a.pdf", drawn([page])).text.split("\n")[-1] == "落实一村一策制度。"


def test_what_cannot_be_read_is_named(tmp_path):
    good = drawn(report_pages())
    assert "密码" in read(tmp_path / "a.pdf", drawn(report_pages(), encrypt="secret")).reason
    assert "损坏" in read(tmp_path / "b.pdf", good[: len(good) // 2]).reason
    assert "没有文字" in read(tmp_path / "c.pdf", drawn([[]])).reason
    assert "上限 500 页" in read(tmp_path / "d.pdf", drawn([[(80, 80, 12, "字")]] * (pdf.MAX_PAGES + 1))).reason
    assert "一页超过" in read(tmp_path / "e.pdf", drawn([[(10, y, 1, "字" * 300) for y in range(10, 800, 10)]])).reason


def test_a_file_that_was_cut_off_is_rejected_even_where_its_pages_are_listed_first(tmp_path):
    parts = [
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>\nendobj\n",
        "9 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\ntrailer\n<</Root 1 0 R/Size 10>>\nstartxref\n0\n%%EOF\n",
    ]
    for number, words in ((3, "708 cases settled. " * 30), (5, "16 lectures held. " * 70)):
        content = f"BT /F 12 Tf 80 700 Td ({words}) Tj ET"
        page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 9 0 R>>>>"
        parts.append(f"{number} 0 obj\n{page}/Contents {number + 1} 0 R>>\nendobj\n")
        parts.append(f"{number + 1} 0 obj\n<</Length {len(content)}>>\nstream\n{content}\nendstream\nendobj\n")
    whole = "".join(parts)
    document = read(tmp_path / "a.pdf", f"{whole}startxref\n0\n%%EOF\r\n\0\0".encode())
    assert "708 cases" in document.text and "16 lectures" in document.text
    assert "不完整" in read(tmp_path / "b.pdf", whole[:-60].encode()).reason


def test_a_file_without_pages_is_rejected_and_one_of_as_many_as_allowed_is_read(tmp_path, monkeypatch):
    pypdfium2 = pytest.importorskip("pypdfium2")
    empty = BytesIO()
    pypdfium2.PdfDocument.new().save(empty)
    assert "一页也没有" in read(tmp_path / "a.pdf", empty.getvalue()).reason
    monkeypatch.setattr(pdf, "MAX_PAGES", 20)  # five hundred take half a minute
    pages = [[(80, 400, 12, f"第{number}项工作已经完成。")] for number in range(21)]
    assert read(tmp_path / "b.pdf", drawn(pages[:20])).text.count("完成") == 20
    assert "21 页" in read(tmp_path / "c.pdf", drawn(pages)).reason


@settings(max_examples=60, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=60))
def test_a_damaged_file_gives_a_document_or_a_reason(tmp_path, monkeypatch, at, noise):
    monkeypatch.setattr(picture, "recognise", lambda pixels: Page((), *pixels.shape[1::-1]))  # minutes otherwise
    good = drawn(report_pages()[:1])
    at %= len(good)
    assert isinstance(read(tmp_path / "a.pdf", good[:at] + noise + good[at + len(noise) :]), Document | Rejected)


@settings(max_examples=100, deadline=timedelta(seconds=20))
@given(st.lists(st.builds(lambda text, x, y, w, h: Piece(text, x, y, x + w, y + h), st.text(min_size=1, max_size=5), *[st.floats(0, 900)] * 2, *[st.floats(0.1, 200)] * 2), max_size=20))
def test_no_place_of_a_piece_loses_its_words(pieces):
    joined, heads = paragraphs([Page(tuple(pieces), 595, 842)])
    shown = "".join(paragraph.text for paragraph in joined) + "".join(heads)
    edge = [piece for piece in pieces if piece.bottom < 110 or piece.top > 730]
    assert all(piece.text.strip() in shown for piece in pieces if piece not in edge)


# pictures


def scan(pages: bytes, dpi: int = 200) -> list:
    import pypdfium2

    return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(pages)]


def test_without_the_extra_a_scan_is_rejected_with_the_name_of_it(tmp_path, monkeypatch):
    picture._engine.cache_clear()
    monkeypatch.setattr(picture, "find_spec", lambda name: None)
    image = pytest.importorskip("PIL.Image", reason="needs the extra: pip install 'zhenwen[ocr]'").new("L", (300, 300), 255)
    for name in ("a.png", "a.pdf"):
        image.save(tmp_path / name)
        (result,) = load(tmp_path / name)
        assert "zhenwen[ocr]" in result.reason
    picture._engine.cache_clear()


def test_damaged_and_huge_pictures_are_rejected(tmp_path):
    image = pytest.importorskip("PIL.Image", reason="needs the extra: pip install 'zhenwen[ocr]'").new("1", (9000, 9000))
    image.save(tmp_path / "huge.png")
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    assert "太大" in next(load(tmp_path / "huge.png")).reason
    assert "损坏" in next(load(tmp_path / "bad.jpg")).reason


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.png", "a.pdf"])
def test_a_scan_is_read_with_its_confidence(tmp_path, name):
    pytest.importorskip("rapidocr_onnxruntime", reason="needs the extra: pip install 'zhenwen[ocr]'")
    from PIL import Image

    Image.open(SCAN).convert("L").save(tmp_path / name, resolution=200)
    (document,) = load(tmp_path / name)
    assert document.text.split("\n") == [
        "青石镇2023年法治政府建设年度报告",
        "一年来，我镇共排查矛盾纠纷708起，化解695起，调处成功率达98.2%；开展法治宣传活动36场次，发放资料5000余份，培训“法律明白人”274名。",
        "二是办结行政处罚案件12件、信访事项41件，群众满意率为99.5%。",
    ]
    assert document.ocr > picture.DOUBTFUL
    assert document.doubtful == ()


@pytest.mark.slow
def test_a_picture_of_nothing_is_rejected(tmp_path):
    pytest.importorskip("rapidocr_onnxruntime", reason="needs the extra: pip install 'zhenwen[ocr]'")
    from PIL import Image

    Image.new("RGB", (600, 400), "white").save(tmp_path / "b.png")
    assert "没有认出文字" in next(load(tmp_path / "b.png")).reason


def test_doubtful_spans_are_the_words_ocr_was_unsure_of():
    pieces = (Piece("调解", 100, 400, 140, 420), Piece("708起", 140, 400, 200, 420, sure=0.6))
    document = picture.document("a.png", "0", "picture", [Page(pieces, 595, 842)], recognised=True)
    assert [document.text[span.start : span.end] for span in document.doubtful] == ["708起"]
    assert document.ocr == pytest.approx((2 + 4 * 0.6) / 6)


# old Word


def test_old_word_without_a_converter_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(legacy.shutil, "which", lambda name: None)
    result = read(tmp_path / "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    assert "LibreOffice" in result.reason
    assert ".docx" in result.reason


def test_word_files_with_a_password_are_named(tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
    assert "密码" in read(tmp_path / "a.docx", ole + "EncryptedPackage".encode("utf-16-le")).reason
    head = b"\xec\xa5" + bytes(9) + b"\x01" + bytes(1000)
    assert "密码" in read(tmp_path / "a.doc", ole[:512] + head).reason


def test_a_converter_that_hangs_is_stopped(tmp_path, monkeypatch):
    script = tmp_path / "slow"
    script.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(legacy, "OFFICES", (str(script),))
    monkeypatch.setattr(legacy, "TIMEOUT", 0.5)
    assert "已停止" in read(tmp_path / "a.rtf", b"{\\rtf1 x}").reason


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice (apt-get install libreoffice-writer-nogui)")
def test_rtf_is_read_by_libreoffice(tmp_path):
    words = "".join(f"\\u{ord(character)}?" for character in "全年调解708起。")
    document = read(tmp_path / "a.rtf", b"{\\rtf1\\ansi " + words.encode() + b"\\par}")
    assert document.text == "全年调解708起。"
    assert document.format == "doc"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice (apt-get install libreoffice-writer-nogui)")
def test_damaged_old_word_is_rejected(tmp_path):
    result = read(tmp_path / "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x17" * 3000)
    assert isinstance(result, Rejected)

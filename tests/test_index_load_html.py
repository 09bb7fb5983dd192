"""A saved page gives its article: all of it, with its title and facts, and none of the page around it."""

from datetime import date, timedelta
from email.message import EmailMessage
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.load import load
from index.load.html import day, facts
from index.types import Document, Rejected

TITLE = "沚陵县桃畈镇2023年法治政府建设年度报告"
PARAGRAPHS = (
    "2023年，桃畈镇深入学习贯彻习近平法治思想，扎实推进各项工作。现将有关情况报告如下。",
    "一、主要举措",
    "全年共排查矛盾纠纷<span>708</span>起，化解<b>70</b>8起，调处成功率达100%。",
    "二、存在的问题",
    "一是执法力量不足，持证人员仅有6名。",
)
ARTICLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
FOREIGN = ("邻镇2022年受理纠纷198件", "全县受理工单41206件")
LINKS = "".join(f'<li><a href="/{n}.html">{words}</a></li>' for n, words in enumerate(FOREIGN))
SHOWN = "全年共排查矛盾纠纷708起，化解708起，调处成功率达100%。"


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{TITLE}_沚陵县人民政府</title>{head}</head><body>{body}</body></html>"


LAYOUTS = {
    "boxes": f"<ul class=menu>{LINKS}</ul><div><h1>{TITLE}</h1><div id=zoom>{ARTICLE}</div></div><div>相关链接<ul>{LINKS}</ul></div>",
    "title in a box": f"<div><ul>{LINKS}</ul></div><div class=wz><div class=bt>{TITLE}</div><div class=nr>{ARTICLE}</div></div><div>{LINKS}</div>",
    "layout tables": f"<table><tr><td><table>{LINKS}</table></td><td><table><tr><td>{TITLE}</td></tr><tr><td>{ARTICLE}</td></tr></table></td></tr></table>",
    "unknown tags": f"<header>{LINKS}</header><zwgk><h2>{TITLE}</h2><ucapcontent><div>{ARTICLE}</div></ucapcontent></zwgk><footer>{LINKS}</footer>",
    "inside the article": f"<h1>{TITLE}</h1><div class=con>{ARTICLE}<div class=share>分享到：微信</div><div>上一篇：{FOREIGN[0]}</div></div>",
    "unlinked side bar": f"<h1>{TITLE}</h1><div class=con>{ARTICLE}</div><div class=side><h3>热点</h3><p>{FOREIGN[0]}</p><p>{FOREIGN[1]}</p></div>",
    "side bar with sentences": f"<div class=left><h3>最新公开</h3><p>{FOREIGN[0]}，同比下降了百分之二十一点六。</p><p>{FOREIGN[1]}，按期办结率保持在百分之九十八以上。</p></div>"
    f"<div class=article><h1>{TITLE}</h1>{ARTICLE}</div>",
    "list of other pages": f"<div id=col1><h3>最新公开</h3><ul><li><a>{FOREIGN[0]}</a> 2024-01-02</li><li><a>{FOREIGN[1]}</a></li></ul></div><div class=text><h1>{TITLE}</h1>{ARTICLE}</div>",
    "side cell": f"<table><tr><td class=sidebar><p>{FOREIGN[0]}，同比下降了百分之二十一点六。</p></td><td><h1>{TITLE}</h1>{ARTICLE}</td></tr></table>",
    "two halves": f"<h1>{TITLE}</h1><div><div>{ARTICLE}</div><div><p>三、下一步打算</p><p>推动明年新增持证执法人员三名以上。</p></div></div>",
    "a notice of the site": f"<div><h1>{TITLE}</h1><div>{ARTICLE * 5}</div></div><div>您访问的链接即将离开本网站，是否继续访问？</div><ul>{LINKS}</ul>",
}


def read(path, text: str | bytes) -> Document:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (document,) = load(path)
    assert isinstance(document, Document), document
    return document


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_whole_article_and_nothing_else(tmp_path, layout):
    document = read(tmp_path / "a.html", page(LAYOUTS[layout]))
    lines = document.text.split("\n")
    assert lines[:2] == [TITLE, PARAGRAPHS[0]]
    assert SHOWN in lines
    assert PARAGRAPHS[-1] in lines
    assert document.title == TITLE
    for words in (*FOREIGN, "分享", "离开本网站"):
        assert words not in document.text
    assert ("三、下一步打算" in lines) == (layout == "two halves")


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb18030", ""])
def test_gbk_pages_are_read_whatever_they_declare(tmp_path, declared):
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    assert SHOWN in read(tmp_path / "a.htm", page(LAYOUTS["boxes"], head).encode("gb18030")).text


def test_a_page_of_utf8_that_calls_itself_gbk_is_read(tmp_path):
    assert SHOWN in read(tmp_path / "a.htm", page(LAYOUTS["boxes"], "<meta charset=gb2312>").encode()).text


FACTS = {
    "table": "<table><tr><td>索 引 号</td><td>X-1</td><td>发布机构</td><td>桃畈镇人民政府</td></tr>"
    "<tr><td>成文日期</td><td>2024年01月19日</td><td>发布日期</td><td>2024-01-26</td></tr></table>",
    "list": "<ul><li><b>发布机构：</b>桃畈镇人民政府</li><li><b>成文日期：</b>2024-01-19</li><li><b>发布日期：</b>2024-01-26 09:12</li></ul>",
    "line": "<div>发布机构：桃畈镇人民政府　成文日期：2024年1月19日　发布日期：2024年1月26日　浏览次数：12</div>",
    "spans": "<p><span>发布机构：桃畈镇人民政府</span> <span>成文日期：2024/1/19</span> | <span>发布时间：2024/1/26</span></p>",
}


@pytest.mark.parametrize("style", FACTS)
def test_the_facts_of_the_head_are_read_and_shown(tmp_path, style):
    document = read(tmp_path / "a.html", page(f"<div>{FACTS[style]}<h1>{TITLE}</h1><div>{ARTICLE}</div></div>"))
    assert document.issuer == "桃畈镇人民政府"
    assert (document.written, document.published) == (date(2024, 1, 19), date(2024, 1, 26))
    assert document.text.index("桃畈镇人民政府") < document.text.index(TITLE)


def test_the_standard_names_of_government_pages_fill_in_what_is_not_shown(tmp_path):
    head = '<meta name="PubDate" content="2024-01-26 09:12"><meta name="ContentSource" content="桃畈镇"><meta name="Url" content="https://a.cn/1">'
    document = read(tmp_path / "a.html", page(LAYOUTS["boxes"], head))
    assert (document.published, document.issuer, document.url) == (date(2024, 1, 26), "桃畈镇", "https://a.cn/1")


@pytest.mark.parametrize(
    "trace",
    ['<link rel="canonical" href="https://a.cn/1.html">', '<meta property="og:url" content="https://a.cn/1.html">', "<!-- saved from url=(0019)https://a.cn/1.html -->"],
)
def test_the_address_is_found(tmp_path, trace):
    assert read(tmp_path / "a.html", trace + page(LAYOUTS["boxes"], trace)).url == "https://a.cn/1.html"


def test_a_web_archive_is_read_with_its_address(tmp_path):
    message = EmailMessage()
    message["MIME-Version"] = "1.0"
    message.set_content(page(LAYOUTS["boxes"]), subtype="html", cte="quoted-printable")
    message["Content-Location"] = "https://a.cn/1.html"
    for name in ("a.mht", "a.doc"):
        document = read(tmp_path / name, message.as_bytes())
        assert SHOWN in document.text
        assert document.url == "https://a.cn/1.html"


def test_scripts_styles_comments_and_hidden_boxes_are_not_text(tmp_path):
    unseen = "<script>var a='甲甲'</script><style>p{}</style><!-- 乙乙 --><div style='display:none'>丙丙。</div><p hidden>丁丁</p><noscript>戊戊</noscript>"
    text = read(tmp_path / "a.html", page(f"<h1>{TITLE}</h1><div>{unseen}{ARTICLE}{unseen}</div>")).text
    assert not set("甲乙丙丁戊") & set(text)


@pytest.mark.parametrize("struck", ["<del>310</del>", "<s>310</s>", "<strike>310</strike>", "<span style='color:red;text-decoration: line-through'>310</span>"])
def test_struck_words_are_left_out_and_the_keeper_is_told(tmp_path, struck):
    found = read(tmp_path / "a.html", page(f"<h1>{TITLE}</h1><div>{ARTICLE}<p>全年普法{struck}<ins>32</ins>场，覆盖了全部村居。</p></div>"))
    assert "普法32场" in found.text and "310" not in found.text
    assert "划掉的文字没有收入：310" in found.notes


def test_white_space_is_as_a_browser_shows_it(tmp_path):
    body = f"<h1>{TITLE}</h1><div>{ARTICLE}<p>\n  调解\n  纠纷 <i>30</i> 起，<br>化解\t30起，持证人员增加三名以上。\n</p><ol start=3><li>甲项</li><li>乙项</li></ol></div>"
    assert read(tmp_path / "a.html", page(body)).text.split("\n")[-4:] == ["调解纠纷 30 起，", "化解 30起，持证人员增加三名以上。", "3. 甲项", "4. 乙项"]


def test_tables_of_data_are_rows_with_tabs(tmp_path):
    table = "<table><caption>表一</caption><tr><th>指标</th><th>2023年</th></tr><tr><td><p>调解</p></td><td><p>708</p>起</td></tr></table>"
    assert read(tmp_path / "a.html", page(f"<h1>{TITLE}</h1><div>{ARTICLE}{table}</div>")).text.endswith("\n表一\n指标\t2023年\n调解\t708 起")


def test_cells_over_several_rows_and_columns_keep_the_others_in_their_place(tmp_path):
    table = "<table><tr><th rowspan=2>村</th><th colspan=2>矛盾纠纷（件）</th></tr><tr><th>受理</th><th>办结</th></tr><tr><td>南渡村</td><td>34</td><td>31</td></tr></table>"
    text = read(tmp_path / "a.html", page(f"<h1>{TITLE}</h1><div>{ARTICLE}{table}</div>")).text
    assert text.endswith("\n村\t矛盾纠纷（件）\n\t受理\t办结\n南渡村\t34\t31")


@pytest.mark.parametrize(
    "cell",
    [
        "现将有关情况报告如下。<br>一、主要工作<br>（一）调解。全年调解77件。<br>二、存在问题<br>执法力量不足，普法形式单一。",
        "<div>现将有关情况报告如下。</div><p>一、主要工作</p><p>全年调解77件。</p><p>二、存在问题</p><p>执法力量不足，普法形式单一。</p>",
        "现将有关情况报告如下。<br/><br/>　　一、主要工作<br/>全年调解77件。<br/>　　二、存在问题<br/>　　执法力量不足，普法形式单一。",
    ],
)
def test_line_breaks_in_a_cell_that_frames_the_text_are_lines(tmp_path, cell):
    lines = read(tmp_path / "a.html", f"<table><tr><td>{TITLE}</td></tr><tr><td>{cell}</td></tr></table>").text.split("\n")
    assert {"一、主要工作", "二、存在问题", "执法力量不足，普法形式单一。"} <= {line.strip() for line in lines}


@pytest.mark.parametrize(
    "shown",
    [
        '<frameset cols="20%,80%"><frame src="a/left.html"><frame src="a/main.html"></frameset>',
        '<frameset rows="9%,*"><frame src="top.htm"><frameset cols="*,*"><frame src="a/main.html"></frameset><noframes><body>您的浏览器不支持框架</body></noframes></frameset>',
        '<body><iframe src="a/main.html"></iframe></body>',
    ],
)
def test_a_page_of_frames_is_refused_with_where_its_text_is(tmp_path, shown):
    (tmp_path / "a.html").write_text(f"<html><head><title>{TITLE}</title></head>{shown}</html>", encoding="utf-8")
    (refused,) = load(tmp_path / "a.html")
    assert isinstance(refused, Rejected)
    assert "框架" in refused.reason and "a/main.html" in refused.reason


def test_headings_are_those_of_the_page_or_its_bold_lines(tmp_path):
    bold = ARTICLE.replace("<p>一、主要举措</p>", "<p><strong>一、主要举措</strong></p>").replace("<p>二、存在的问题</p>", "<h3>二、存在的问题</h3>")
    document = read(tmp_path / "a.html", page(f"<h1>{TITLE}</h1><div>{bold}</div>"))
    assert [document.text[h.start : h.end] for h in document.headings] == ["一、主要举措", "二、存在的问题"]


def test_pages_without_text_are_rejected(tmp_path):
    for number, text in enumerate(["<html></html>", "<!doctype html>", "<html><body><script>1</script></body></html>"]):
        path = tmp_path / f"{number}.html"
        path.write_text(text, encoding="utf-8")
        (result,) = load(path)
        assert isinstance(result, Rejected)


def test_deep_nesting_is_bounded(tmp_path):
    path = tmp_path / "a.html"
    path.write_text("<html>" + "<div>" * 50_000 + "深处的一句话，写了很多很多很多字。" + "</div>" * 50_000, encoding="utf-8")
    (result,) = load(path)
    assert isinstance(result, Document | Rejected)


def test_facts_need_their_name_and_dates_their_calendar():
    assert facts(["发布日期按时间排序", "文 号\t无\t发布日期\t2024年01月26日"]) == {"文号": "无", "发布日期": "2024年01月26日"}
    assert day("2024年02月30日") is None


@settings(max_examples=150, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*"<>/=\"'&;", "table", "tr", "td", "div", "p", "br", "a href=x", "!--", "ol", "li", "正文。", "\x00", "&#0;", "&#xD800;", TITLE, " "]), max_size=80))
def test_any_markup_gives_a_document_or_a_reason(tmp_path, pieces):
    path = tmp_path / "a.html"
    path.write_bytes(("<html>" + "".join(pieces)).encode())
    (result,) = load(path)
    assert isinstance(result, Document | Rejected)


@pytest.mark.parametrize("blank", ["\u3000", "\u00a0", " ", "\t", "_", "- "])
def test_a_title_of_nothing_but_blanks_takes_no_time(tmp_path, blank):
    path = tmp_path / "甲.html"
    path.write_text(f"<html><head><title>甲{blank * 200_000}乙</title></head><body><p>全年受理信访416件，全部办结。</p></body></html>", encoding="utf-8")
    started = process_time()
    (document,) = load(path)
    assert process_time() - started < 5
    assert "416件" in document.text


def test_a_short_page_keeps_its_heading_and_its_shortest_sentence(tmp_path):
    short = "<p>2023年，桃畈镇扎实推进依法行政。现将有关情况报告如下：</p><p>一、主要工作</p><p>调解纠纷77件。</p>"
    text = read(tmp_path / "a.html", page(f"<div class=article><h1>{TITLE}</h1>{short}</div>")).text
    assert text.split("\n")[-2:] == ["一、主要工作", "调解纠纷77件。"]


def test_a_table_beside_the_only_paragraph_is_kept(tmp_path):
    table = "<div><table><tr><td>指标</td><td>数量</td></tr><tr><td>调解纠纷</td><td>77</td></tr></table></div>"
    text = read(tmp_path / "a.html", page(f"<div><h1>{TITLE}</h1><div><p>{PARAGRAPHS[0]}</p></div>{table}</div>")).text
    assert "调解纠纷\t77" in text


def test_a_page_that_states_no_title_keeps_the_line_above_its_text(tmp_path):
    cells = f"<tr><td>{TITLE}</td></tr><tr><td>{PARAGRAPHS[0]}<br>一、主要举措<br>{SHOWN}</td></tr>"
    assert read(tmp_path / "a.html", f"<html><body><table>{cells}</table></body></html>").text.split("\n")[0] == TITLE

"""Writes the parts of the README files that are facts about the program: `make docs`. test_docs.py fails when one is out of date.

A generated part stands between ``<!-- name -->`` and ``<!-- /name -->``.
It lies among the tests because the README is checked like code, and the program itself has no use for it.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.cli import REPORTS, VERBS
from bot.core.metrics import METRICS
from bot.settings import explained

ROOT = Path(__file__).parent.parent
FILES = ("README.md", "data/README.md", "data/manual.md", "data/operations.md", "data/eval/README.md")
PART = re.compile(r"<!-- (?P<name>\w+) -->\n.*?<!-- /(?P=name) -->", re.DOTALL)
RESULTS = ROOT / "data" / "eval" / "results"
EXAMS = ROOT / "data" / "eval" / "exams"


def main(store: Path) -> None:
    """Bring the generated parts up to date, from the program as it is and ``store`` as it answers."""
    for name in FILES:
        path = ROOT / name
        path.write_text(current(path.read_text(encoding="utf-8"), store), encoding="utf-8")


def current(text: str, store: Path) -> str:
    """Return ``text`` with every generated part made anew."""
    return PART.sub(lambda part: f"<!-- {part['name']} -->\n{PARTS[part['name']](store)}\n<!-- /{part['name']} -->", text)


def zhenwen(*arguments: object) -> str:
    """What the command line prints."""
    command = [sys.executable, "-m", "bot", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"COLUMNS": "110"}, check=True, capture_output=True, encoding="utf-8").stdout


def block(text: str) -> str:
    """A code block."""
    return f"```text\n{text.rstrip()}\n```"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def usage(_: Path) -> str:
    """The program's help, and how each verb is used."""
    verbs = [*VERBS, *(f"reports {name}" for name in REPORTS)]
    return block("\n".join([zhenwen("--help"), *(zhenwen(*verb.split(), "--help").partition("\n\n")[0] for verb in verbs)]))


def answer(store: Path) -> str:
    """The answer that `make ask` prints."""
    return block(zhenwen("--store", store, "ask", "金井镇2023年调解了多少纠纷"))


def settings(_: Path) -> str:
    """What can be set."""
    return table(("变量", "默认", "含义"), ((f"`{variable}`", f"`{default}`" if default else "", meaning) for variable, default, meaning in explained()))


def reports(store: Path) -> str:
    """The expected counts of the sample collection."""
    held = json.loads(zhenwen("--store", store, "reports", "--json"))["reports"]
    rows = [[each[key] for key in ("file", "town", "year", "passages", "figures")] for each in sorted(held, key=lambda each: each["file"])]
    total = ["合计", f"{len(rows)} 份", "", sum(row[3] for row in rows), sum(row[4] for row in rows)]
    return table(("文件", "镇", "年度", "段落", "数字"), [*rows, total])


def exams(_: Path) -> str:
    """Every exam with the figures of its first run; what was run again afterwards is a development score and stands apart."""
    rows = [json.loads(line) for line in (EXAMS / "first_runs.jsonl").read_text(encoding="utf-8").splitlines()]
    columns = ("题目", "出题人想着谁", "题数", "程序", "答对", "拒对", "误拒", "出处全")
    return table(columns, [_run(row) for row in rows])


def _run(row: dict[str, Any]) -> list[object]:
    asked = f"{row['answerable']} + {row['unanswerable']}"
    shares = (row["answered"] / row["answerable"], row["declined"] / row["unanswerable"], row["false_refusals"] / row["answerable"], row["cited"])
    return [row["exam"], row["asking"], asked, f"{row['date']} `{row['commit'][:7]}`{row['note']}", *(f"{share:.1%}" for share in shares)]


def scores(_: Path) -> str:
    """The scores of the last `make eval`, a row a question file."""
    columns = ("题目", "可答", "答对", "不可答", "拒对", "出处全", "同义三句全对", "不该有的数字", "数字有来历", "单项事实字数")
    return table(columns, [row for path in sorted(RESULTS.glob("*.json")) if (row := _score(path))])


def _score(path: Path) -> list[object] | None:
    result = json.loads(path.read_text(encoding="utf-8"))
    if "families" not in result:
        return None
    total = next(row for row in result["rows"] if row["name"] == "all")
    return [
        *(path.stem.partition("-")[0], total["answerable"], f"{total['answers']:.1%}", total["unanswerable"], f"{total['refusals']:.1%}"),
        *(f"{total['citations']:.1%}", f"{result['families_right']}/{result['families']}", total["foreign"]),
        *(f"{result['traced']}/{result['numbers']}", f"{result['length']:.0f}"),
    ]


def retrieval(_: Path) -> str:
    """The retrieval figures of the last `make eval`, a table a question set; a figure with the half of its 95 % interval."""
    path = sorted(RESULTS.glob("retrieval-*.json"))[-1]
    return "\n\n".join(_ways(found) for found in json.loads(path.read_text(encoding="utf-8"))["sets"])


def _ways(found: dict[str, Any]) -> str:
    columns = list(found["rows"][0]["figures"])
    rows = [[row["way"], *(f"{row['figures'][name]:.3f} ±{row['margins'][name]:.3f}" for name in columns)] for row in found["rows"]]
    return f"{found['name']}：{found['questions']} 题，{found['passages']} 段\n\n" + table(["", *columns], rows)


def speed(_: Path) -> str:
    """What tests/bench/scale.py measured last: a column a number of reports; milliseconds are p50 / p95."""
    rows = json.loads(sorted(RESULTS.glob("scale-*.json"))[-1].read_text(encoding="utf-8"))["rows"]
    stages, plain, shares = (rows[0][who][what] for who, what in (("ours", "ms"), ("langchain", "ms"), ("langchain", "right")))
    shown: dict[str, Callable[[dict[str, Any]], str]] = {
        "段落": lambda row: f"{row['passages']:,}",
        "收录，段/秒（Chroma 单独）": lambda row: f"{row['rate']:,.0f}（{row['chroma_rate']:,.0f}）",
        "再加一份，秒": lambda row: f"{row['one_more_s']:.2f}",
        "库，MB（正文）": lambda row: f"{row['store_mb']:,.0f}（{row['text_mb']:.1f}）",
        "内存，MB": lambda row: f"{row['ours']['memory_mb']:,.0f}",
        **{f"{stage}，毫秒": lambda row, stage=stage: _span(row["ours"]["ms"][stage]) for stage in stages},
        **{f"LangChain {stage}，毫秒": lambda row, stage=stage: _span(row["langchain"]["ms"][stage]) for stage in plain},
        "回答引到所问的数": lambda row: f"{row['ours']['right']['回答']:.0%}",
        **{f"{share}（LangChain）": lambda row, share=share: _beside(row, share) for share in shares},
        "测于": lambda row: f"{row['commit']}，{row['machine']}，负载 {row['load']:.1f}",
    }
    lines = [[name, *(_measured(show, row) for row in rows)] for name, show in shown.items()]
    return table(["", *(f"{row['size']:,} 份报告" for row in rows)], lines)


def _measured(show: Callable[[dict[str, Any]], str], row: dict[str, Any]) -> str:
    """What a row shows; a dash for what was not measured at its size."""
    try:
        return show(row)
    except KeyError:
        return "—"


def _span(milliseconds: Sequence[float]) -> str:
    return f"{milliseconds[0]:.1f} / {milliseconds[1]:.1f}"


def _beside(row: dict[str, Any], share: str) -> str:
    return f"{row['ours']['right'][share]:.0%}（{row['langchain']['right'][share]:.0%}）"


def played(_: Path) -> str:
    """What a person receives from each kind of model: the sums of the last `tests/bench/played.py`, a row a behaviour."""
    path = sorted(RESULTS.glob("played-*.json"))[-1]
    result = json.loads(path.read_text(encoding="utf-8"))
    columns = ("模型怎样", "回答", "写了几句", "采用", "不实", "超时", "未采用的原因，或没有用上的原因")
    rows = [[row["behaviour"], row["answers"], row["sentences"], row["kept"], row["false"], row["late"], _why(row)] for row in result["rows"]]
    total = ["合计", *(result[name] for name in ("answers", "sentences", "kept", "false", "late")), ""]
    return table(columns, [*rows, total])


def perfect(_: Path) -> str:
    """What a perfect reader could be given, and what the lock struck of what it said: a row an exam of the last `tests/bench/perfect.py`."""
    result = json.loads(sorted(RESULTS.glob("perfect-*.json"))[-1].read_text(encoding="utf-8"))
    rows = [[name, row["evidence"], f"{row['among_candidates']:.1%}", row["sentences"], f"{row['struck']:.1%}"] for name, row in result.items()]
    return table(("题目", "应有的出处", "给到模型的", "它照抄的句子", "被错杀的"), rows)


def sides(_: Path) -> str:
    """The rules, the local reader and the recorded model beside each other: the last exam that was played by `tests/bench/replayed.py`."""
    path = sorted(RESULTS.glob("sides-*.json"))[-1]
    result = json.loads(path.read_text(encoding="utf-8"))
    names = {"rules": "只有规则", "reader": "加阅读模型", "model": "加语言模型"}
    totals = [(name, result[side]["rows"][0]) for side, name in names.items()]
    rows = [[name, f"{row['answers']:.1%}", f"{row['refusals']:.1%}", row["false_refusals"], f"{row['citations']:.1%}", row["foreign"]] for name, row in totals]
    told = f"语言模型帮上的 {len(result['helped'])} 题：{'、'.join(result['helped'])}。帮了倒忙的 {len(result['hurt'])} 题：{'、'.join(result['hurt']) or '无'}。"
    return f"{path.name.split('-')[1]}：\n\n{table(('怎样答', '答对', '拒对', '误拒', '出处全', '不该有的数字'), rows)}\n\n{told}"


def _why(row: dict[str, Any]) -> str:
    """The most frequent reason, without what changes from one second to the next."""
    return re.sub(r"（还有.*?）", "", next(iter(row["why"]), ""))


def metrics(_: Path) -> str:
    """What /metrics tells."""
    return table(("指标", "类型", "含义"), ((f"`{name}`", kind, meaning) for name, (kind, meaning) in METRICS.items()))


def faults(_: Path) -> str:
    """What tests/bench/faults.py measured last: a row a fault."""
    path = sorted(RESULTS.glob("faults-*.json"))[-1]
    rows = [[row["fault"], row["times"], row["struck"], row["lost"], row["after"]] for row in json.loads(path.read_text(encoding="utf-8"))["rows"]]
    return table(("故障", "次数", "正好打断了工作", "丢失", "之后"), rows)


PARTS = {"perfect": perfect, "sides": sides, "metrics": metrics, "faults": faults, "exams": exams, "played": played, "usage": usage, "answer": answer, "settings": settings, "reports": reports, "scores": scores, "retrieval": retrieval, "speed": speed}

if __name__ == "__main__":
    main(Path(sys.argv[1]))

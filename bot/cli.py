"""The command line: ``zhenwen VERB …``. What the verbs do is in ``bot/commands.py``.

Exit codes: 0 done, 1 something was rejected or failed (the message says what and how to mend it), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from bot import texts
from bot.settings import Settings
from index.errors import ZhenwenError

FAILED, WRONG_USAGE = 1, 2


class Formatter(argparse.HelpFormatter):
    """Help in Chinese."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = "用法：",
    ) -> None:
        super().add_usage(usage, actions, groups, prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese."""

    def __init__(self, **options: object) -> None:
        super().__init__(formatter_class=Formatter, add_help=False, **options)  # type: ignore[arg-type]
        self.arguments = self.add_argument_group("参数")
        self.options = self.add_argument_group("选项")
        self.options.add_argument("-h", "--help", action="help", help="显示这份说明")
        self.options.add_argument(
            "--store", metavar="DIR", type=_path, default=argparse.SUPPRESS, help="资料库所在的文件夹（默认 data/store）"
        )

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USAGE, f"用法不对：{texts.usage_error(message)}。运行 {self.prog} --help 看用法。\n")


def _index(parser: Parser) -> None:
    parser.arguments.add_argument("paths", metavar="PATH", type=_path, nargs="+", help="文件或文件夹")
    parser.options.add_argument("--prune", action="store_true", help="移除这些文件夹里已经没有的报告")
    parser.options.add_argument("--watch", action="store_true", help="一直看着，有变化就收录；按 Ctrl-C 结束")
    _machine(parser)


def _ask(parser: Parser) -> None:
    _question(parser)
    parser.options.add_argument("--why", action="store_true", help="不答题，说明怎样理解、看了哪些报告、比较了哪些原文")
    parser.options.add_argument("--at-once", metavar="N", type=_count, default=1, help="--batch 同时答几题（默认 1）；接了语言模型时可以多些")


def _question(parser: Parser) -> None:
    one = parser.arguments.add_mutually_exclusive_group(required=True)
    one.add_argument("question", metavar="问题", nargs="?", help="一句话")
    one.add_argument("--batch", metavar="FILE", help="一行一个 JSON 对象 {id, question, history}，逐行回答；- 是标准输入")
    _machine(parser)


def _search(parser: Parser) -> None:
    _question(parser)
    parser.options.add_argument("-k", metavar="N", type=_count, default=10, help="最多几段（默认 10）")


def _eval(parser: Parser) -> None:
    parser.arguments.add_argument("file", metavar="FILE", type=_path, help="题目文件，见 data/eval/README.md；写 retrieval 则测量检索")
    parser.options.add_argument("--sets", metavar="DIR", type=_path, help="检索测试集所在的文件夹（zhenwen eval retrieval --sets DIR）")
    parser.options.add_argument(
        "--model", metavar="NAME", nargs="?", const="", help="规则、阅读模型、语言模型各答一遍，并排打分；不写名称则用 ZHENWEN_MODEL"
    )
    _machine(parser)


def _reports(parser: Parser) -> None:
    _machine(parser)
    verbs = parser.add_subparsers(metavar="VERB", title="另外", parser_class=Parser)
    for name, (summary, arguments) in REPORTS.items():
        verb = verbs.add_parser(name, help=summary, description=summary + "。")
        verb.set_defaults(verb=f"reports_{name}")
        arguments(verb)


def _ledger(parser: Parser) -> None:
    _filters(parser)
    parser.options.add_argument("--xlsx", metavar="FILE", type=_workbook, help="写成 Excel 文件，原句在数值格的批注里")
    _machine(parser)


def _filters(parser: Parser) -> None:
    for name, meaning in FILTERS.items():
        parser.options.add_argument(f"--{name}", metavar=meaning, type=_name, help=f"只要这个{meaning}")
    parser.options.add_argument("--year", metavar="年份", type=_year, help="只要这一年的数字（报告里写的往年、来年的数字各归其年）")


def _verify(parser: Parser) -> None:
    parser.arguments.add_argument("file", metavar="FILE", help="稿子：.docx、.txt 等；- 是标准输入里的文字")
    _machine(parser)


def _export(parser: Parser) -> None:
    parser.arguments.add_argument("file", metavar="FILE", type=_exported, help="写成什么：.docx 是纪要，.txt 是回答和参考文献，.xlsx 是台账")
    parser.arguments.add_argument("questions", metavar="问题", nargs="*", help="收进纪要的问题")
    parser.options.add_argument("--title", metavar="标题", type=_name, help="纪要的标题")
    parser.options.add_argument("--compare", action="store_true", help="台账写成对比表：一镇一行，一年一列（要有 --indicator）")
    _filters(parser)


def _correction(parser: Parser) -> None:
    parser.arguments.add_argument("report", metavar="ID", help="报告的文件名，或编号（zhenwen reports --json 里的 id）")
    for name, meaning in PLACES.items():
        parser.options.add_argument(f"--{name}", metavar=meaning, type=_name, help=f"报告所属的{meaning}")
    parser.options.add_argument("--year", metavar="年份", type=_year, help="报告写的是哪一年，如 2023")
    parser.set_defaults(refuse=parser.error)


def _machine(parser: Parser) -> None:
    parser.options.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="输出 JSON，给程序用")


def _backup(parser: Parser) -> None:
    parser.arguments.add_argument("folder", metavar="DIR", type=_path, help="备份所在的文件夹")


def _nothing(_: Parser) -> None:
    """The verb has no arguments of its own."""


def _path(text: str) -> Path:
    if not text:  # a script's unset variable must not mean the folder it stands in
        raise argparse.ArgumentTypeError("路径是空的")
    return Path(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("要是大于 0 的整数")
    return int(text)


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("名称是空的")
    return text.strip()


def _year(text: str) -> int:
    if not (text.isdecimal() and 1900 <= int(text) < 2100):
        raise argparse.ArgumentTypeError("要是四位数的年份，如 2023")
    return int(text)


def _exported(text: str) -> Path:
    if Path(text).suffix.lower() not in {".docx", ".txt", ".xlsx"}:
        raise argparse.ArgumentTypeError("文件名要以 .docx、.txt 或 .xlsx 结尾")
    return Path(text)


def _workbook(text: str) -> Path:
    if Path(text).suffix.lower() != ".xlsx":  # Excel opens no other
        raise argparse.ArgumentTypeError("文件名要以 .xlsx 结尾")
    return Path(text)


PLACES = {"province": "省", "city": "市", "county": "县区", "town": "镇"}

FILTERS = {"town": "镇", "county": "县区", "indicator": "指标"}

REPORTS: dict[str, tuple[str, Callable[[Parser], None]]] = {
    "check": ("检查资料库：缺年份、重复、数字不符、没认准", _machine),
    "set": ("改正一份报告的镇、年份或所在地，再次收录也不变", _correction),
}

VERBS: dict[str, tuple[str, Callable[[Parser], None]]] = {
    "index": ("把报告放进资料库，或更新", _index),
    "ask": ("问一个问题", _ask),
    "search": ("只查相关段落", _search),
    "reports": ("资料库里有哪些报告", _reports),
    "ledger": ("指标台账：报告里写的每个数字，一行一个", _ledger),
    "verify": ("核稿：稿子里的数字和引文逐处对照报告；.docx 另存一份带批注的", _verify),
    "export": ("写成文件：回答成纪要（Word）或参考文献，数字成台账或对比表（Excel）", _export),
    "chat": ("在终端里对话", _nothing),
    "serve": ("开网页和接口（只在本机）；设了 ZHENWEN_TELEGRAM_TOKEN 就在 Telegram 里答问", _nothing),
    "backup": ("备份资料库、问答记录和送来的文件，运行时也可以", _backup),
    "restore": ("换上备份；原来的改名留着（要先停下 serve）", _backup),
    "repair": ("从目录重建向量库和全文索引", _nothing),
    "eval": ("用题目文件打分", _eval),
    "doctor": ("检查运行条件，说明怎样补救", _nothing),
}


def parser() -> Parser:
    """The parser of all verbs."""
    top = Parser(prog="zhenwen", description="镇问：镇法治政府建设年度报告问答，每个数字都有出处。")
    top.set_defaults(json=False)
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True, title="命令", parser_class=Parser)
    for name, (summary, arguments) in VERBS.items():
        arguments(verbs.add_parser(name, help=summary, description=summary + "。"))
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the words are Chinese, whatever the locale says
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    args = parser().parse_args(argv)
    try:
        code = _run(args)
        sys.stdout.flush()
    except ZhenwenError as error:
        return _failed(str(error))
    except KeyboardInterrupt:
        return _failed(texts.INTERRUPTED)
    except BrokenPipeError:  # the reader has seen enough (zhenwen reports | head); nothing more can be written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _run(args: argparse.Namespace) -> int:
    from bot import commands
    from bot.screen import Screen

    settings = Settings.read(store=getattr(args, "store", None))
    verb: Callable[[argparse.Namespace, Settings, Screen], int] = getattr(commands, args.verb)
    return verb(args, settings, Screen(sys.stdout, sys.stderr))


def _failed(message: str) -> int:
    print(message, file=sys.stderr)
    return FAILED

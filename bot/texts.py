"""What the program says to people, besides answers: one place to read and to change it."""

from __future__ import annotations

import re

CHAT_NOBODY = "没有这个用户的文件夹：{path}"
CHAT_NO_BUTTON = "没有 /{number} 这一项。可用的写在上一条回答的下面。"
CHAT_FILE = "文件：{path}"
CHAT_STOPPED = "已停止。"
CHAT_FAREWELL = "再见。"

CLAIM = "还没有管理员。请在聊天里向机器人发送：/start claim_{code}（只能用一次）"
PAGE = "网页：{address}"
SERVING = "正在服务。按 Ctrl-C 停止。"
SERVED = "已停止，没有丢下问题。"

NO_PATH = "找不到 {path}。请检查路径是否写对。"
CLOSED_FILE = "读不了 {path}（{problem}）。请检查路径和读取权限。"
NOTHING_FOUND = "这些路径下没有找到可读的文件。请把报告放进去，再运行 zhenwen index。"
NO_HITS = "没有找到相关的段落。可以用 zhenwen reports 看资料库里有哪些镇、哪些年份的报告。"
NO_REPORTS = "资料库是空的。请先运行 zhenwen index 文件夹，把报告放进来。"
BATCH_LINE = "第 {line} 行：{problem}"
NOT_JSON = "不是一个 JSON 对象"
NOT_UTF8 = "不是 UTF-8 编码"
NO_QUESTION = "缺少文字字段 question"
BAD_HISTORY = "history 应是由用户前几句话组成的列表"
LEDGER_EMPTY = "这一范围内没有写明这样的数字。去掉 --year 或 --indicator 再看看。"
LEDGER_WRITTEN = "已写入 {path}，共 {count} 行。"
NOT_WRITTEN = "写不了 {path}（{problem}）。请检查文件夹是否存在、是否可写、文件是否正在 Excel 里打开。"
EXPORTED = "已写入 {path}，共 {count} 条。引用前请核对原件。"
NO_QUESTIONS = "请写出要收进文件的问题，如 zhenwen export 纪要.docx 某镇2023年调解了多少纠纷"
NO_INDICATOR = "要对比哪一项，请用 --indicator 写明，如 --indicator 法律明白人"
COMMENTED = "带批注的稿子：{path}"
NO_MODEL = "没有设语言模型。请在 --model 后写明，如 --model deepseek:deepseek-chat，或设 ZHENWEN_MODEL。"
NO_SETS = "要用 --sets 指出检索测试集所在的文件夹。"
NO_SUCH_REPORT = "资料库里没有编号或文件名是 {report} 的报告。文件名见 zhenwen reports，编号见 zhenwen reports --json 的 id。"
NOTHING_TO_SET = "没有写要改正什么，请用 --town、--year、--county 等写明"
CORRECTED = "已改正：{file} 是{place}{year}的报告。再次收录时不会变回去。"
ALL_SOUND = "没有发现要处理的问题。"
WATCHING = "正在看着 {paths}，有变化就收录。按 Ctrl-C 结束。"
WATCHED = "不再看着了。资料库保持完好。"
BACKED_UP = "已备份到 {folder}（{size:.1f} MB），并核对无误。里面有所有人问过的话，请妥善保管；密钥和令牌不在里面。"
THERE_ALREADY = "{path} 已经在那里。请换一个新的文件夹名。"
NOT_WRITTEN_FOLDER = "写不了 {path}（{problem}）。请检查权限和磁盘空间。"
RESTORED = "已换上 {folder} 的备份：{count} 份报告，核对无误。原来的改名留着，名字以 {kept} 结尾。"
NOTHING_TO_REPAIR = "{path} 里没有资料库。请先运行 zhenwen index 文件夹，或用 zhenwen restore 换上备份。"
REPAIRED = "已从目录重建 {path} 的向量库和全文索引：{count} 份报告，核对无误。"
INTERRUPTED = "已中断。资料库保持完好，可以重新运行。"

NO_MODEL = "没有设语言模型（ZHENWEN_MODEL）：回答全在本机完成。"
NOTHING_SENT = "没有设语言模型（ZHENWEN_MODEL），回答时什么也不发出去。"
MODEL_SOUND = "{model} 在 {place}，{seconds:.1f} 秒应答（{form}）"
MODEL_ILL = "{problem}修好之前照常回答，只是不用语言模型。"
SENT = "回答时会把问题、同一对话里前面的问题、所问范围内报告的原句（带镇名、年份和标题，一份报告的句子可能大半在内）发给{where} {place} 的语言模型 {model}；不发提问人是谁。"
NEARBY, FAR = "本机或内网", "外网"
MODEL_UNUSED = "近 {days} 天没有用过语言模型。"
MODEL_USED = "近 {days} 天的语言模型用量（{model}）"
MODEL_COUNTS = {"calls": "调用", "cached": "缓存", "failures": "失败"}
MODEL_USERS = "按人（token）：{users}"
NOBODY = "命令行"

USAGE_ERRORS = (
    (re.compile(r"^the following arguments are required: (.+)$"), r"缺少参数 \1"),
    (re.compile(r"^one of the arguments (\S+) (\S+) is required$"), r"要写出\1，或用 \2"),
    (re.compile(r"^argument (\S+): not allowed with argument (\S+)$"), r"\1 和 \2 只能用一个"),
    (re.compile(r"^unrecognized arguments: (.+)$"), r"不认识的参数 \1"),
    (re.compile(r"^argument (\S+): expected .+$"), r"参数 \1 后面缺少内容"),
    (re.compile(r"^argument (\S+): invalid choice: (.+) \(choose from (.+)\)$"), r"\1 没有 \2，可用的有 \3"),
    (re.compile(r"^argument (\S+): (.+)$"), r"参数 \1：\2"),
)
"""argparse's messages, which it has in English only, and ours."""


def usage_error(message: str) -> str:
    """Return argparse's ``message`` in Chinese; one that is not known stays as it is."""
    for pattern, ours in USAGE_ERRORS:
        if pattern.match(message):
            return pattern.sub(ours, message)
    return message

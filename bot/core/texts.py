"""What the chat says to people, besides answers: one place to read and to change it."""

from __future__ import annotations

START = "您好，我是镇问。我回答各镇法治政府建设年度报告里的问题，每个数字都附原文出处。\n直接提问即可，也可以接着上一句追问（那另一个镇呢）。"
SECRECY = "请勿在这里发送涉密、工作秘密和个人信息；回答仅供参考，正式引用前请核对原文。"
EXAMPLES = "例如：\n{examples}"
NO_EXAMPLES = "资料库里还没有镇街报告，请先收入报告。"
MORE = "/help 看能做什么。"
STRANGER = "您好，我是镇问，目前只对获准的人开放。请把下面这个编号发给管理员，或用管理员给的邀请链接进入。\n您的编号：{user}"
WELCOME = "欢迎您，您现在是{role}。"
BAD_CODE = "这个邀请码无效、已用完或已过期。请向管理员要一个新的。"
CLAIMED = "您现在是这个机器人的管理员。用 /invite 邀请别人，用 /members 看有谁。"
BAD_CLAIM = "这个认领码无效或已过期，或者已有管理员。认领码在启动时打印在控制台上。"
GROUP_CLOSED = "这个群还没有启用。请管理员在群里发 /allow。"
GROUP_OPEN = "这个群已启用。请用“/ask 问题”提问，或回复我的消息；别的话我看不到。每个人仍要先获准使用。"
GROUP_SHUT = "这个群已停用，我不再在这里回答。"
GROUP_ONLY = "这个命令要在群里用。"
GROUP_START = "大家好，我是镇问。在群里请用“/ask 问题”提问，或回复我的消息；群里的其他话我看不到。"
NOT_ALLOWED = "这个命令要{role}才能用。"
UNKNOWN = "没有 {command} 这个命令。/help 看有哪些。"
ROLE_NAMES = {"keeper": ("管理员", "管理"), "contributor": ("供稿人", "供稿"), "reader": ("读者", "提问")}
ROLES = {"keeper": "管理员", "contributor": "供稿人", "reader": "读者"}

SOME_QUESTION = "甲镇2023年调解了多少纠纷"
SOME_PAIR = "甲镇和乙镇的法律明白人"
SOME_TOWN = "甲镇"

HELP_HEAD = "直接输入问题即可；不写年份就是最新一年，可以接着上一句追问。"
HELP_COMMANDS = "能用的命令："
HELP_GROUP = "在群里用“/ask 问题”，或回复我的消息。"
HELP_SEND = "/send 文件路径 送一份报告进来"
HELP_FILES = "把报告文件（Word、PDF、网页、文本、图片，或它们的 zip）发给我，就会收入资料库。"

BUSY = "您有 {most} 问还在等，请等答完再发；要停下正在答的请发 /stop。"
QUEUED = "前面还有一问在答，请稍候……"
SET_ASIDE = "抱歉，这一条几次让程序中断，已经搁置，没有作答。已经记录，请管理员查看；请换个说法或换个文件再试。"
STOPPED = "已停下，这一问没有作答。"
STOPPING = "好的。"
NOTHING_TO_STOP = "现在没有正在答的问题。"
TOO_SLOW = "这一问用时太长，已经停下。请换个说法，或问得具体一些。"
FAILED = "抱歉，程序出了错，这一问没能答出来。已经记录，请稍后再试或换个问法。"
LIMITS = {
    "minute": "您问得太快了，请过一分钟再问。",
    "files": "您今天送来的文件太多了，请明天再送；需要更多请找管理员。",
    "day": "您今天的提问次数已经用完，请明天再问；需要更多请找管理员。",
    "all": "今天大家的提问次数已经用完，请明天再问；需要更多请找管理员。",
}
NOT_TEXT = "我只看得懂文字。请把问题写成一句话。"
NOT_TEXT_FILES = "我只看得懂文字和文件。请把问题写成一句话，或发送报告文件（Word、PDF、网页、文本、图片）。"
NO_DOCUMENTS = "收报告要供稿人才行，请找管理员。"
ASK_WHAT = "请在 /ask 后面写上问题，例如：/ask {example}"
STAGE = "正在查找……"

NEW = "好的，前面的话不再沿用。"
NOTHING_ASKED = "还没有问过问题。"
NOT_YOURS = "这个按钮您用不了，请先向管理员要邀请"
GONE = "这个按钮已经失效，请重新提问。"
NO_REPORT = "这份报告已不在资料库里。"
NO_FILE = "《{title}》的原文件不在这台机器上。"
WHERE_ONLINE = "网址：{url}"

DOUBT = "⚠ {town}{year}：{message}。"
UNSURE = "文字识别没有把握：{words}，请对照原件"
RECOGNISED = "原件是图片，文字由识别得到，请对照原件"
WHOSE = "发“/me 镇名”告诉我您在哪个镇，以后“我镇”就是它。"
PLACE = "第{n}段，共{count}段"
CHECKED = "数字都已与原文核对。"
SOURCES = "这一答有{count}处依据，点编号看原文："
FILES = "这一答依据{count}份报告，点一份取原文件："
RELATED = "您还可以问："
NO_RELATED = "没有想到相关的、库里答得上的问题。"
THANKS = "已记下，谢谢"
THANKED = "已记下，谢谢。"
WHY_BAD = "哪里不对？点一项，或者什么也不点。"
REASONS = {"wrong": "答错了", "missing": "没答全", "source": "出处不对", "other_town": "答的是别的镇", "unclear": "看不懂", "said": "自己写"}
SAID = "said"
SAY_WHY = "请写一句话，说明哪里不对。"
NO_MORE = "取消"
LEFT = "好的，已取消。"
CITATION = "引用格式（GB/T 7714）："

TOWNS_HEAD = "{place}共有{reports}份报告，涉及{towns}个镇（街道、乡）。"
TOWNS_NONE = "没有“{place}”的报告。/towns 看全部。"
TOWNS_MORE = "下一页（还有{left}个）"
COMPARE_HOW = "请写出要比的镇和事项，例如：/compare {example}"
SEARCH_HOW = "请写要找的词，例如：/search 群众说事"
SEARCH_NONE = "没有找到与“{words}”相近的段落。"
SEARCH_FOUND = "与“{words}”最相近的{count}段原文："
LEDGER_HOW = "指标台账：报告里写的每个数字。请写镇名，可加年份和指标，例如：/ledger {example}"
LEDGER_HEAD = "共{count}个数字，附件里是全部，数值格的批注是原句："
KINDS = {"done": "", "as_of": "", "planned": "（计划）", "change": "（增减）"}
LEDGER_NONE = "这一范围内没有写明这样的数字。去掉年份或指标再看看。"
LEDGER_FILE = "指标台账{name}.xlsx"
LEDGER_REST = "……其余{count}个见附件。"

ME_HOW = "还不知道您在哪个镇。请发“/me 镇名”，以后问“我镇……”就是它。"
ME_SET = "记住了：您说“我镇”就是{town}。"
ME_IS = "您的镇是{town}，问“我镇……”就是它。改请发“/me 镇名”，忘掉请发“/me 无”。"
ME_FORGOTTEN = "好的，不再记得您的镇。"
ME_UNKNOWN = "资料库里没有“{town}”。/towns 看有哪些镇。"
ME_WHICH = "叫“{town}”的有{count}个，您在哪一个？"
ME_CLEAR = ("无", "没有", "clear")

HISTORY = "最近问过的，点一条再看回答："
PRIVACY = (
    "我记下：您的编号和名称、您问的问题和得到的回答、您的评价、您送来的报告。用来接着追问、改进回答；管理员能看到没答上来的问题和评价。"
    "不外传；设了语言模型时，问题和相关原文会发给它。\n点下面的按钮，可以删掉您的提问和评价，或者您的全部资料。"
)
FORGET = "删除我的提问记录"
ERASE_ME = "删除我的全部资料并退出"
ERASE_HOW = "请写编号，例如：/erase 12345。编号见 /members。"
ERASE_SURE = "要删除{name}的全部资料吗？问答、评价、纪要、关注、待确认的文件和权限都会删掉，不能恢复。"
ERASE_YES = "确定删除"
ERASED = "已删除{name}的全部资料，其中问答{answers}条。收录了的报告留着，不再记着是谁送的。管理操作的记录按规定留半年；以前的备份里还有，请管理员一并处理。"
FORGOTTEN = "已删除{count}条提问记录。"

INVITE_HOW = "请写角色，可加人数（最多{most}），例如：/invite 读者 5\n角色有：读者（提问）、供稿人（还能送报告）、管理员。"
INVITED = "邀请码（{role}，{uses}人，7天内有效），请转发给要邀请的人：\n{link}"
MEMBERS = "共{count}人："
ROLE_HOW = "请写编号和角色，例如：/role 12345 供稿人。编号见 /members。"
ROLE_SET = "{name}现在是{role}。"
REMOVE_HOW = "请写编号，例如：/remove 12345。编号见 /members。"
REMOVED = "{name}不能再用了。"
NO_MEMBER = "没有编号是 {user} 的人。/members 看有谁。"
LAST_KEEPER = "这是最后一位管理员，不能改。请先用 /role 另设一位。"

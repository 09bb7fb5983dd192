"""Small real values and a small real answerer for the tests of ``bot/``."""

from index.types import Passage, Place, ReportInfo
from retrieval.types import Answer, Citation, Coverage, Hit, Numbers, Scope

REPORT = ReportInfo(
    id="0123456789abcdef",
    file="001.txt",
    digest="d",
    title="2023年度法治政府建设工作情况报告",
    place=Place("福建省", "", "晋江市", "金井镇"),
    year=2023,
    passages=9,
    figures=4,
)
CITATION = Citation(
    n=1,
    id="金井2023·一(三)1",
    report_id=REPORT.id,
    file=REPORT.file,
    title=REPORT.title,
    town="金井镇",
    year=2023,
    section=("一、主要做法", "(三)化解矛盾"),
    quote="共排查矛盾纠纷708起,化解708起",
    start=1934,
    end=1951,
)
ANSWER = Answer(
    question="金井镇2023年调解了多少纠纷",
    text="金井镇2023年共排查矛盾纠纷708起，化解708起。[1]",
    citations=(CITATION,),
    scope=Scope(("金井镇",), (2023,)),
    coverage=Coverage(1, 1),
    numbers=Numbers(2, 2),
    took_ms=9.04,
)
HIT = Hit(
    Passage("p", REPORT.id, 3, 10, 48, "共排查矛盾纠纷708起,化解708起,调处成功率达100%。矛盾不上交。", ("一、主要做法",)),
    score=0.5,
    rank=1,
)


class Echo:
    """Answers every question with itself and what came before."""

    def __init__(self):
        self.asked = []

    def answer(self, question, history=()):
        self.asked.append((question, tuple(history)))
        return Answer(question, f"您问的是{question}")

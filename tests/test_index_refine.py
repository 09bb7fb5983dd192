"""Refining on a handful of questions: what answers comes before what ranked high; folds hold out what they say."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from index.embed import static_encoder
from index.judged import Judged, judged, statutes

ANSWERED = [("老板不给工资", "用人单位应当支付劳动报酬"), ("路灯坏了", "照明设施由市政部门维修"), ("邻居吵架", "矛盾纠纷由调解委员会化解"), ("孩子上学", "适龄儿童接受义务教育")]
DECOYS = ["老板的工资", "路灯的样子", "邻居家的狗", "孩子的上衣"]
SMALL = Judged(tuple(q for q, _ in ANSWERED), tuple([p for _, p in ANSWERED] + DECOYS), tuple((n,) for n in range(len(ANSWERED))))
SHARED = Judged(("一", "二", "三", "四", "五", "六"), tuple("甲乙丙丁"), ((0,), (0, 1), (1,), (2,), (3,), (3,)))


def write(folder: Path, name: str, rows: Iterable[object]) -> None:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / name).write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())


@pytest.mark.slow  # torch takes its time to be imported
def test_after_the_lessons_what_answers_comes_first(tmp_path: Path) -> None:
    import torch

    from index import refine, train

    with pytest.MonkeyPatch.context() as small:
        for module, name, value in ((train, "PIECES", 80), (refine, "NEAR", 3), (refine, "HARD", 1), (refine, "EPOCHS", 60)):
            small.setattr(module, name, value)
        torch.manual_seed(1)
        tokenizer = train.learn_pieces([*SMALL.queries, *SMALL.passages] * 8)
        random = np.random.default_rng(1)
        train.save(tmp_path / "before", tokenizer, random.normal(scale=0.05, size=(tokenizer.get_vocab_size(), 16)).astype(np.float32))
        before = static_encoder(tmp_path / "before")
        vectors = refine.refine(before, [refine.lessons(before, SMALL)], random)
        train.save(tmp_path / "after", tokenizer, vectors)
    first = [
        (encoder.encode(list(SMALL.queries)) @ encoder.encode(list(SMALL.passages)).T).argmax(axis=1).tolist()
        for encoder in (before, static_encoder(tmp_path / "after"))
    ]
    assert first[0] != [0, 1, 2, 3]
    assert first[1] == [0, 1, 2, 3]


@pytest.mark.slow
def test_what_answers_is_never_among_what_is_wrong(tmp_path: Path) -> None:
    from index import refine, train

    with pytest.MonkeyPatch.context() as small:
        small.setattr(train, "PIECES", 80)
        small.setattr(refine, "NEAR", 3)
        tokenizer = train.learn_pieces([*SMALL.queries, *SMALL.passages] * 8)
        train.save(tmp_path, tokenizer, np.ones((tokenizer.get_vocab_size(), 16), np.float32))
        known = refine.lessons(static_encoder(tmp_path), SMALL)
    assert [set(wrong) & set(right) for wrong, right in zip(known.wrong, SMALL.relevant, strict=True)] == [set()] * 4
    assert all(4 + n in wrong for n, wrong in enumerate(known.wrong)), "the decoy shares the words of its question"


def test_every_question_is_in_one_fold_and_always_in_the_same() -> None:
    folds = SMALL.folds(3, by_passage=False)
    assert folds.tolist() == SMALL.folds(3, by_passage=False).tolist()
    assert set(folds.tolist()) <= {0, 1, 2}
    assert sum(len(SMALL.only(np.flatnonzero(folds == fold).tolist()).queries) for fold in range(3)) == len(SMALL.queries)


def test_folds_by_passage_share_none() -> None:
    folds = SHARED.folds(4, by_passage=True).tolist()
    assert len(set(folds[:3])) == 1, "一 and 三 share a passage with 二"
    assert folds[4] == folds[5]


def test_the_sources_in_which_people_ask_are_read(tmp_path: Path) -> None:
    article = "第三条 当事人可以约定利率；没有约定的，视为不支付利息，争议由人民法院或者仲裁机构按照本法规定处理。"
    write(tmp_path, "laws_cn.jsonl.gz", [{"title": "中华人民共和国借款法", "text": f"# 第一章 总则\n{article}\n第四条 本法自公布之日起施行。"}])
    write(tmp_path, "lawbench_consult.jsonl.gz", [{"question": "场景:借钱没说利息", "answer": f"不用给。法律依据：《借款法》{article}"}, {"question": "没引条文", "answer": "看情况"}])
    write(tmp_path, "ncp_qa_other_docs.jsonl.gz", [{"question": "在哪领口罩", "answer": "药店"}, {"question": "哪里发口罩", "answer": "药店"}])
    write(tmp_path, "gov_messages.jsonl.gz", [{"theme": "路灯", "detail": "路灯不亮", "reply": "已修好"}])
    write(tmp_path, "cmrc2018_train.jsonl.gz", [{"q": "谁写的", "passage": "这本书是某人写的。", "answer": "某人", "answer_start": 4}])
    law, policy, messages, encyclopaedia = judged(tmp_path)
    assert law.queries == ("借钱没说利息",)
    assert [law.passages[n] for n in law.relevant[0]] == [f"借款法\n{article.removeprefix('第三条 ')}"]
    assert (policy.passages, policy.relevant) == (("药店",), ((0,), (0,)))
    assert (messages.queries, messages.relevant) == (("路灯", "路灯不亮"), ((0,), (0,)))
    assert encyclopaedia.passages == ("这本书是某人写的。",)


def test_the_statutes_stand_with_their_names(tmp_path: Path) -> None:
    write(tmp_path, "stard_corpus.jsonl.gz", [{"id": 7, "name": "借款法第三条", "text": "可以约定利率。"}, {"id": 9, "name": "借款法第四条", "text": "施行。"}])
    write(tmp_path, "stard_queries.jsonl", [{"question": "利息怎么算", "gold": [9, 7]}])
    assert statutes(tmp_path) == Judged(("利息怎么算",), ("借款法第三条\n可以约定利率。", "借款法第四条\n施行。"), ((1, 0),))

"""What a language model had to do with a reply is said under it, in /why and to programs; the whole way, through a server."""

import json
import shutil
from dataclasses import replace

import pytest
from builders import ANSWER
from conftest import ROOT, zhenwen
from players import PLAYED
from scripted_model import ScriptedModel

from bot.objects import answer_object
from bot.receipts import note, receipt_view
from retrieval.types import Receipt, Struck

DIGEST = "其他镇怎么开展普法宣传"
STRUCK = (Struck("调解9999起", "数字或单位与出处不符"),)


@pytest.mark.parametrize(
    ("receipt", "words"),
    [
        (None, ""),
        (Receipt(), ""),
        (Receipt(sentences=3, kept=3), "由语言模型选句和措辞，3句都对照出处核对过。"),
        (Receipt(sentences=3, kept=2, struck=STRUCK), "语言模型写了3句，2句核对后采用，1句没有通过，换回了原文。"),
        (Receipt(sentences=1, struck=STRUCK), "语言模型写的1句都没有通过核对，以上是它选中的原文。"),
        (Receipt(shown=90, chosen=2, restored=2), "以上原文由语言模型选出。"),
        (Receipt(shown=90, none=True), "语言模型看了90句，也没有找到。"),
        (Receipt(failure="太慢。"), "没有用上语言模型：太慢。"),
    ],
)
def test_the_note_pretends_nothing(receipt, words):
    assert note(receipt) == words


def test_why_names_each_struck_sentence_and_what_it_took():
    lines = list(receipt_view(Receipt(90, 2, sentences=2, kept=1, restored=1, struck=STRUCK, input_tokens=900, output_tokens=70, model_ms=812)))
    assert lines == ["语言模型：看90句，选出2句；写2句，采用1句，引用原文1行", "  未采用（数字或单位与出处不符）：调解9999起", "  用了 900 + 70 token，812 毫秒"]


def test_the_object_has_a_receipt_only_where_a_model_was_asked():
    assert "written" not in answer_object(ANSWER)
    written = answer_object(replace(ANSWER, written=Receipt(sentences=2, kept=1, restored=1, struck=STRUCK)))["written"]
    assert (written["sentences"], written["kept"], written["struck"][0]["why"]) == (2, 1, "数字或单位与出处不符")


@pytest.fixture
def own_store(sample_store, tmp_path):
    """A copy of the store: the model's record is written beside it."""
    return shutil.copytree(sample_store, tmp_path / "store")


@pytest.mark.slow
def test_the_command_line_asks_the_model_that_the_settings_name(own_store, tmp_path):
    questions = tmp_path / "questions.jsonl"
    items = map(json.loads, (ROOT / "data" / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines())
    kept = [item for item in items if item["type"] in ("practice", "definition")][:4]
    questions.write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in kept), encoding="utf-8")
    with ScriptedModel(PLAYED["digest"]) as server:
        model = {"ZHENWEN_MODEL": "played", "ZHENWEN_MODEL_URL": server.url, "ZHENWEN_MODEL_KEY": "k"}
        told = zhenwen("--store", own_store, "ask", DIGEST, **model)
        assert "核对过" in told.stdout
        server.player = PLAYED["invents a figure"]
        answer = json.loads(zhenwen("--store", own_store, "ask", "--json", "各镇怎么化解矛盾纠纷", **model).stdout)
        assert "37.6" not in answer["answer"]
        assert answer["written"]["kept"] == 0 < len(answer["written"]["struck"])
        server.player = PLAYED["digest"]
        both = json.loads(zhenwen("--store", own_store, "eval", questions, "--model", "--json", **model).stdout)
        assert both["model"]["rows"][0]["answers"] >= both["rules"]["rows"][0]["answers"]
        assert both["asked"] > 0 and both["kept"] > 0 and both["input_tokens"] > 0
    assert zhenwen("--store", own_store, "ask", DIGEST, **model).returncode == 0  # nobody listens any more


def test_a_model_has_to_be_named_to_be_compared(sample_store):
    done = zhenwen("--store", sample_store, "eval", ROOT / "data" / "eval" / "dev.jsonl", "--model")
    assert done.returncode == 1
    assert "ZHENWEN_MODEL" in done.stderr

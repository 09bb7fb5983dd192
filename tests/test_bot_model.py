"""The language model as the keeper meets it: settings, doctor, and what it took."""

import shutil
from dataclasses import replace
from time import monotonic

import pytest
from conftest import zhenwen
from core_builders import keeper, opened, run
from pydantic import BaseModel
from scripted_model import BEHAVIOURS, Play, ScriptedModel

from bot.doctor import CHECKS
from bot.model import language_model
from bot.settings import Settings
from bot.spending import spending
from index.errors import BadSettings, ModelUnavailable
from retrieval.assist.model import Prompt

KEY = "sk-verysecret123"


class Note(BaseModel):
    word: str


def word(_):
    return '{"word": "好"}'


@pytest.fixture(scope="module")
def server():
    with ScriptedModel(word) as server:
        yield server


@pytest.fixture
def settings(server, tmp_path):
    server.player = word
    server.asked.clear()
    return Settings(store=tmp_path, model="qwen-plus", model_url=server.url, model_key=KEY, model_price_in=100.0, model_price_out=100.0)


def ask(model, user, text):
    return model.complete(Prompt("writing", "1", "系统", text), Note, deadline=monotonic() + 30, user=user)


def test_without_the_setting_there_is_no_model_and_nothing_is_sent():
    assert language_model(Settings()) is None
    assert "什么也不发出去" in CHECKS["发出去的"](Settings())
    assert "本机" in CHECKS["语言模型"](Settings())


def test_a_setting_that_cannot_be_meant_is_told():
    with pytest.raises(BadSettings, match="提供方:模型"):
        language_model(Settings(model="qwen-plus"))


def test_the_limits_and_prices_are_the_keeper_s(settings):
    model = language_model(replace(settings, model_user_tokens=5000, model_day_tokens=0))
    took = ask(model, "张", "一").usage
    assert took.cost == pytest.approx((took.input_tokens + took.output_tokens) * 100 / 1e6)
    with pytest.raises(ModelUnavailable, match="5000 token"):
        ask(model, "张", "二" * 1000)
    ask(model, "李", "二" * 100)


def test_the_doctor_pings_the_model_and_says_what_is_sent_where(settings, server):
    assert "qwen-plus 在 127.0.0.1" in CHECKS["语言模型"](settings)
    assert server.asked[0].key == KEY
    sent = CHECKS["发出去的"](replace(settings, model_url="https://model.county.gov.cn/v1"))
    assert all(words in sent for words in ("外网 model.county.gov.cn", "报告的原句", "不发提问人"))
    assert "内网 127.0.0.1" in CHECKS["发出去的"](settings)


@pytest.mark.parametrize(
    ("player", "words"), [(BEHAVIOURS["500"], "服务出错"), (lambda _: Play(KEY, status=401), "核对 ZHENWEN_MODEL_KEY"), (BEHAVIOURS["half a JSON"], "格式")]
)
def test_the_doctor_says_what_is_wrong_with_the_model_and_that_answers_go_on(player, words, settings, server):
    server.player = player
    with pytest.raises(ModelUnavailable, match=words) as failure:
        CHECKS["语言模型"](settings)
    assert "修好之前照常回答" in str(failure.value)
    assert KEY not in str(failure.value)


def test_the_doctor_s_report_never_shows_the_key(server, sample_store):
    server.player = lambda _: Play(f"no such key: {KEY}", status=401)
    done = zhenwen("--store", sample_store, "doctor", ZHENWEN_MODEL="m", ZHENWEN_MODEL_URL=server.url.replace("//", "//me:password@"), ZHENWEN_MODEL_KEY=KEY)
    assert done.returncode == 1
    assert "拒绝了密钥" in done.stdout + done.stderr
    assert not any(secret in done.stdout + done.stderr for secret in (KEY, "password"))


def test_what_was_taken_is_told_by_day_and_person(settings, server):
    assert spending(settings.store) == ""
    model = language_model(settings)
    for user, text in (("1", "一"), ("1", "一"), ("2", "二" * 3000), ("", "三")):
        ask(model, user, text)
    server.player = BEHAVIOURS["half a JSON"]
    with pytest.raises(ModelUnavailable):
        ask(model, "1", "四")
    head, day, people = spending(settings.store, name={"1": "张三", "2": "李四"}.get).splitlines()
    assert head == "近 7 天的语言模型用量（qwen-plus）"
    assert "调用 4 次，缓存 1 次，失败 1 次" in day
    assert day.endswith("元")
    assert people.startswith("按人（token）：李四 3,")
    assert "张三" in people
    assert "命令行" in people
    assert spending(settings.store, days=0) == "近 0 天没有用过语言模型。"


def test_a_record_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "model.sqlite").write_bytes(b"no database" * 100)
    assert "改个名" in spending(tmp_path)


def test_keepers_are_told_in_the_chat_what_the_model_took(sample_store, tmp_path, settings):
    store = tmp_path / "store"
    shutil.copytree(sample_store, store)

    async def story():
        async with opened(store, tmp_path / "zhenwen.sqlite") as core:
            one = await keeper(core)
            assert "语言模型" not in (await one.say("/usage")).text
            ask(language_model(replace(settings, store=store)), f"{one.who.channel}:{one.who.user}", "一")
            told = (await one.say("/usage")).text
            assert "调用 1 次" in told
            assert f"按人（token）：{one.who.name} " in told

    run(story())

"""/why: how an answer came about, on the terminal and as JSON."""

import json

from conftest import zhenwen


def test_why_tells_what_was_understood_the_scope_and_the_candidates(sample_store):
    done = zhenwen("--store", sample_store, "ask", "--why", "金井镇2023年普法活动开展了多少场？")
    assert done.returncode == 0
    assert "镇 晋江市金井镇" in done.stdout
    assert "范围：晋江市金井镇2023年" in done.stdout
    assert "采用" in done.stdout and "115场" in done.stdout and "用时" in done.stdout


def test_why_is_data_too(sample_store):
    done = zhenwen("--store", sample_store, "ask", "--why", "--json", "磁灶镇2022年发了多少份普法手册")
    why = json.loads(done.stdout)
    assert why["understood"]["years"] == [2022]
    assert why["scope"] == ["晋江市磁灶镇2022年"]
    assert all(candidate["verdict"] != "采用" for candidate in why["candidates"])

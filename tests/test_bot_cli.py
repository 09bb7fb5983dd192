"""The command line as a person and a script use it: its own process, exit codes, Chinese messages, JSON."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys

import pytest
from bench.cold import BAR, measure
from conftest import ROOT, SAMPLE, zhenwen

QUESTION = "金井镇2023年调解了多少纠纷"
HELP_SECONDS = 0.3
BUSY = 1.5  # beside the tests of another worker a question, which reads with two threads, is held up more than an import


def complaint(done, code=1):
    """The message of a run that failed as it should: Chinese, and no traceback."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr and any("一" <= character <= "鿿" for character in done.stderr)
    return done.stderr


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def sample(tmp_path):
    """A folder of two sample reports that a test may change."""
    folder = tmp_path / "报告"
    folder.mkdir()
    for path in sorted(SAMPLE.glob("*.txt"))[:2]:
        shutil.copy(path, folder)
    return folder


# usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "VERB"),
        (["nonsense"], "没有"),
        (["ask"], "要写出"),
        (["ask", "问题", "--batch", "-"], "只能用一个"),
        (["ask", "--nonsense", "问题"], "不认识的参数"),
        (["search", "问题", "-k", "0"], "大于 0"),
        (["search", "问题", "-k", "三"], "大于 0"),
        (["index"], "缺少参数"),
    ],
)
def test_wrong_usage_is_explained_with_exit_code_2(arguments, words):
    assert words in complaint(zhenwen(*arguments), code=2)


def test_help_comes_at_once():
    """Measured as processor time, which a busy machine does not stretch."""

    def seconds():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert zhenwen("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) <= HELP_SECONDS


@pytest.mark.slow
def test_a_cold_question_costs_less_than_twice_the_import_of_chromadb(sample_store):
    assert measure(sample_store, rounds=3)["ratio"] <= BAR * BUSY


def test_the_store_may_be_named_before_or_after_the_verb(sample_store):
    before = zhenwen("--store", sample_store, "reports", "--json")
    after = zhenwen("reports", "--json", "--store", sample_store)
    variable = zhenwen("reports", "--json", ZHENWEN_STORE=str(sample_store))
    assert before.stdout == after.stdout == variable.stdout != ""


# index


def test_indexing_twice_changes_nothing(sample, tmp_path):
    first = json.loads(zhenwen("--store", tmp_path / "s", "index", sample, "--json").stdout)
    second = json.loads(zhenwen("--store", tmp_path / "s", "index", sample, "--json").stdout)
    assert len(first["added"]) == 2 and not first["kept"]
    assert second["kept"] == first["added"] and not second["added"]


def test_prune_removes_what_is_no_longer_there_even_all_of_it(sample, tmp_path):
    zhenwen("--store", tmp_path / "s", "index", sample)
    shutil.rmtree(sample)
    done = zhenwen("--store", tmp_path / "s", "index", sample, "--prune", "--json")
    assert len(json.loads(done.stdout)["removed"]) == 2
    assert json.loads(zhenwen("--store", tmp_path / "s", "reports", "--json").stdout) == {"reports": []}


def test_bad_files_are_named_with_a_reason_and_the_others_go_on(sample, tmp_path):
    (sample / "空.txt").write_bytes(b"")
    (sample / "程序.txt").write_bytes(bytes(range(256)) * 40)
    done = zhenwen("--store", tmp_path / "s", "index", sample, sample / "没有.txt", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 1
    assert len(result["added"]) == 2
    assert [rejected["file"].rpartition("/")[2] for rejected in result["rejected"]] == ["没有.txt", "程序.txt", "空.txt"] or len(result["rejected"]) == 3
    assert all(rejected["reason"] for rejected in result["rejected"])


@pytest.mark.parametrize("kind", ["empty folder", "no such path"])
def test_paths_without_files_make_no_store(tmp_path, kind):
    folder = tmp_path / "空"
    if kind == "empty folder":
        folder.mkdir()
    complaint(zhenwen("--store", tmp_path / "s", "index", folder))
    assert not (tmp_path / "s").exists()


def test_a_store_that_is_a_file_is_refused(sample, tmp_path):
    (tmp_path / "s").write_text("")
    assert "文件夹" in complaint(zhenwen("--store", tmp_path / "s", "index", sample))


ENDLESS = "很长的名字" * 100


@pytest.mark.parametrize(
    "arguments",
    [["index", ENDLESS], ["--store", ENDLESS, "reports"], ["--store", "~nobody-of-this-name/x", "reports"], ["eval", ENDLESS], ["eval", "tests"]],
)
def test_a_path_that_cannot_be_read_is_explained(arguments, tmp_path):
    complaint(zhenwen(*arguments, ZHENWEN_STORE=str(tmp_path / "s")))
    assert not (tmp_path / "s").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_is_closed_is_explained(sample, tmp_path):
    sample.chmod(0)
    complaint(zhenwen("--store", tmp_path / "s", "index", sample))
    sample.chmod(0o700)


@pytest.mark.parametrize("arguments", [["index", ""], ["--store", "", "reports"]])
def test_an_unset_variable_of_a_script_does_not_mean_this_folder(arguments):
    assert "空" in complaint(zhenwen(*arguments), code=2)


# asking


def test_an_answer_in_json_is_the_agreed_object(sample_store):
    done = zhenwen("--store", sample_store, "ask", QUESTION, "--json")
    assert done.returncode == 0 and done.stderr == ""
    (answer,) = lines(done)
    assert list(answer) == ["question", "answer", "refused", "reason", "citations", "scope", "coverage", "numbers", "took_ms"]
    assert "708" in answer["answer"] and not answer["refused"]
    assert "708" in answer["citations"][0]["quote"] and answer["citations"][0]["town"] == "金井镇"
    assert answer["scope"] == {"towns": ["金井镇"], "years": [2023]}


def test_a_batch_is_answered_in_order_each_line_in_its_own_conversation(sample_store, tmp_path):
    batch = tmp_path / "q.jsonl"
    requests = [{"id": 1, "question": QUESTION}, {"id": "b", "question": "那成功率呢", "history": [QUESTION]}, {"question": "你好"}]
    batch.write_text("\n".join(json.dumps(request) for request in requests), encoding="utf-8")
    done = zhenwen("--store", sample_store, "ask", "--batch", batch, "--at-once", 3)
    answers = lines(done)
    assert done.returncode == 0 and [answer["id"] for answer in answers] == [1, "b", None]
    assert "708" in answers[0]["answer"] and "100%" in answers[1]["answer"]


def test_a_line_that_cannot_be_used_is_named_and_the_others_go_on(sample_store):
    stdin = b'{"id": 1, "question": "\xe4\xbd\xa0\xe5\xa5\xbd"}\n{broken\n\n{"id": 3, "question": ""}\n\xff\n{"id": 5, "question": "\\ud800?"}\n'
    done = zhenwen("--store", sample_store, "ask", "--batch", "-", stdin=stdin)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 5]
    assert [line.partition("：")[0] for line in done.stderr.decode().splitlines()] == ["第 2 行", "第 4 行", "第 5 行"]


@pytest.mark.parametrize("question", ["", "   ", "问" * 10_000])
def test_a_question_that_is_none_is_explained(sample_store, question):
    complaint(zhenwen("--store", sample_store, "ask", question))


@pytest.mark.parametrize("arguments", [["ask", QUESTION], ["search", QUESTION], ["reports"], ["chat"], ["ask", "--batch", "-"]])
def test_without_a_store_it_says_what_to_run(tmp_path, arguments):
    assert "zhenwen index" in complaint(zhenwen("--store", tmp_path / "s", *arguments, stdin=""))
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("arguments", [["ask", QUESTION], ["index", str(SAMPLE)], ["reports"]])
def test_a_store_of_another_version_is_refused_and_left_alone(sample_store, tmp_path, arguments):
    store = shutil.copytree(sample_store, tmp_path / "s")
    with sqlite3.connect(store / "catalogue.sqlite") as catalogue:
        catalogue.execute("UPDATE meta SET value = '0' WHERE key = 'schema'")
    catalogue.close()
    assert "zhenwen index" in complaint(zhenwen("--store", store, *arguments))


def test_a_batch_file_that_is_not_there_is_explained(sample_store, tmp_path):
    assert "没有.jsonl" in complaint(zhenwen("--store", sample_store, "ask", "--batch", tmp_path / "没有.jsonl"))


# searching, scoring, checking


def test_a_search_gives_passages_with_their_place(sample_store):
    done = zhenwen("--store", sample_store, "search", "金井镇矛盾纠纷调处成功率", "-k", "3", "--json")
    (found,) = lines(done)
    assert 1 <= len(found["hits"]) <= 3
    assert list(found["hits"][0]) == ["file", "report", "score", "text", "start", "end"]
    assert "708" in found["hits"][0]["text"]


def test_a_batch_of_searches_keeps_ids_and_order(sample_store):
    stdin = '{"id": "x", "question": "群众说事"}\n{"id": "y", "question": "法律明白人"}\n'
    found = lines(zhenwen("--store", sample_store, "search", "--batch", "-", "-k", "2", stdin=stdin))
    assert [line["id"] for line in found] == ["x", "y"] and all(line["hits"] for line in found)


def test_a_question_file_is_scored(sample_store, tmp_path):
    questions = tmp_path / "q.jsonl"
    item = {"id": "1", "question": QUESTION, "type": "fact_number", "answerable": True, "must_contain": [["708"]], "must_not_contain": []}
    questions.write_text(json.dumps(item), encoding="utf-8")
    done = zhenwen("--store", sample_store, "eval", questions, "--json")
    assert json.loads(done.stdout)["rows"][0]["answers"] == 1.0
    assert "fact_number" in zhenwen("--store", sample_store, "eval", questions).stdout


def test_the_doctor_finds_a_sound_store_and_a_missing_one(sample_store, tmp_path):
    sound, ill = zhenwen("--store", sample_store, "doctor"), zhenwen("--store", tmp_path / "s", "doctor")
    assert sound.returncode == 0 and "✗" not in sound.stdout
    assert ill.returncode == 1 and "zhenwen index" in next(line for line in ill.stdout.splitlines() if line.startswith("✗"))


# terminals and pipes


@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}])
def test_the_output_is_utf8_whatever_the_locale(sample_store, environment):
    done = zhenwen("--store", sample_store, "ask", QUESTION, **environment)
    assert done.returncode == 0 and "708" in done.stdout and "金井镇" in done.stdout


@pytest.mark.parametrize("arguments", ["reports --json", "reports"])
def test_a_reader_that_has_seen_enough_is_no_error(sample_store, arguments):
    command = f"{sys.executable} -m bot --store '{sample_store}' {arguments} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, encoding="utf-8", env=os.environ, check=False)
    assert (done.stdout.strip(), done.stderr) == ("0", "")


def test_chat_reads_a_pipe_to_its_end(sample_store):
    done = zhenwen("--store", sample_store, "chat", stdin=f"{QUESTION}\n那成功率呢\n")
    assert done.returncode == 0 and "708" in done.stdout and "100%" in done.stdout and "再见" in done.stdout

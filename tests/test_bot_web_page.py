"""The page in a real browser: ask, follow a citation, compare, check a draft, export; on a phone and in the dark."""

import asyncio
import os
import shutil
import socket
import threading
from pathlib import Path

import pytest

pytest.importorskip("starlette")

import uvicorn

from bot.core.core import Core
from bot.settings import Settings
from bot.web.app import Server, application

browsers = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")

QUESTION = "金井镇2023年调解了多少纠纷"
PATIENCE = 60_000  # milliseconds: two slow cores, shared
PICTURES = os.environ.get("PAGE_PICTURES", "")  # a folder, to look at what the tests saw


@pytest.fixture(scope="module")
def address(sample_store, tmp_path_factory):
    settings = Settings(store=sample_store, database=tmp_path_factory.mktemp("page") / "zhenwen.sqlite", per_minute=0)
    core = Core.open(settings)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = Server(uvicorn.Config(application(core, settings), lifespan="off", log_level="warning"))

        async def serve():
            await server.serve([listening])
            await core.close()

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def browser():
    with browsers.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, address, request):
    options = {"phone": {"viewport": {"width": 375, "height": 700}}, "dark": {"color_scheme": "dark"}}.get(
        getattr(request, "param", ""), {}
    )
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None)
    page.goto(address)
    yield page
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{request.node.name}.png")
    context.close()
    assert wrong == []


def ask(page):
    page.get_by_label("问题").fill(QUESTION)
    page.keyboard.press("Enter")
    page.get_by_text("708起").first.wait_for()


@pytest.mark.parametrize("page", ["", "phone", "dark"], indirect=True)
def test_a_citation_opens_the_report_at_the_marked_words(page):
    ask(page)
    page.get_by_label("出处 1").first.click()
    page.locator("#text mark").wait_for()
    assert "排查矛盾纠纷708起" in page.locator("#text mark").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_text("目录").click()
    assert page.locator("#outline button").count() > 5
    page.keyboard.press("Escape")
    assert page.locator("#reader").is_hidden()


def test_the_collection_the_ledger_and_a_comparison_are_tables(page):
    page.get_by_role("button", name="资料库").click()
    page.locator("#reports-table tbody tr").first.wait_for()
    assert page.locator("#reports-table tbody tr").count() == 5
    page.get_by_role("button", name="台账").click()
    page.locator("#ledger-table tbody tr").first.wait_for()
    page.get_by_role("button", name="对比").first.click()
    page.locator("#compare-form [name=indicator]").fill("矛盾纠纷排查")
    page.locator("#compare-form [name=indicator]").press("Enter")
    page.locator("#compare-table tbody tr").first.wait_for()
    assert "708起" in page.locator("#chart").get_attribute("aria-label")


def test_a_draft_is_checked(page):
    page.get_by_role("button", name="核稿").click()
    page.get_by_label("稿子", exact=True).fill("金井镇2023年共排查矛盾纠纷780起。")
    page.get_by_role("button", name="核对").click()
    page.get_by_text("原文：708起").wait_for()


def test_an_answer_goes_through_the_basket_into_a_word_file(page):
    ask(page)
    page.get_by_role("button", name="加入纪要").click()
    page.get_by_role("button", name="纪要（1）").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Word").click()
    assert download.value.suggested_filename.endswith(".docx")

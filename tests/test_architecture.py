"""The plan of the house, held by tests: imports go down only, one dependency has one door, importing does nothing."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from conftest import ROOT

MAY_IMPORT = {"index": {"index"}, "retrieval": {"retrieval", "index"}, "bot": {"bot", "retrieval", "index"}}
DOORS = {
    "chromadb": ("index/chroma.py",),
    "sentence_transformers": ("index/embed.py", "index/train.py", "index/refine.py", "retrieval/reader/"),
    "torch": ("index/embed.py", "index/train.py", "index/refine.py", "retrieval/reader/"),
    "onnxruntime": ("retrieval/reader/model.py",),
    "onnx": ("retrieval/reader/export.py", "retrieval/reader/marking.py", "retrieval/reader/reopen.py"),
    "transformers": ("retrieval/reader/base.py", "retrieval/reader/reopen.py"),
    "sklearn": ("retrieval/measure/calibrate.py",),
    "langchain": ("retrieval/langchain.py", "retrieval/assist/llm.py"),
    "langsmith": ("retrieval/assist/llm.py",),
    "openai": ("retrieval/assist/llm.py",),
    "telegram": ("bot/telegram/",),
    "starlette": ("bot/web/",),
    "uvicorn": ("bot/web/app.py",),
    "tornado": ("bot/telegram/webhook.py",),
    "rich": ("bot/render.py", "bot/screen.py", "bot/summaries.py"),
    "lxml": ("index/load/",),
    "openpyxl": ("bot/workbook.py", "index/load/sheet.py"),
    "docx": ("bot/core/footnotes.py", "bot/core/margin.py", "bot/core/word.py"),
    "pypdfium2": ("index/load/",),
    "PIL": ("index/load/",),
    "rapidocr_onnxruntime": ("index/load/",),
}
HEAVY = ("torch", "sentence_transformers", "transformers", "chromadb", "pandas", "lxml", "sklearn", "scipy", "langchain_core", "pypdfium2", "PIL", "cv2", "pypinyin", "opencc", "openpyxl", "langchain", "langchain_openai", "openai", "telegram", "docx", "onnxruntime", "starlette", "uvicorn")
MODULES = sorted(path.relative_to(ROOT) for layer in MAY_IMPORT for path in (ROOT / layer).rglob("*.py"))
PLUGINS = {"langchain-openai"}  # what init_chat_model loads by name
LOADS_AT_ONCE = ("retrieval/langchain.py", "index/train.py", "index/refine.py", "retrieval/reader/base.py", "retrieval/reader/school.py", "retrieval/reader/export.py", "retrieval/reader/marking.py", "retrieval/reader/layers.py", "retrieval/reader/drills.py", "retrieval/reader/reopen.py", "bot/telegram/", "bot/web/")  # LangChain's classes are base classes of ours; the others are programs of their own
ADAPTERS = ("bot/telegram/", "bot/terminal.py")  # they hand the core what was said, and render what it replies
LONGEST_FILE, LONGEST_FUNCTION = 350, 50


def tree(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imported(module: Path) -> set[str]:
    """The top-level names a module imports, lazy imports included."""
    nodes = list(ast.walk(tree(module)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.partition(".")[0] for name in plain | froms}


def belongs(name: str, dependency: str) -> bool:
    """langchain_core goes through langchain's door."""
    return name == dependency or name.startswith(dependency + "_")


def dotted(module: Path) -> str:
    return ".".join(module.with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_only_go_down(module):
    assert imported(module) & set(MAY_IMPORT) <= MAY_IMPORT[module.parts[0]]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_heavy_dependency_has_one_door(module):
    for dependency, doors in DOORS.items():
        if any(belongs(name, dependency) for name in imported(module)):
            assert str(module).startswith(doors), f"{module} imports {dependency}, whose door is {doors}"


@pytest.mark.parametrize("module", [module for module in MODULES if str(module).startswith(ADAPTERS)], ids=str)
def test_a_channel_knows_no_retrieval(module):
    assert not imported(module) & {"retrieval"}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_only_the_settings_read_the_environment(module):
    names = {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)}
    if module != Path("bot/settings.py"):
        assert not names & {"environ", "getenv", "environb"}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_file_is_a_step_and_a_function_fits_on_a_screen(module):
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, f"{module}: {node.name}"


def test_every_dependency_is_declared_and_every_declared_one_is_used():
    """What a development extra brings may be used where it is there (a baseline to measure against), and need not be."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    distributions = packages_distributions()
    foreign = {name for module in MODULES for name in imported(module)} - set(sys.stdlib_module_names) - set(MAY_IMPORT)
    used = {plain(distributions.get(name, [name])[0]) for name in foreign}
    assert used - names(optional["dev"]) | PLUGINS == names(project["dependencies"] + optional["ocr"])


def names(requirements: list[str]) -> set[str]:
    return {plain(re.match(r"[\w-]+", line)[0]) for line in requirements}


def plain(name: str) -> str:
    return name.lower().replace("_", "-")


def test_importing_everything_does_nothing(tmp_path):
    """No file is made, nothing is printed, and no heavy package is loaded before a function needs it."""
    names = [dotted(module) for module in MODULES if module.name != "__main__.py" and not str(module).startswith(LOADS_AT_ONCE)]
    code = f"import sys, {', '.join(names)}; print(*sorted({set(HEAVY)} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
    assert not list(tmp_path.iterdir())


def test_help_loads_nothing_heavy():
    code = "import sys, runpy\nsys.argv = ['zhenwen', '--help']\ntry: runpy.run_module('bot', run_name='__main__')\nexcept SystemExit: pass\n"
    assert loaded(code) <= {"bot", "index"}


def test_a_cold_question_loads_neither_torch_nor_what_only_indexing_needs(sample_store):
    code = (
        f"import sys, runpy\nsys.argv = ['zhenwen', '--store', {str(sample_store)!r}, 'ask', '金井镇2023年调解了多少纠纷']\n"
        "try: runpy.run_module('bot', run_name='__main__')\nexcept SystemExit: pass\n"
    )
    unwanted = set(HEAVY) - {"chromadb", "onnxruntime"}  # the reader reads
    assert not loaded(code) & unwanted


def loaded(code: str) -> set[str]:
    """The packages, of those that are heavy or ours, that a process running ``code`` has loaded at its end."""
    report = "print('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code + report], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return set(done.stdout.splitlines()[-1].split()) & {*HEAVY, "rich", "numpy", *MAY_IMPORT}

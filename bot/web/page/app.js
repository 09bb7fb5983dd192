"use strict";
// The page of 镇问. Everything comes from the HTTP interface beside it; text is always put in as text, never as markup.

const $ = (id) => document.getElementById(id);
const KEY = "zhenwen-key", BASKET = "zhenwen-basket";
const history_ = [];
let basket = JSON.parse(localStorage.getItem(BASKET) || "[]");
let compared = null, checkedFile = null, shown = null;

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function tell(words) {
  $("notice").textContent = words;
  $("notice").hidden = !words;
}

// -- the interface

async function call(path, options = {}) {
  const headers = { ...(options.headers || {}) };
  const key = sessionStorage.getItem(KEY);
  if (key) headers.authorization = `Bearer ${key}`;
  const response = await fetch(path, { ...options, headers });
  if (response.status === 401) {
    const given = prompt("请输入密钥（管理员给的 ZHENWEN_WEB_KEY）");
    if (given) {
      sessionStorage.setItem(KEY, given);
      return call(path, options);
    }
  }
  if (!response.ok) {
    const body = await response.json().catch(() => ({}));
    throw new Error(body.error ? body.error.message : `没有成功（${response.status}）`);
  }
  return response;
}

const got = async (path) => (await call(path)).json();
const posted = (path, value) => call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) });

function guarded(work) {
  return async (event) => {
    if (event) event.preventDefault();
    tell("");
    try {
      await work(event);
    } catch (error) {
      tell(error.message);
    }
  };
}

function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// -- asking

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    waiting += value;
    let end;
    while ((end = waiting.indexOf("\n\n")) >= 0) {
      const lines = waiting.slice(0, end).split("\n");
      waiting = waiting.slice(end + 2);
      const name = lines.find((line) => line.startsWith("event: "));
      const data = lines.find((line) => line.startsWith("data: "));
      if (name && data) yield [name.slice(7), JSON.parse(data.slice(6))];
    }
  }
}

async function ask() {
  const question = $("question").value.trim();
  if (!question) return;
  $("question").value = "";
  const said = make("p", { className: "said", textContent: "正在查找……" });
  const turn = make("article", { className: "turn" }, make("p", { className: "asked", textContent: question }), said);
  $("talk").append(turn);
  turn.scrollIntoView({ block: "end" });
  try {
    const response = await posted("v1/ask", { question, history: history_.slice(-20), stream: true });
    for await (const [name, value] of events(response)) {
      if (name === "error") throw new Error(value.error.message);
      if (name === "answer") answered(turn, said, value);
      else said.textContent = value.text;
    }
    history_.push(question);
  } catch (error) {
    said.textContent = error.message;
    said.classList.add("bad");
  }
}

function answered(turn, said, answer) {
  said.textContent = "";
  answer.answer.split(/(\[\d+\])/).forEach((piece) => {
    const number = /^\[(\d+)\]$/.exec(piece);
    const citation = number && answer.citations[Number(number[1]) - 1];
    said.append(citation ? make("button", { type: "button", className: "cite", textContent: piece, ariaLabel: `出处 ${number[1]}`, onclick: guarded(() => open_(citation)) }) : piece);
  });
  answer.citations.forEach((citation) => turn.append(source(citation)));
  if (!answer.citations.length) return;
  const held = () => basket.includes(answer.question);
  turn.append(make("button", { type: "button", textContent: held() ? "已在纪要" : "加入纪要", onclick: (event) => { if (!held()) { basket.push(answer.question); keep(); } event.target.textContent = "已在纪要"; } }));
  turn.scrollIntoView({ block: "end" });
}

function source(citation) {
  const label = `[${citation.n}] ${citation.id} “${citation.quote}”`;
  return make("p", { className: "source" }, make("button", { type: "button", textContent: label, onclick: guarded(() => open_(citation)) }));
}

// -- a report beside the answer, at the marked words

let known = [];

async function open_(citation) {
  if (!known.length) known = (await got("v1/reports")).reports;
  const found = citation.report || known.find((each) => each.file === citation.file && each.title === citation.title)?.id;
  if (!found) throw new Error("这份报告已不在资料库里。");
  const report = await got(`v1/reports/${encodeURIComponent(found)}`);
  shown = report;
  $("reader-title").textContent = `${report.title}（${report.town}${report.year || ""}）`;
  $("outline").replaceChildren(...report.outline.filter((each) => each.level).map((each) => make("li", {}, make("button", { type: "button", textContent: "　".repeat(each.level - 1) + each.path.at(-1).slice(0, 30), onclick: () => show(each.start, Math.min(each.end, each.start + each.path.at(-1).length)) }))));
  $("reader").hidden = false;
  document.body.classList.add("reading");
  show(citation.start, citation.end);
  $("reader-title").focus({ preventScroll: true });
}

// Offsets of the interface count code points, those of JavaScript UTF-16 units.
function show(start, end) {
  const letters = Array.from(shown.text);
  const words = make("mark", { textContent: letters.slice(start, end).join("") });
  $("text").replaceChildren(letters.slice(0, start).join(""), words, letters.slice(end).join(""));
  words.scrollIntoView({ block: "center" });
}

function close_() {
  $("reader").hidden = true;
  document.body.classList.remove("reading");
}

// -- tables

function table(columns, rows) {
  const body = make("tbody");
  const fill = (ordered) => body.replaceChildren(...ordered.map((row) => make("tr", {}, ...row.map((cell) => make("td", { className: typeof cell === "number" ? "number" : "" }, cell instanceof Node ? cell : String(cell ?? ""))))));
  let order = { column: -1, down: false };
  const value = (cell) => (cell instanceof Node ? cell.textContent : cell ?? "");
  const heads = columns.map((name, column) => make("th", { scope: "col" }, make("button", { type: "button", textContent: name, onclick: () => {
    order = { column, down: order.column === column && !order.down };
    const sign = order.down ? -1 : 1;
    heads.forEach((head, each) => { if (each === column) head.ariaSort = order.down ? "descending" : "ascending"; else head.removeAttribute("aria-sort"); });
    fill([...rows].sort((a, b) => sign * (typeof a[column] === "number" && typeof b[column] === "number" ? a[column] - b[column] : String(value(a[column])).localeCompare(String(value(b[column])), "zh"))));
  } })));
  fill(rows);
  return make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body);
}

const query = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim())).toString();
const link = (words, place) => make("button", { type: "button", textContent: words, onclick: guarded(() => open_(place)) });

async function reports() {
  known = (await got("v1/reports")).reports;
  const rows = known.map((each) => [link(each.title, { report: each.id, start: 0, end: 0 }), each.place.county, each.town, each.year ?? "", each.figures, each.format]);
  $("reports-table").replaceChildren(table(["题目", "县区", "镇", "年度", "数字", "格式"], rows));
}

async function ledger() {
  const found = (await got(`v1/ledger?${query($("ledger-form"))}`)).figures;
  const rows = found.map((each) => [each.town, each.year ?? "", each.indicator, each.value, each.unit, each.written, link(each.citation, each)]);
  $("ledger-table").replaceChildren(make("p", { textContent: `共 ${rows.length} 个数字` }), table(["镇", "年份", "指标", "数值", "单位", "原文写法", "出处"], rows));
}

async function compare() {
  compared = await got(`v1/compare?${query($("compare-form"))}`);
  const rows = compared.rows.map((row) => [row.county + row.town, ...row.cells.map((cell) => (cell ? link(cell.written, cell) : "—"))]);
  const note = compared.units.length > 1 ? "各镇所用单位不同，并列而不排序。" : "";
  $("compare-table").replaceChildren(make("p", { textContent: note }), table(["镇", ...compared.years.map((year) => `${year}年`)], rows));
  $("save-csv").hidden = $("save-png").hidden = $("chart").hidden = !rows.length;
  draw();
}

function draw() {
  const bars = compared.rows.flatMap((row) => row.cells.map((cell, n) => cell && { name: `${row.town} ${compared.years[n]}`, value: cell.value, written: cell.written })).filter(Boolean);
  const canvas = $("chart"), pen = canvas.getContext("2d"), height = 28, left = 170;
  canvas.width = 720;
  canvas.height = bars.length * height + 70;
  canvas.ariaLabel = `${compared.indicator}：${bars.map((bar) => `${bar.name} ${bar.written}`).join("，")}`;
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.font = "14px sans-serif";
  pen.fillStyle = "#1c1f23";
  pen.fillText(compared.indicator, 10, 22);
  bars.forEach((bar, n) => {
    const top = 36 + n * height, width = (bar.value / most) * 420;
    pen.fillStyle = "#0b5394";
    pen.fillRect(left, top, width, height - 8);
    pen.fillStyle = "#1c1f23";
    pen.fillText(bar.name, 10, top + 15);
    pen.fillText(bar.written, left + width + 8, top + 15);
  });
  pen.fillStyle = "#5a626b";
  pen.fillText("来源：各镇法治政府建设年度报告，镇问整理", 10, canvas.height - 12);
}

function csv() {
  const cell = (words) => `"${String(words).replace(/"/g, '""').replace(/^([=+\-@])/, "'$1")}"`;
  const lines = [["县区", "镇", ...compared.years], ...compared.rows.map((row) => [row.county, row.town, ...row.cells.map((each) => (each ? each.written : ""))])];
  save(new Blob(["\ufeff" + lines.map((line) => line.map(cell).join(",")).join("\r\n")], { type: "text/csv" }), `${compared.indicator}.csv`);
}

// -- 核稿

const VERDICTS = { 一致: ["✓", "good"], 不一致: ["✗", "bad"], 未找到: ["？", "warn"], 有多处: ["≡", "warn"] };

async function verify() {
  const file = $("file").files[0];
  checkedFile = file && file.name.toLowerCase().endsWith(".docx") ? file : null;
  const response = file ? await call(`v1/verify?name=${encodeURIComponent(file.name)}`, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file }) : await posted("v1/verify", { text: $("draft").value });
  const { checked } = await response.json();
  const counts = Object.keys(VERDICTS).map((verdict) => `${verdict} ${checked.filter((each) => each.verdict === verdict).length}`);
  const lines = checked.map((each) => {
    const [mark, look] = VERDICTS[each.verdict];
    const words = make("p", { className: look }, `${mark} ${each.verdict}　`, make("strong", { textContent: each.words }), each.instead ? `　原文：${each.instead}` : "");
    return make("article", { className: "turn" }, words, ...each.citations.map(source));
  });
  $("verified").replaceChildren(make("p", { textContent: `共核对 ${checked.length} 处：${counts.join("，")}。` }), ...lines);
  $("save-copy").hidden = !checkedFile;
}

async function copy() {
  const response = await call(`v1/verify?copy=1&name=${encodeURIComponent(checkedFile.name)}`, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: checkedFile });
  save(await response.blob(), checkedFile.name.replace(/\.docx$/i, ".核稿.docx"));
}

// -- the basket

function keep() {
  localStorage.setItem(BASKET, JSON.stringify(basket));
  $("count").textContent = basket.length ? `（${basket.length}）` : "";
  $("export").disabled = !basket.length;
  $("basket").replaceChildren(...basket.map((question, n) => make("li", {}, `${question} `, make("button", { type: "button", textContent: "去掉", ariaLabel: `去掉：${question}`, onclick: () => { basket.splice(n, 1); keep(); } }))));
}

async function memo() {
  const response = await posted("v1/memo", { title: $("title").value, questions: basket });
  save(await response.blob(), `${$("title").value || "法治政府建设情况摘编"}.docx`);
}

// -- finding one's way

const ENTERED = { reports, ledger, compare: null, ask: null, verify: null, memo: null };

function view(name) {
  document.querySelectorAll("main > section").forEach((section) => { section.hidden = section.id !== name; });
  document.querySelectorAll("nav button").forEach((button) => { if (button.dataset.view === name) button.setAttribute("aria-current", "page"); else button.removeAttribute("aria-current"); });
  tell("");
  if (ENTERED[name]) guarded(ENTERED[name])();
}

document.querySelectorAll("nav button").forEach((button) => button.addEventListener("click", () => view(button.dataset.view)));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") close_(); });
$("close").addEventListener("click", close_);
$("ask-form").addEventListener("submit", guarded(ask));
$("ledger-form").addEventListener("submit", guarded(ledger));
$("compare-form").addEventListener("submit", guarded(compare));
$("verify-form").addEventListener("submit", guarded(verify));
$("memo-form").addEventListener("submit", guarded(memo));
$("save-csv").addEventListener("click", csv);
$("save-png").addEventListener("click", () => $("chart").toBlob((blob) => save(blob, `${compared.indicator}.png`)));
$("save-copy").addEventListener("click", guarded(copy));
keep();

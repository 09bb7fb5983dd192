# ruff: noqa: N802  (the methods are called what Telegram calls them)
"""A Bot API server on this machine. What it is told, what it answers and what it delivers is held to the real API's schema.

The schema is aiogram's, whose classes are generated from Telegram's documentation: whatever does not fit lands in ``violations``.
Persons write, press buttons and send files; faults are planned with ``fail``; ``transcript`` says who said what.
"""

import asyncio
import itertools
import json
import time
import types
import typing
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

import aiogram.methods
from aiogram.client.default import Default
from aiogram.types import Update
from aiohttp import ClientError, ClientSession, web
from pydantic import TypeAdapter, ValidationError

TOKEN = "123456789:AAtesttesttesttesttesttesttesttestt"
LOST_REQUEST, LOST_ANSWER, HUNG = 0, -1, -2
"""Faults that no HTTP status can express: broken off before it took effect, after it, never answered."""

TEXT_LIMIT, CAPTION_LIMIT, TOAST_LIMIT, SPAN_LIMIT, FETCH_LIMIT = 4096, 1024, 200, 100, 20_000_000
METHODS = {
    method.__api_method__: method
    for name in aiogram.methods.__all__
    if isinstance(getattr(method := getattr(aiogram.methods, name), "__api_method__", None), str)
}
BUTTON = "callback_data"


class Refusal(Exception):
    """What the server answers instead of a result."""

    def __init__(self, code, description, **parameters):
        self.code, self.description, self.parameters = code, description, parameters


def bad(description):
    return Refusal(400, f"Bad Request: {description}")


@dataclass
class Fault:
    """A method (or "*") goes wrong ``times`` times."""

    method: str
    code: int
    description: str
    parameters: dict
    times: int
    chat: int | None


@dataclass
class Call:
    """A request as it came in, and what it was answered."""

    method: str
    parameters: dict
    files: dict
    answer: dict
    at: float


@dataclass(frozen=True)
class Line:
    """One line of a conversation, as a picture of it needs it."""

    speaker: str
    text: str
    entities: tuple = ()
    buttons: tuple = ()
    document: str = ""


@dataclass
class Person:
    """Somebody with an account. ``telegram`` is where they write; they have read the bot's messages up to ``read``."""

    telegram: "FakeTelegram"
    id: int
    name: str = "张三"
    chat: int = 0
    read: int = 0
    waited: list = field(default_factory=list)

    def __post_init__(self):
        self.chat = self.chat or self.id

    def account(self):
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "zh-hans"}

    async def say(self, text, **more):
        """Write ``text``; a command at its start is marked as such, as clients do."""
        if text.startswith("/"):
            more["entities"] = [{"type": "bot_command", "offset": 0, "length": units(text.split()[0])}]
        return await self.telegram.deliver_message(self, text=text, **more)

    async def upload(self, name, content, **more):
        document = self.telegram.store(name, "application/octet-stream", content)
        return await self.telegram.deliver_message(self, document=document, **more)

    async def hears(self, timeout=30.0):
        """The bot's next message in this chat."""
        since = time.monotonic()
        message = await self.telegram.until(lambda: next(self._unread(), None), timeout, f"the bot says something to {self.name}")
        self.waited.append(time.monotonic() - since)
        self.read = message["message_id"]
        return message

    def _unread(self):
        return (
            message
            for (chat, number), message in self.telegram.messages.items()
            if chat == self.chat and number > self.read and message["from"]["is_bot"]
        )

    async def asks(self, text, timeout=30.0):
        await self.say(text)
        return await self.hears(timeout)

    async def presses(self, message, label):
        """Press the button whose label begins with ``label``; returns the acknowledgement's text."""
        button = next(each for each in buttons(message) if each["text"].startswith(label))
        return await self.telegram.press(self, message, button[BUTTON])

    def silent(self):
        """Whether nothing is unread."""
        return next(self._unread(), None) is None


class FakeTelegram:
    """The server. Used as ``async with FakeTelegram() as telegram``."""

    def __init__(self, token=TOKEN, username="zhenwen_bot", *, privacy=True):
        self.token, self.privacy = token, privacy
        self.me = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "镇问", "username": username}
        self.me |= {"can_join_groups": True, "can_read_all_group_messages": not privacy, "supports_inline_queries": False}
        self.numbers = {kind: itertools.count(1) for kind in ("message", "update", "callback", "file")}
        self.messages, self.files, self.commands, self.toasts = {}, {}, {}, {}
        self.updates, self.calls, self.drafts, self.actions, self.faults, self.violations = [], [], [], [], [], []
        self.open_callbacks, self.sent_at = set(), {}
        self.webhook, self.poll_number, self.changed = None, 0, asyncio.Condition()

    async def __aenter__(self):
        server = web.Application(client_max_size=64 << 20)
        server.router.add_route("*", "/bot{token}/{method}", self._called)
        server.router.add_get("/file/bot{token}/{path:.+}", self._fetched)
        self.runner = web.AppRunner(server, shutdown_timeout=0.2)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_):
        await self.runner.cleanup()

    def person(self, number, name="张三", chat=0):
        """An account; ``chat`` is a group (a negative number) or, if not given, the private chat with the bot."""
        return Person(self, number, name, chat)

    # What goes wrong

    def fail(self, method, code, description="", *, times=1, chat=None, **parameters):
        """Plan a fault: an HTTP status with what it says, or LOST_REQUEST, LOST_ANSWER, HUNG. ``chat``: only there."""
        self.faults.append(Fault(method, code, description, parameters, times, chat))

    def _fault(self, method, parameters):
        chat = str(parameters.get("chat_id", ""))
        for fault in self.faults:
            if fault.method in (method, "*") and fault.times and (fault.chat is None or str(fault.chat) == chat):
                fault.times -= 1
                return fault
        return None

    # What the bot calls

    async def _called(self, request):
        at, method = time.monotonic(), request.match_info["method"]
        try:
            raw, files = await _read(request)
        except ConnectionResetError:  # the bot was killed while it sent this
            return web.Response()
        fault = self._fault(method, raw)
        try:
            if fault and fault.code == LOST_REQUEST:
                request.transport.close()
                return web.Response()
            if fault and fault.code == HUNG:
                await self._stir()
                await asyncio.sleep(3600)
            answer, status = {"ok": True, "result": await self._result(request, method, raw, files, fault)}, 200
        except Refusal as refusal:
            answer, status = {"ok": False, "error_code": refusal.code, "description": refusal.description}, refusal.code
            if refusal.parameters:
                answer["parameters"] = refusal.parameters
        if method != "getUpdates":
            self.calls.append(Call(method, raw, files, answer, at))
        await self._stir()
        if fault and fault.code == LOST_ANSWER:
            request.transport.close()
        return web.json_response(answer, status=status)

    async def _result(self, request, method, raw, files, fault):
        if request.match_info["token"] != self.token:
            raise Refusal(401, "Unauthorized")
        if fault and fault.code > 0:
            raise Refusal(fault.code, fault.description, **fault.parameters)
        if method not in METHODS:
            raise Refusal(404, "Not Found")
        parameters = self._checked(METHODS[method], raw, files)
        action = getattr(self, f"do_{method}", None)
        if action is None:
            raise Refusal(501, f"this server does not know {method}")
        result = action(parameters, files)
        result = await result if asyncio.iscoroutine(result) else result
        if method != "getUpdates":  # each update is checked when it is made
            try:
                adapter(method).validate_python(result)
            except ValidationError as error:
                self.violations.append((method, "our answer", str(error)[:300]))
        return result

    def _checked(self, model, raw, files):
        """The parameters in their types, as the schema has them."""
        fields = model.model_fields
        parameters = {name: typed(fields[name].annotation, value) if name in fields else value for name, value in raw.items()}
        unknown = parameters.keys() - fields.keys()
        try:
            model.model_validate(parameters | {name: "FILE" for name in files if name in fields})
            problem = f"unknown parameters {sorted(unknown)}" if unknown else ""
        except ValidationError as error:
            problem = str(error)[:300]
        if problem:
            self.violations.append((model.__api_method__, "request", problem))
            raise bad(f"schema: {problem}")
        return parameters

    async def _fetched(self, request):
        wanted = (request.match_info["token"], request.match_info["path"])
        content = next((file["content"] for file in self.files.values() if (self.token, file["path"]) == wanted), None)
        fault = self._fault("file", {})
        if fault:
            request.transport.close()
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _stir(self):
        async with self.changed:
            self.changed.notify_all()

    # The methods

    def do_getMe(self, parameters, files):
        return self.me

    async def do_getUpdates(self, parameters, files):
        if self.webhook:
            raise Refusal(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self.poll_number += 1
        mine = self.poll_number
        await self._stir()  # a newer request ends an older one
        self.updates = [update for update in self.updates if update["update_id"] >= parameters.get("offset", 0)]
        with suppress(TimeoutError):
            async with asyncio.timeout(parameters.get("timeout") or 0.001), self.changed:
                await self.changed.wait_for(lambda: mine != self.poll_number or self.updates)
        if mine != self.poll_number:
            raise Refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
        wanted = parameters.get("allowed_updates")
        return [update for update in self.updates if not wanted or update.keys() & set(wanted)][: parameters.get("limit") or 100]

    def do_setWebhook(self, parameters, files):
        self.webhook = parameters if parameters.get("url") else None
        return True

    def do_deleteWebhook(self, parameters, files):
        self.webhook = None
        return True

    def do_getWebhookInfo(self, parameters, files):
        url = self.webhook["url"] if self.webhook else ""
        return {"url": url, "has_custom_certificate": False, "pending_update_count": len(self.updates)}

    def do_sendMessage(self, parameters, files):
        text, entities = self._text(parameters, "text", "entities", TEXT_LIMIT)
        return self._posted(parameters, text=text, **({"entities": entities} if entities else {}))

    def do_sendMessageDraft(self, parameters, files):
        if int(parameters["chat_id"]) < 0:
            raise bad("TEXTDRAFT_PEER_INVALID")
        if not parameters["draft_id"]:
            raise bad("draft_id must be non-zero")
        if parameters.get("text"):
            self._text(parameters, "text", "entities", TEXT_LIMIT)
        self.drafts.append(parameters | {"at": time.monotonic()})
        return True

    def do_sendChatAction(self, parameters, files):
        self.actions.append((int(parameters["chat_id"]), parameters["action"], time.monotonic()))
        return True

    def do_sendDocument(self, parameters, files):
        caption, _ = self._text(parameters, "caption", "caption_entities", CAPTION_LIMIT)
        if files:
            document = self.store(*next(iter(files.values())))
        elif parameters.get("document") in self.files:
            document = self.files[parameters["document"]]["document"]
        else:
            raise bad("wrong file identifier/HTTP URL specified")
        return self._posted(parameters, document=document, **({"caption": caption} if caption else {}))

    def do_getFile(self, parameters, files):
        file = self.files.get(parameters["file_id"])
        if file is None:
            raise bad("invalid file_id")
        if len(file["content"]) > FETCH_LIMIT:
            raise bad("file is too big")
        document = file["document"]
        return {name: document[name] for name in ("file_id", "file_unique_id", "file_size")} | {"file_path": file["path"]}

    def do_answerCallbackQuery(self, parameters, files):
        number = parameters["callback_query_id"]
        if number not in self.open_callbacks:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if units(parameters.get("text") or "") > TOAST_LIMIT:
            raise bad("MESSAGE_TOO_LONG")
        self.open_callbacks.discard(number)
        self.toasts[number] = parameters.get("text") or ""
        return True

    def do_setMyCommands(self, parameters, files):
        for command in parameters["commands"]:
            if not 1 <= len(command["command"]) <= 32 or not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_INVALID")
        self.commands[_scope(parameters)] = parameters["commands"]
        return True

    def do_deleteMyCommands(self, parameters, files):
        self.commands.pop(_scope(parameters), None)
        return True

    # What they share

    def _text(self, parameters, name, spans, limit):
        if parameters.get("parse_mode"):
            raise bad("this project sends entities, never a parse mode")
        text, entities = parameters.get(name) or "", parameters.get(spans) or []
        if name == "text" and not text.strip():
            raise bad("message text is empty")
        if units(text) > limit:
            raise bad("message is too long" if name == "text" else "message caption is too long")
        self.violations += [(name, "entities", problem) for problem in broken(text, entities)]
        return text, entities

    def _posted(self, parameters, **content):
        chat = self.chat(int(parameters["chat_id"]))
        message = {"message_id": next(self.numbers["message"]), "date": int(time.time()), "chat": chat, "from": self.me, **content}
        if parameters.get("message_thread_id"):
            message |= {"message_thread_id": parameters["message_thread_id"], "is_topic_message": True}
        reference = parameters.get("reply_parameters")
        if reference:
            original = self.messages.get((chat["id"], reference["message_id"]))
            if original:
                message["reply_to_message"] = {name: value for name, value in original.items() if name != "reply_to_message"}
            elif not reference.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
        keyboard = parameters.get("reply_markup")
        if keyboard:
            self._check_keyboard(keyboard)
            message["reply_markup"] = keyboard
        self.messages[chat["id"], message["message_id"]] = message
        self.sent_at[chat["id"], message["message_id"]] = time.monotonic()
        return message

    def _check_keyboard(self, keyboard):
        for button in itertools.chain(*keyboard["inline_keyboard"]):
            if not button.get("text"):
                raise bad("inline keyboard button text must be non-empty")
            if BUTTON in button and not 1 <= len(button[BUTTON].encode()) <= 64:
                raise bad("BUTTON_DATA_INVALID")
            if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= 256:
                raise bad("BUTTON_COPY_TEXT_INVALID")
            if not button.keys() & {BUTTON, "copy_text", "url"}:
                raise bad("text buttons are unallowed in the inline keyboard")

    def chat(self, number):
        if number > 0:
            return {"id": number, "type": "private", "first_name": "张三"}
        return {"id": number, "type": "supergroup", "title": "法治办工作群"}

    def store(self, name, kind, content):
        number = next(self.numbers["file"])
        document = {
            "file_id": f"F{number}",
            "file_unique_id": f"U{number}",
            "file_size": len(content),
            "file_name": name,
            "mime_type": kind,
        }
        self.files[document["file_id"]] = {"path": f"documents/file_{number}", "content": content, "document": document}
        return document

    # What persons do

    async def deliver_message(self, person, **content):
        """A person's message; in a group with privacy mode on, the bot sees only commands and replies to it."""
        content.setdefault("date", int(time.time()))
        message = {"message_id": next(self.numbers["message"]), "chat": self.chat(person.chat), "from": person.account(), **content}
        self.messages[person.chat, message["message_id"]] = message
        person.read = message["message_id"]
        answered = content.get("reply_to_message", {}).get("from", {}).get("id") == self.me["id"]
        service = "new_chat_members" in content
        if (
            person.chat > 0
            or not self.privacy
            or answered
            or service
            or content.get("text", content.get("caption", "")).startswith("/")
        ):
            await self.deliver(message=message)
        return message

    async def press(self, person, message, action, timeout=30.0):
        """Press a button; returns what the acknowledgement says."""
        number = str(next(self.numbers["callback"]))
        self.open_callbacks.add(number)
        query = {"id": number, "from": person.account(), "message": message, "chat_instance": "1", "data": action}
        person.read = max((key[1] for key in self.messages), default=0)
        await self.deliver(callback_query=query)
        await self.until(lambda: number in self.toasts, timeout, f"the button {action} is acknowledged")
        return self.toasts[number]

    async def deliver(self, **content):
        """Hand an update to the bot, by webhook (until it takes it) or when it asks next."""
        update = {"update_id": next(self.numbers["update"]), **content}
        try:
            Update.model_validate(update)
        except ValidationError as error:
            self.violations.append(("update", "ours", str(error)[:300]))
        if self.webhook is None:
            self.updates.append(update)
            await self._stir()
            return update
        async with ClientSession() as session:
            for _ in range(50):
                with suppress(ClientError):
                    header = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
                    async with session.post(self.webhook["url"], json=update, headers=header) as response:
                        if response.status == 200:
                            return update
                await asyncio.sleep(0.1)
        raise AssertionError("the webhook does not take an update")

    # What tests look at

    async def until(self, condition: Callable, timeout=30.0, what="it happens"):
        """Wait until ``condition`` is true and return its value; looked at with every request, and now and then."""
        deadline = time.monotonic() + timeout
        while not (value := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"after {timeout} s still not: {what}. Last calls: {[call.method for call in self.calls[-8:]]}"
                )
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1), self.changed:
                    await self.changed.wait()
        return value

    async def called(self, method, count=1, timeout=30.0):
        """Wait for the ``count``-th call of ``method``."""
        made = await self.until(lambda: len(found := self.made(method)) >= count and found, timeout, f"{method} {count}×")
        return made[count - 1]

    def made(self, method):
        return [call for call in self.calls if call.method == method]

    def said(self, chat):
        """The bot's messages in a chat, in order."""
        return [message for (where, _), message in self.messages.items() if where == chat and message["from"]["is_bot"]]

    def transcript(self, chat):
        """Who said what in a chat."""
        return [_line(message) for (where, _), message in self.messages.items() if where == chat]


async def _read(request):
    raw, files = dict(request.query), {}
    if request.content_type == "application/json":
        raw |= await request.json()
    elif request.can_read_body:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.content_type, value.file.read())
            else:
                raw[name] = value
    return raw, files


@cache
def adapter(method):
    return TypeAdapter(METHODS[method].__returning__)


def typed(annotation, raw):
    """A form's string as the type that the schema has for it."""
    kinds = [kind for kind in _alternatives(annotation) if kind not in (type(None), Default)]
    if not isinstance(raw, str) or kinds == [str]:
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def _alternatives(annotation):
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [kind for each in typing.get_args(annotation) for kind in _alternatives(each)]
    return [annotation]


def _scope(parameters):
    scope = parameters.get("scope") or {"type": "default"}
    return str(scope.get("chat_id", scope["type"]))


def _line(message):
    speaker = message["from"]["first_name"]
    text = message.get("text") or message.get("caption") or ""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    labels = tuple(tuple(button["text"] for button in row) for row in rows)
    return Line(speaker, text, tuple(message.get("entities", ())), labels, message.get("document", {}).get("file_name", ""))


def buttons(message):
    """The buttons under a message, in order."""
    return list(itertools.chain(*message.get("reply_markup", {}).get("inline_keyboard", [])))


def units(text):
    """The length as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def broken(text, entities):
    """What is wrong with a message's blanks and entities: Telegram would trim, drop or refuse it."""
    plain = max(text, default="") <= "\uffff"
    ends = (
        set(range(len(text) + 1)) if plain else {0, *itertools.accumulate(2 if character > "\uffff" else 1 for character in text)}
    )
    if text != text.strip():
        yield "blanks at the ends are trimmed"
    if len(entities) > SPAN_LIMIT:
        yield f"{len(entities)} entities"
    for entity in entities:
        if entity["length"] < 1 or not {entity["offset"], entity["offset"] + entity["length"]} <= ends:
            yield f"{entity} does not lie between characters of {len(text)}"
    open_ends = []
    for entity in sorted(entities, key=lambda each: (each["offset"], -each["length"])):
        while open_ends and open_ends[-1][0] <= entity["offset"]:
            open_ends.pop()
        end = entity["offset"] + entity["length"]
        if any(end > outer for outer, _ in open_ends):
            yield f"{entity} overlaps another"
        if entity["type"].endswith("blockquote") and any(kind.endswith("blockquote") for _, kind in open_ends):
            yield f"{entity} is a quote in a quote"
        open_ends.append((end, entity["type"]))

"""One bot as Telegram keeps it: chats, messages, waiting updates, and the methods of the Bot API that Fanfare calls.

Everything is done under one lock. What a bot should not do is refused as Telegram does and noted in `violations`.
"""

import re
import threading
import time
import urllib.parse

from telegram_rates import Rates
from telegram_text import BadText, check_encoding, read_text, units

SHOWN_UPDATES = {"message", "callback_query", "my_chat_member"}
ALWAYS_KNOWN = {"message", "edited_message", "callback_query", "my_chat_member", "chat_member", "inline_query"}
PARAMETERS = {
    "getMe": set(), "getWebhookInfo": set(), "getMyCommands": {"language_code", "scope"},
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "setWebhook": {"url", "secret_token", "max_connections", "allowed_updates", "drop_pending_updates"},
    "deleteWebhook": {"drop_pending_updates"},
    "sendMessage": {"chat_id", "text", "parse_mode", "reply_markup", "link_preview_options", "reply_parameters",
                    "disable_web_page_preview", "disable_notification"},
    "editMessageText": {"chat_id", "message_id", "text", "parse_mode", "reply_markup", "link_preview_options",
                        "disable_web_page_preview"},
    "answerCallbackQuery": {"callback_query_id", "text", "show_alert", "cache_time", "url"},
    "setMyCommands": {"commands", "language_code", "scope"},
}


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code, description, **parameters):
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


class Chat:
    def __init__(self, number, kind, name, language="en"):
        self.id, self.kind, self.name, self.language = number, kind, name, language
        self.closed = None  # why nothing can be sent there: the description of a 403
        self.migrated_to = None
        self.messages = {}
        self.last_message = 0

    @property
    def is_private(self):
        return self.kind == "private"

    def shape(self):
        name = {"first_name": self.name} if self.is_private else {"title": self.name}
        return {"id": self.id, "type": self.kind, **name}

    def add(self, message):
        self.last_message += 1
        message["message_id"] = self.last_message
        message["chat"] = self.shape()
        message["date"] = int(time.time())
        self.messages[self.last_message] = message
        return message


class Bot:
    def __init__(self, token, username="fanfare_test_bot"):
        self.token = token
        self.me = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Fanfare", "username": username}
        self.changed = threading.Condition(threading.RLock())
        self.chats, self.rates = {}, Rates()
        self.sent, self.violations, self.presses, self.commands = [], [], {}, {}
        self.updates, self.allowed = [], set(SHOWN_UPDATES)
        self.webhook, self.conflicts = None, 0
        self.polls = 0
        self._entries = {}  # of `sent`, also what a test has forgotten
        self._next_update = 1000

    # --- updates ----------------------------------------------------------------------------------------------

    def add_update(self, **content):
        """Queued if the bot wants its kind. Its id."""
        with self.changed:
            number = self._next_update
            self._next_update += 1
            kind = next(iter(content))
            if kind in self.allowed or kind not in ALWAYS_KNOWN:
                self.updates.append({"update_id": number, **content})
            self.changed.notify_all()
            return number

    def confirm(self, number):
        """All up to this one are done with."""
        with self.changed:
            self.updates = [update for update in self.updates if update["update_id"] > number]
            self.changed.notify_all()

    def violate(self, what, **details):
        self.violations.append({"what": what, "at": time.time(), **details})

    # --- methods ----------------------------------------------------------------------------------------------

    def call(self, method, parameters, is_gone=lambda: False):
        """The result of a method; ApiError otherwise. `is_gone` says whether who called has left."""
        if method not in PARAMETERS:
            raise ApiError(404, "Not Found: method not found")
        with self.changed:
            for name in parameters.keys() - PARAMETERS[method]:
                self.violate(f"{method} has no parameter {name}")
            try:
                if method == "getUpdates":
                    return self._get_updates(parameters, is_gone)
                return getattr(self, "_" + re.sub("([A-Z])", r"_\1", method).lower())(parameters)
            except BadText as problem:
                raise self._refuse(f"{problem}", method=method) from None

    def _refuse(self, description, **details):
        self.violate(description, **details)
        return ApiError(400, "Bad Request: " + description)

    def _get_me(self, _):
        return self.me | {"can_join_groups": True, "can_read_all_group_messages": False}

    def _get_updates(self, parameters, is_gone):
        if self.webhook:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to "
                                "delete the webhook first")
        offset, timeout = parameters.get("offset", 0), min(parameters.get("timeout", 0), 50)
        limit = min(max(parameters.get("limit", 100), 1), 100)
        if parameters.get("allowed_updates"):
            self.allowed = set(parameters["allowed_updates"])
        if offset > 0:
            self.confirm(offset - 1)
        self.polls += 1  # ends the poll that waits
        mine, deadline = self.polls, time.monotonic() + timeout
        self.changed.notify_all()
        while not self.updates and time.monotonic() < deadline and not is_gone():
            self.changed.wait(min(0.05, max(0.0, deadline - time.monotonic())))
            if mine != self.polls or self.webhook:
                if not is_gone():
                    self.conflicts += 1
                raise ApiError(409, "Conflict: terminated by other getUpdates request; make sure that only one bot "
                                    "instance is running")
        return self.updates[offset if offset < 0 else 0:][:limit]

    def _set_webhook(self, parameters):
        url = parameters.get("url", "")
        if not url:
            return self._delete_webhook(parameters)
        secret = parameters.get("secret_token", "")
        parts = urllib.parse.urlsplit(url)
        is_local = parts.scheme == "http" and parts.hostname == "127.0.0.1"  # as a Bot API server of one's own takes
        if not is_local and parts.scheme != "https":
            raise self._refuse("bad webhook: An HTTPS URL must be provided for webhook")
        if not is_local and (parts.port or 443) not in (443, 80, 88, 8443):
            raise self._refuse("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise self._refuse("secret token contains unallowed characters")
        if not 1 <= parameters.get("max_connections", 40) <= 100:
            raise self._refuse("max_connections must be from 1 to 100")
        if parameters.get("allowed_updates"):
            self.allowed = set(parameters["allowed_updates"])
        if parameters.get("drop_pending_updates"):
            self.updates.clear()
        self.webhook = {"url": url, "secret": secret, "max_connections": parameters.get("max_connections", 40)}
        self.changed.notify_all()
        return True

    def _delete_webhook(self, parameters):
        if parameters.get("drop_pending_updates"):
            self.updates.clear()
        self.webhook = None
        self.changed.notify_all()
        return True

    def _get_webhook_info(self, _):
        return {"url": self.webhook["url"] if self.webhook else "", "pending_update_count": len(self.updates)}

    def _send_message(self, parameters):
        chat = self._chat(parameters)
        text, markup = self._content("sendMessage", parameters)
        reply = parameters.get("reply_parameters") or {}
        if reply and reply.get("message_id") not in chat.messages and not reply.get("allow_sending_without_reply"):
            raise self._refuse("message to be replied not found")
        message = chat.add({"from": self.me, "text": text} | markup)
        if reply.get("message_id") in chat.messages:
            message["reply_to_message"] = {"message_id": reply["message_id"]}
        entry = {"chat": chat.id, "message_id": message["message_id"], "text": text, "at": time.time(),
                 "raw": parameters["text"], "parse_mode": parameters.get("parse_mode"),
                 "silent": bool(parameters.get("disable_notification")), "buttons": buttons_of(markup),
                 "reply_to": reply.get("message_id"), "edits": []}
        self.sent.append(entry)
        self._entries[chat.id, message["message_id"]] = entry
        self.changed.notify_all()
        return message

    def _edit_message_text(self, parameters):
        chat = self._chat(parameters)
        message = chat.messages.get(parameters.get("message_id"))
        if message is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        if message["from"]["id"] != self.me["id"]:
            raise self._refuse("message can't be edited")
        text, markup = self._content("editMessageText", parameters)
        if text == message["text"] and markup.get("reply_markup") == message.get("reply_markup"):
            raise ApiError(400, "Bad Request: message is not modified: specified new message content and reply markup "
                                "are exactly the same as a current content and reply markup of the message")
        message.pop("reply_markup", None)
        message |= {"text": text} | markup
        entry = self._entries[chat.id, message["message_id"]]
        entry["edits"].append({"text": entry["text"], "at": time.time()})
        entry |= {"text": text, "raw": parameters["text"], "buttons": buttons_of(markup)}
        self.changed.notify_all()
        return message

    def _answer_callback_query(self, parameters):
        press = self.presses.get(parameters.get("callback_query_id"))
        if press is None or press["answer"] is not None:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        text = check_encoding(parameters.get("text", ""))
        if units(text) > 200:
            raise self._refuse("MESSAGE_TOO_LONG")
        press["answer"] = text
        self.changed.notify_all()
        return True

    def _set_my_commands(self, parameters):
        commands, language = parameters.get("commands"), parameters.get("language_code", "")
        if language and not re.fullmatch("[a-z]{2}", language):
            raise self._refuse("invalid language code specified")
        if not isinstance(commands, list) or len(commands) > 100:
            raise self._refuse("can't parse commands")
        for command in commands:
            if not re.fullmatch("[a-z0-9_]{1,32}", command.get("command", "")):
                raise self._refuse("BOT_COMMAND_INVALID")
            if not 1 <= len(check_encoding(command.get("description", ""))) <= 256:
                raise self._refuse("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[language] = commands
        return True

    def _get_my_commands(self, parameters):
        return self.commands.get(parameters.get("language_code", ""), [])

    # --- what they share --------------------------------------------------------------------------------------

    def _chat(self, parameters):
        """The chat, if it may be written to now."""
        number = parameters.get("chat_id")
        chat = self.chats.get(number if isinstance(number, int) else None)
        if chat is None:
            raise ApiError(400, "Bad Request: chat not found")
        if chat.migrated_to:
            raise ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat",
                           migrate_to_chat_id=chat.migrated_to)
        if chat.closed:
            raise ApiError(403, "Forbidden: " + chat.closed)
        if wait := self.rates.held(chat.id):
            self.violate("written to before the flood wait was over", chat=chat.id)
            raise too_many(wait)
        if excess := self.rates.take(chat.id, chat.is_private):
            name, wait = excess
            self.violate(f"more than the rate of '{name}'", chat=chat.id)
            self.rates.hold(None if name == "all" else chat.id, wait)
            raise too_many(wait)
        return chat

    def _content(self, method, parameters):
        text, careless = read_text(parameters.get("text"), parameters.get("parse_mode"))
        for what in careless:
            self.violate(what, method=method)
        markup = parameters.get("reply_markup")
        if markup is None:
            return text, {}
        for button in (button for row in markup["inline_keyboard"] for button in row):
            data = button.get("callback_data")
            if not check_encoding(button.get("text", "")).strip():
                raise self._refuse("BUTTON_TEXT_INVALID")
            if data is not None and not 1 <= len(check_encoding(data).encode()) <= 64:
                raise self._refuse("BUTTON_DATA_INVALID")
            if (data is None) == ("url" not in button):
                raise self._refuse("BUTTON_TYPE_INVALID")
        return text, {"reply_markup": markup}


def too_many(wait):
    return ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


def buttons_of(markup):
    return markup["reply_markup"]["inline_keyboard"] if markup else []

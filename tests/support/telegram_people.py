"""What people do in Telegram: start the bot, write, reply, press, block. A test does it for them."""

import copy
import itertools

from telegram_bot import Chat


class People:
    """Each method returns what Telegram would number it by. A person's private chat has the person's id."""

    def __init__(self, bot):
        self._bot = bot
        self._presses = itertools.count(1)

    def start(self, user, payload="", name=None, language="en"):
        """Opens the chat with the bot, as a link or the button does, and lets a blocked bot in again."""
        with self._bot.changed:
            chat = self._bot.chats.setdefault(user, Chat(user, "private", name or f"Person {user}"))
            chat.name, chat.language = name or chat.name, language
            if chat.closed:
                self.unblock(user)
        return self.text(user, f"/start {payload}".strip())

    def meet(self, user, name=None):
        """The chat is there, from some time before."""
        with self._bot.changed:
            self._bot.chats.setdefault(user, Chat(user, "private", name or f"Person {user}"))

    def text(self, user, text, chat=None, reply_to=None):
        with self._bot.changed:
            place = self._bot.chats[chat or user]
            message = {"from": self._user(user), "text": text}
            if reply_to is not None:
                message["reply_to_message"] = self._quoted(place, reply_to)
            if text.startswith("/"):
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
            message = place.add(message)
            return {"message_id": message["message_id"], "update_id": self._bot.add_update(message=message)}

    def press(self, user, message_id, button=0, chat=None):
        """The button with this number or this text. The id of the press, to be found in presses()."""
        with self._bot.changed:
            place = self._bot.chats[chat or user]
            message = place.messages[message_id]
            buttons = [each for row in message["reply_markup"]["inline_keyboard"] for each in row]
            pressed = next(b for number, b in enumerate(buttons) if button in (number, b["text"], b["callback_data"]))
            press = f"press-{next(self._presses)}"
            self._bot.presses[press] = {"id": press, "user": user, "data": pressed["callback_data"], "answer": None}
            self._bot.add_update(callback_query={"id": press, "from": self._user(user), "chat_instance": "1",
                                                 "message": copy.deepcopy(message), "data": pressed["callback_data"]})
            return press

    def block(self, user):
        self._close(self._bot.chats[user], "bot was blocked by the user", "member", "kicked", user)

    def unblock(self, user):
        self._close(self._bot.chats[user], None, "kicked", "member", user)

    def deactivate(self, user):
        """The person's account is gone; nobody tells the bot."""
        self._bot.chats[user].closed = "user is deactivated"

    def group(self, chat, title, user):
        """The person takes the bot into a new group; its number is below zero."""
        with self._bot.changed:
            self._bot.chats[chat] = Chat(chat, "group", title)
            self._change(self._bot.chats[chat], "left", "member", user)

    def kick(self, chat, user):
        self._close(self._bot.chats[chat], "bot was kicked from the group chat", "member", "left", user)

    def migrate(self, chat, to):
        with self._bot.changed:
            old = self._bot.chats[chat]
            old.migrated_to = to
            self._bot.chats[to] = Chat(to, "supergroup", old.name)

    def raw_update(self, update):
        """Whatever Telegram might think of next: the content of an Update."""
        return self._bot.add_update(**update)

    def _close(self, chat, why, old, new, user):
        with self._bot.changed:
            chat.closed = why
            self._change(chat, old, new, user)

    def _change(self, chat, old, new, user):
        member = {"user": self._bot.me}
        self._bot.add_update(my_chat_member={
            "chat": chat.shape(), "from": self._user(user), "date": 0, "old_chat_member": member | {"status": old},
            "new_chat_member": member | {"status": new, **({"until_date": 0} if new == "kicked" else {})}})

    def _user(self, user):
        chat = self._bot.chats.get(user)
        name, language = (chat.name, chat.language) if chat else (f"Person {user}", "en")
        return {"id": user, "is_bot": False, "first_name": name, "language_code": language}

    @staticmethod
    def _quoted(chat, number):
        quoted = copy.deepcopy(chat.messages[number])
        quoted.pop("reply_to_message", None)
        return quoted

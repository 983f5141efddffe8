"""Answers that a test wants instead of, or around, what the bot would get. One script answers `times` calls."""

import html

ERRORS = {
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "chat_not_found": (400, "Bad Request: chat not found"),
    "entities": (400, "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0"),
    "cannot_edit": (400, "Bad Request: message can't be edited"),
    "refused": (400, "Bad Request: something else"),
    "unauthorized": (401, "Unauthorized"),
    "not_found": (404, "Not Found"),
    "conflict": (409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
                      "running"),
    "server_error": (500, "Internal Server Error"),
}
# flood: retry_after        migrate: to                page: status, an HTML page of a gateway
# slow: seconds, then done  redirect                   cut: the connection, before anything is done
# cut_answer: done, and half of the answer             unanswered: done, and nothing is said until the caller goes
# raw: body and status      huge: bytes
OTHERS = {"flood", "migrate", "page", "slow", "redirect", "cut", "cut_answer", "unanswered", "raw", "huge"}


class Scripts:
    """Used under the bot's lock."""

    def __init__(self):
        self._scripts = []

    def add(self, answer, method=None, chat=None, times=1, **details):
        if answer not in ERRORS and answer not in OTHERS:
            raise ValueError(f"no such answer: {answer}")
        self._scripts.append({"answer": answer, "method": method, "chat": chat, "times": times, **details})

    def clear(self):
        self._scripts.clear()

    def take(self, method, chat):
        """The first that is for this call; nothing if there is none."""
        for script in self._scripts:
            if script["method"] in (None, method) and script["chat"] in (None, chat):
                script["times"] -= 1
                if script["times"] == 0:
                    self._scripts.remove(script)
                return script
        return None


def page(status):
    return f"<html><head><title>{status}</title></head><body><h1>{html.escape('<gateway>')}</h1></body></html>".encode()

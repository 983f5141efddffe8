"""Texts as Telegram takes them: HTML with few tags, and lengths in UTF-16 units after the entities are read."""

import re

MOST_UNITS = 4096
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote", "tg-spoiler"}
ESCAPES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>")
ESCAPE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-z]+));")


class BadText(Exception):
    """With the words that follow "Bad Request: "."""


def units(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_encoding(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadText("strings must be encoded in UTF-8") from None
    return text


def parse_html(text):
    """The plain text, and what Telegram takes although nobody should write it."""
    plain, open_tags, careless, position = [], [], [], 0
    while position < len(text):
        character = text[position]
        if character == "<":
            position = read_tag(text, position, open_tags)
        elif character == "&":
            found = ESCAPE.match(text, position)
            letter = escaped_letter(found) if found else None
            if letter is None:
                careless.append(f"& without an escape: {text[position:position + 10]!r}")
            plain.append(letter or "&")
            position = found.end() if letter else position + 1
        else:
            if character == ">":
                careless.append("> without an escape")
            plain.append(character)
            position += 1
    if open_tags:
        raise BadText(f'can\'t parse entities: Can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    return "".join(plain), careless


def read_tag(text, position, open_tags):
    offset = len(text[:position].encode())
    found = TAG.match(text, position)
    if not found:
        raise BadText(f"can't parse entities: Unclosed start tag at byte offset {offset}")
    closing, name = found[1], found[2].lower()
    if name not in TAGS:
        raise BadText(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {offset}')
    if not closing:
        open_tags.append(name)
    elif not open_tags or open_tags.pop() != name:
        raise BadText(f"can't parse entities: Unmatched end tag at byte offset {offset}")
    return found.end()


def escaped_letter(found):
    if found[3]:
        return ESCAPES.get(found[3])
    number = int(found[1], 16) if found[1] else int(found[2])
    return chr(number) if 0 < number < 0x110000 else None


def read_text(text, parse_mode):
    """As it is shown; BadText if it is none. Second: what Telegram lets pass."""
    if not isinstance(text, str):
        raise BadText("message text is empty")
    check_encoding(text)
    careless = []
    if parse_mode == "HTML":
        text, careless = parse_html(text)
    elif parse_mode:
        raise BadText("unsupported parse_mode")
    text = text.strip()
    if not text:
        raise BadText("message text is empty")
    if units(text) > MOST_UNITS:
        raise BadText("message is too long")
    return text, careless

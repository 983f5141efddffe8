"""Looking at the journal's files, and changing them, for the tests in this folder."""


def segments(folder):
    return sorted(folder.glob("*.segment"))


def find(folder, content):
    """The first segment that holds these bytes, and where in it."""
    for segment in segments(folder):
        if (offset := segment.read_bytes().find(content)) >= 0:
            return segment, offset
    raise AssertionError(f"no segment of {folder} holds {content}")


def flip(path, offset):
    """Changes one bit of the byte there."""
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0x10]))

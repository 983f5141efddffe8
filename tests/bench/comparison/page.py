"""The part of docs/benchmarks.md that a comparison writes, between two marks; the rest of the page is kept."""

import pathlib
import platform
import re

BEGIN = "<!-- tests/bench/compare writes from here -->"
END = "<!-- to here -->"


def processor():
    names = re.findall(r"^model name\s*: (.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return f"{len(names)} × {names[0]}" if names else platform.machine()


def section(command, plan, versions, sentences, tables):
    return "\n".join([
        f"`{command}`: {plan.rounds} rounds of {plan.seconds:g} s after {plan.warm_up:g} s of warming up, on {processor()}, "
        f"Linux {platform.release()}.", f"{', '.join(versions)}.", "",
        *(f"- {text}" for text in sentences), "", tables])


def rewrite(path, text):
    page = path.read_text()
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{path} has no place for the figures: {BEGIN} … {END}")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")

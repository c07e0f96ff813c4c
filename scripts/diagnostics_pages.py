#!/usr/bin/env python3
"""Writes the pages about the rules of `gait validate`, docs/diagnostics/: one a rule, and a README.md with all of them.

  diagnostics_pages.py [--check]

They are made of `gait explain --format json` and of the examples in docs/diagnostics/examples: RULE.bad.asl.json (or
.asl.yaml, or .yaml for a template), which breaks the rule, and RULE.good.asl.json, which keeps it. With --check nothing is written; exit status 1
if a page is not what it should be. GAIT is the program, build/release/gait unless it is set.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[1]
GAIT = os.environ.get("GAIT", str(SOURCE / "build/release/gait"))
PAGES = SOURCE / "docs/diagnostics"
EXAMPLES = PAGES / "examples"

# What shows the rule in the bad example, where `gait validate FILE` does not, and why.
COMMANDS = {
    "unresolved-placeholder": (("run", "--ephemeral"), "what is only checked may have placeholders"),
    "not-implemented": (("run", "--ephemeral"), "what is only checked need not be executed"),
}
# Rules without examples, and what stands in their place.
WITHOUT_EXAMPLES = {
    "too-large": "An example would have more than 1 MiB.",
    "too-deeply-nested": "An example would have more than 64 Maps within one another.",
}
# What a bad example shows besides its rule, because nothing smaller breaks that alone.
BESIDES = {
    "empty-states": ("dangling-transition",),  # StartAt can name no state
}


def gait(*arguments):
    return subprocess.run([GAIT, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def rules():
    return json.loads(gait("explain", "--format", "json").stdout)


def example(rule, kind):
    """The file, or None."""
    for name in (f"{rule}.{kind}.asl.json", f"{rule}.{kind}.asl.yaml", f"{rule}.{kind}.yaml"):
        if (EXAMPLES / name).exists():
            return EXAMPLES / name
    return None


def command(rule):
    return COMMANDS.get(rule, (("validate",), ""))[0]


def said(rule, file):
    """What the program says of the file, its name shortened: the findings, without the lines of the file."""
    done = gait(*command(rule), file)
    text = (done.stderr + done.stdout).replace(str(file), file.name)
    lines = [line for line in text.splitlines() if not re.match(r"\s*(\d+ )?\|", line)]
    return "\n".join(line for line in lines if not re.match(r"\d+ definitions?:", line)).strip("\n")


def block(file):
    language = "yaml" if file.suffix == ".yaml" else "json"
    return f"```{language}\n{file.read_text().rstrip()}\n```\n"


def page(rule):
    name = rule["rule"]
    code = f"`{rule['code']}`" if rule["code"] else "none"
    summary = rule["summary"]
    if not summary.startswith("gait "):
        summary = summary[0].upper() + summary[1:]
    text = (f"# {name}\n\n{summary}.\n\n"
            f"Severity: {rule['severity']}. AWS's code: {code}.\n\n{rule['advice']}\n")
    if name in WITHOUT_EXAMPLES:
        return text + f"\n{WITHOUT_EXAMPLES[name]}\n"
    bad, good = example(name, "bad"), example(name, "good")
    if bad is None or good is None:
        return text
    how = " ".join(("gait", *command(name), bad.name))
    return (text + f"\n## An example\n\n{block(bad)}\n`{how}` says:\n\n```\n{said(name, bad)}\n```\n"
            f"\n## The same, mended\n\n{block(good)}")


def index(all_rules):
    rows = "".join("| [{rule}]({rule}.md) | {severity} | {code} | {summary} |\n".format(**{
        **rule, "code": f"`{rule['code']}`" if rule["code"] else ""}) for rule in all_rules)
    return ("# The rules of `gait validate`\n\nThe severities are those that the rules have by themselves. `gait explain RULE` "
            "prints what a page says.\n\n| rule | severity | AWS's code | what is the matter |\n|---|---|---|---|\n" + rows)


def pages():
    """Every page that there should be: its path, and its text."""
    all_rules = rules()
    written = {PAGES / f"{rule['rule']}.md": page(rule) for rule in all_rules}
    return {**written, PAGES / "README.md": index(all_rules)}


def main():
    expected = pages()
    stale = [path for path in PAGES.glob("*.md") if path not in expected]
    changed = [path for path, text in expected.items() if not path.exists() or path.read_text() != text]
    if sys.argv[1:] == ["--check"]:
        for path in stale + changed:
            print(f"{path.relative_to(SOURCE)}: not what scripts/diagnostics_pages.py writes", file=sys.stderr)
        return 1 if stale or changed else 0
    for path in stale:
        path.unlink()
    for path in changed:
        path.write_text(expected[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())

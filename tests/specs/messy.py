"""Specs written as carelessly as YAML allows, with comments in nasty places."""

from __future__ import annotations

from random import Random

KEYS = ["a", "kind", "title", "退款", "b_2", "'it''s'", '"x: y"', "17", "no", "💬", "c-d", '"#"']
WORDS = ["x", "NO", "010", "1.10", "17:30", "退款申请", "💬 ok", "a#b", "two words", "it's",
         "$me.id", "<=5", "a,b", "-5", "~", "over 50", "- x", "..."]  # fmt: skip
QUOTED = ['"a: b"', '"a # b"', "'it''s'", '""', "''", '"\\n\\t"', '"done"', "'退款'", '" x "',
          '"yes"', "'{x}'", '"a\\"b"', '"💬#"']  # fmt: skip
NOTES = [
    "# why",
    "#",
    "#no space",
    "# 说明：见 #3",
    "# 'open",
    '# "',
    "# {",
    "# - x",
    "# a: b",
    "#💬 #",
]
ROWS = [
    "text",
    "# no comment",
    "  deeper",
    "",
    "key: value",
    "退款 # 不是注释",
    "- item",
    "💬",
    '"x',
]


def messy(random: Random) -> str:
    """A text that reads without a problem."""
    rows = _map(random, 0, 0)
    if random.random() < 0.5:
        rows.append(random.choice(NOTES))
    end = random.choice(["\n", "", "\n\n\n"])
    text = "\n".join(rows) + end
    if random.random() < 0.2:
        text = text.replace("\n", "\r\n")
    return ("\ufeff" if random.random() < 0.1 else "") + text


def _between(random: Random, col: int) -> list[str]:
    """What may stand between two entries: blank lines and comments at any column."""
    rows = []
    while random.random() < 0.3:
        place = random.choice([col, col, 0, col + 3])
        rows.append(random.choice(["", "   ", " " * place + random.choice(NOTES)]))
    return rows


def _map(random: Random, col: int, depth: int) -> list[str]:
    rows: list[str] = []
    keys = random.sample(KEYS, random.randint(1, 4))
    for key in keys:
        rows += _between(random, col)
        first, *more = _value(random, col, depth)
        rows += [" " * col + key + random.choice(["", "", " "]) + ":" + first, *more]
    return rows


def _list(random: Random, col: int, depth: int) -> list[str]:
    rows: list[str] = []
    for _ in range(random.randint(1, 3)):
        rows += _between(random, col)
        gap = random.choice([1, 1, 1, 3])
        if depth < 3 and random.random() < 0.3:
            inner = _map(random, col + 1 + gap, depth + 1)
            while (inner and not inner[0].strip(" ").strip()) or inner[0].lstrip().startswith("#"):
                inner.pop(0)
            rows += [" " * col + "-" + " " * gap + inner[0].lstrip(" "), *inner[1:]]
        else:
            first, *more = _inline(random, col, 0)
            rows += [" " * col + "-" + " " * (gap - 1) + first, *more]
    return rows


def _value(random: Random, col: int, depth: int) -> list[str]:
    """What stands behind the colon, and the lines below it."""
    sort = random.random()
    if depth < 3 and sort < 0.25:
        below = _map(random, col + random.choice([1, 2, 2, 2, 4, 5]), depth + 1)
    elif depth < 3 and sort < 0.4:
        below = _list(random, col + random.choice([0, 2, 2, 4]), depth + 1)
    elif sort < 0.5:
        return _block(random, col)
    else:
        return _inline(random, col, 0)
    return [random.choice(["", "", "  ", "   " + random.choice(NOTES)]), *below]


def _block(random: Random, col: int) -> list[str]:
    head = " " + random.choice(["|", ">", "|-", ">-", "|+"])
    head += random.choice(["", "", "  " + random.choice(NOTES)])
    body = ["first", *random.choices(ROWS, k=random.randint(0, 4))]
    inside = " " * (col + random.choice([1, 2, 4]))
    return [head, *((inside + row).rstrip() if row.strip() else row for row in body)]


def _inline(random: Random, col: int, depth: int) -> list[str]:
    """A scalar or something in brackets behind a key or dash, and a comment behind it."""
    note = random.choice(["", "", "", " " + random.choice(NOTES), "    " + random.choice(NOTES)])
    sort = random.random()
    if sort < 0.1:
        return [note]
    gap = random.choice([" ", " ", "  ", "     "])
    if sort < 0.15:
        return [gap + '"first', " " * (col + random.randint(1, 4)) + 'and # second"' + note]
    first, *more = _flow(random, col, 0) if sort < 0.5 else [_word(random)]
    rows = [gap + first, *more]
    rows[-1] += note
    return rows


def _word(random: Random, *, inside: bool = False) -> str:
    words = [one for one in WORDS if not inside or ("," not in one and one != "- x")]
    word = random.choice([*words, *QUOTED])
    return f'"{word}"' if word in ("- x", "...") else word


def _flow(random: Random, col: int, depth: int) -> list[str]:
    """Something in brackets, at times over several lines with comments behind commas."""
    is_map = random.random() < 0.5
    parts = []
    for key in random.sample(KEYS, random.randint(0, 3)):
        nested = depth < 2 and random.random() < 0.3
        inner = _flow(random, col, depth + 1) if nested else [_word(random, inside=True)]
        head = f"{key}:{random.choice([' ', '  '])}" if is_map else ""
        parts.append([head + inner[0], *inner[1:]])
    rows = [("{" if is_map else "[") + random.choice(["", " "])]
    for number, part in enumerate(parts):
        comma = random.choice([",", ", ", ",  "]) if number + 1 < len(parts) else ""
        rows[-1] += part[0]
        rows += part[1:]
        rows[-1] += comma
        if random.random() < 0.2:
            rows[-1] += random.choice(["", "  " + random.choice(NOTES)])
            rows.append(" " * (col + random.randint(1, 6)))
    rows[-1] += random.choice(["", " "]) + ("}" if is_map else "]")
    return rows

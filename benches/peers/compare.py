"""Whether two answers are the same rows, as multisets.

Numbers are the same by what they are worth: exactly where both are whole, else to one part in a
thousand million. Tables know no IRIs and no languages: beside an answer from one, texts are what
is between the marks.
"""

import collections
import re

DIGITS = 1e-9
MARKED = re.compile(r'^<(.*)>$|^"(.*)"(?:@[^"]*|\^\^[^"]*)?$', re.DOTALL)


def difference(ours, theirs, from_table=False):
    """Nothing if they are the same, else what to tell of it: lines."""
    if ours == theirs:
        return None
    if from_table:
        # A table has its columns in the order of the query, JSON in the order of its names: they
        # are told apart by neither, so a row is what is in it.
        ours, theirs = unmarked(ours), unmarked(theirs)
    only_ours, only_theirs = ours - theirs, theirs - ours
    if not only_ours and not only_theirs:
        return None
    # What is left differs in the last digits of a number, or in truth.
    left = collections.defaultdict(list)
    for row in only_theirs.elements():
        left[key(row)].append(row)
    unmatched = []
    for row in only_ours.elements():
        candidates = left[key(row)]
        same = next((at for at, other in enumerate(candidates) if all(map(near, row, other))), None)
        if same is None:
            unmatched.append(row)
        else:
            candidates.pop(same)
    others = [row for rows in left.values() for row in rows]
    if not unmatched and not others:
        return None
    lines = [f"{sum(ours.values())} and {sum(theirs.values())} rows, of which {len(unmatched)} and {len(others)} differ"]
    for whose, rows in ("ours", unmatched), ("theirs", others):
        lines += [f"only {whose}: {' | '.join(str(cell) for cell in row)}"[:300] for row in sorted(rows, key=str)[:3]]
    return lines


def unmarked(answer):
    plain = collections.Counter()
    for row, count in answer.items():
        plain[tuple(sorted((text(cell) for cell in row), key=str))] += count
    return plain


def text(cell):
    found = MARKED.match(cell) if cell else None
    return next(group for group in found.groups() if group is not None) if found else cell


def number(cell):
    return float(cell[7:]) if cell and cell.startswith("number ") else None


def key(row):
    """What is the same in rows that may be the same."""
    return tuple("number" if number(cell) is not None else cell for cell in row)


def near(a, b):
    if a == b:
        return True
    x, y = number(a), number(b)
    if x is None or y is None or (x.is_integer() and y.is_integer()):
        return False
    return abs(x - y) <= DIGITS * max(abs(x), abs(y))

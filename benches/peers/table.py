"""Prints what was measured: within 80 columns, or as Markdown."""

from measure import Failed, Took
from whole import good

SHORT = {"oxigraph": "oxi", "oxigraph in memory": "oxi-mem"}


def duration(seconds):
    for unit, size, digits in ("s", 1, 2), ("ms", 1e-3, 0):
        if seconds >= size:
            value = seconds / size
            return f"{value:.{1 if digits == 0 and value < 10 else 0 if value >= 100 else digits}f}{unit}"
    return f"{seconds * 1e3:.2f}ms"


def cell(took):
    if took is None:
        return "–"
    return took.shown.replace(" ", "") if isinstance(took, Failed) else duration(took.median)


def size(count):
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


class Table:
    def __init__(self, markdown):
        self.markdown = markdown

    def head(self, title, columns, widths):
        self.widths = widths
        if self.markdown:
            print(f"\n**{title}**\n\n| | {' | '.join(columns)} |\n|---|{'--:|' * len(columns)}")
        else:
            print(f"\n{title}")
            self.row("", columns)

    def row(self, name, cells):
        if self.markdown:
            print(f"| {name} | {' | '.join(cells)} |", flush=True)
        else:
            first, *rest = self.widths
            print(f"{name:{first}}" + "".join(f"{c:>{w}}" for c, w in zip(cells, rest)), flush=True)

    def note(self, text):
        print(f"\n{text}" if self.markdown else text, flush=True)

    def whole(self, title, steps):
        self.head(title, ["standpoint", "oxigraph", "ratio", "MB", "MB"], (30, 11, 11, 8, 9, 9))
        for step in steps:
            ratio = step.ratio()
            memory = [f"{took.memory:.0f}" if good(took) else "" for took in (step.ours, step.theirs)]
            self.row(step.name, [cell(step.ours), cell(step.theirs), f"{ratio:.2f}" if ratio else "", *memory])

    def queries(self, title, results, others, markdown_names=True):
        names = [SHORT.get(name, name) for name in others]
        widths = (17, 8, 5, 7, *(max(7, len(name) + 1) for name in names))
        self.head(title, ["ours", "MB", "ratio", *names], widths)
        for result in results:
            ours, ratio = result.figures.get("standpoint"), result.ratio()
            memory = f"{ours.memory:.0f}" if good(ours) else ""
            cells = [cell(ours), memory, f"{ratio:.2f}" if ratio else "–"]
            cells += [cell(result.figures.get(name)) for name in others]
            self.row(result.query.title if self.markdown else result.query.name[:16], cells)

    def engines(self, title, loads, results):
        self.head(title, ["load", "load MB", "disk", "query MB"], (22, 11, 11, 12, 11))
        for name, load in loads.items():
            if isinstance(load, Failed):
                self.row(name, [load.shown, "", "", ""])
                continue
            took = load.get("took")
            peaks = [f.memory for r in results if isinstance(f := r.figures.get(name), Took)]
            self.row(name, [
                cell(took), f"{took.memory:.0f}" if took else "", size(load["disk"]) if load.get("disk") else "–",
                f"{max(peaks):.0f}" if peaks else "",
            ])

"""What was set out to be reached, beside what was measured: one line each."""

from whole import good

# Whose warm time our cold one is held against, query by query.
FAST = ("sparq", "maplib", "virtuoso", "duckdb")


def targets(case, figures):
    """(what, figure, target, reached or None where it was not measured)."""
    whole = {step.name: step for step in figures.whole}
    shipped = {step.name: step for step in case}
    lines = []

    def line(what, figure, target, reached):
        lines.append((what, figure, target, reached))

    def most(what, step, seconds=None, ratio=None):
        if step is None or not good(step.ours):
            line(what, "–", "", None)
            return
        if seconds is not None:
            line(what, f"{step.ours.median * 1e3:.1f} ms", f"< {seconds * 1e3:.0f} ms", step.ours.median < seconds)
        if ratio is not None:
            r = step.ratio()
            line(f"{what} : oxigraph", f"{r:.2f}" if r else "–", f"≤ {ratio:g}", r and r <= ratio)

    most("shipped case, point query", shipped.get("point query"), 0.010, 0.5)
    most("point query", whole.get("point query"), 0.015)
    held(line, "queries, cold : fastest warm", [r for r in figures.results if r.query.shape != "library"], FAST)
    held(line, "library : oxigraph in memory", [r for r in figures.results if r.query.shape == "library"],
         ("oxigraph in memory",))
    load = whole.get("load N-Triples")
    most("load N-Triples", load, ratio=0.5)
    if load and good(load.ours):
        line("load N-Triples, memory", f"{load.ours.memory:.0f} MB", "≤ 1074 MB", load.ours.memory <= 1074)
        for what, part, limit in ("archive and index", "disk", 60), ("index alone", "index", 40):
            each = load.more[part] / figures.triples
            line(f"on disk, {what}", f"{each:.1f} bytes a triple", f"≤ {limit}", each <= limit)
    most("one small article", whole.get("one small article"), 0.050)
    most("export N-Triples", whole.get("export N-Triples"), ratio=1)
    dump, turtle = whole.get("export N-Triples"), whole.get("export Turtle, re-read")
    if dump and turtle and good(dump.theirs) and good(turtle.ours):
        r = turtle.ours.median / dump.theirs.median
        line("export Turtle, re-read : N-Triples dump", f"{r:.2f}", "≤ 3", r <= 3)
    return lines


def held(line, what, results, others):
    """How many queries are at most as slow as the fastest of others, and which are not."""
    ratios = {r.query.name: ratio for r in results if (ratio := r.ratio(others)) is not None}
    if not ratios:
        line(what, "–", "≤ 1 each", None)
        return
    slower = sorted((name for name in ratios if ratios[name] > 1), key=ratios.get, reverse=True)
    line(what, f"{len(ratios) - len(slower)} of {len(ratios)}", "≤ 1 each", not slower)
    for name in slower:
        line(f"  {name}", f"{ratios[name]:.2f}", "≤ 1", False)

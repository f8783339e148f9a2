"""Where an engine is known to answer otherwise, and why that is so: (engine, query) to reason."""

from virtuoso import DIFFERS

KNOWN = {("virtuoso", question): why for questions, why in DIFFERS.items() for question in questions}

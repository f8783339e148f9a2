"""Where an engine is known to answer otherwise, and why that is so: (engine, query) to reason.

Each reason was found by asking less and less of the engine until only it was left; but for "broadest",
whose reason is taken from the answer alone. A difference that is not listed makes the run fail.
"""

from virtuoso import DIFFERS

KNOWN = {("virtuoso", question): why for questions, why in DIFFERS.items() for question in questions} | {
    ("virtuoso", "broadest"): "`+` gives what two ways lead to twice, as a path of SPARQL 1.1 must not",
    ("sparq", "by-year"): "YEAR() of an xsd:date is unbound",
    ("maplib", "anonymous-sources-only"): "a difference of two counts equals no number under HAVING",
    ("maplib", "conflicting-positions"): "an xsd:decimal of 0 passes for != 0",
    ("maplib", "unresolved-times"): "GROUP BY makes a group of no rows at all",
    ("maplib", "what-opponents-require"): "what COALESCE makes of an OPTIONAL value meets no value of a sub-query",
}

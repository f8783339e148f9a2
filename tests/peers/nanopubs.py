"""Nanopublications, checked by the package `nanopub`: the trusty URI of each, its form, and what it says."""

import argparse
import logging
import os
import re
import sys

import rdflib
from nanopub import Nanopub
from nanopub.trustyuri.rdf import RdfHasher, RdfUtils
from rdflib import ConjunctiveGraph
from rdflib.namespace import RDF

from tables import DATA, NAMES, Reader, foreign

NP = rdflib.Namespace("http://www.nanopub.org/nschema#")
STP = rdflib.Namespace("https://w3id.org/standpoint/ns#")


def blocks(text):
    """The nanopublications of a file. Each begins with its prefixes, so that it can be cut out."""
    return [block.strip() for block in re.split(r"(?<=^}\n)\n(?=@prefix )", text, flags=re.M) if block.strip()]


def check(reader, name, text, normalise):
    """Their trusty URIs; with spellings of numbers as rdflib likes them, and as they are."""
    rdflib.NORMALIZE_LITERALS = normalise
    positions, bad = set(), []
    for block in blocks(text):
        graph = ConjunctiveGraph()
        graph.parse(data=block, format="trig")
        uri = next(iter(graph.subjects(RDF.type, NP.Nanopublication)))
        code = str(uri).rsplit("/", 1)[-1]
        # The check of any RDF by its trusty URI, and the one of nanopublications.
        if RdfHasher.make_hash(RdfUtils.get_quads(graph), code) != code:
            bad.append(f"{uri}: hash")
        publication = Nanopub(rdf=graph)
        if not (publication.is_valid and publication.has_valid_trusty):
            bad.append(f"{uri}: nanopub")
        found = {str(position) for position in publication.assertion.subjects(RDF.type, STP.Position)}
        positions |= found
        if len(found) != 1:
            bad.append(f"{uri}: positions {found}")
        # One term changed, and the code is another.
        changed = ConjunctiveGraph()
        changed.parse(data=block.replace("createdWith <https://w3id.org/standpoint>", "createdWith <https://example.org/>"), format="trig")
        if RdfHasher.make_hash(RdfUtils.get_quads(changed), code) == code:
            bad.append(f"{uri}: does not notice a change")
    rdflib.NORMALIZE_LITERALS = True
    reader.same(f"{name}: trusty URIs, spellings {'made uniform' if normalise else 'kept'}", bad[:3], [])
    return positions


def main():
    parser = argparse.ArgumentParser()
    for name in ["standpoint", "work"]:
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    reader = Reader(args)
    path = os.path.join(args.work, "foreign.ttl")
    with open(path, "w", encoding="utf-8") as file:
        file.write(foreign(NAMES))
    cases = [(os.path.basename(data), [data], True) for data in DATA] + [("foreign", [path], False)]
    for name, data, is_plain in cases:
        text = reader.run(data, "export", "--format", "nanopub").decode()
        reader.same(f"{name}: the same bytes", reader.run(data, "export", "--format", "nanopub").decode(), text)
        positions = check(reader, name, text, False)
        wanted = {row["p"] for row in reader.query(data, "SELECT ?p { ?p a stp:Position }") if ":/" in row["p"]}
        reader.same(f"{name}: positions", positions, wanted)
        if is_plain:
            check(reader, name, text, True)
    # The filters narrow it, and what is left is what it was.
    data = DATA[0]
    whole = set(blocks(reader.run([data], "export", "--format", "nanopub").decode()))
    actors = reader.query([data], "SELECT ?a (COUNT(?p) AS ?n) { ?p stp:actor ?a } GROUP BY ?a ORDER BY DESC(?n) ?a LIMIT 5")
    for row in actors:
        part = blocks(reader.run([data], "export", "--format", "nanopub", "--actor", row["a"]).decode())
        reader.same(f"{row['a']}: number", len(part) >= int(row["n"]), True)
        reader.same(f"{row['a']}: the same nanopublications", [re.search('sub: <(.*)#>', block)[1] for block in part if block not in whole], [])
    for fault in reader.faults:
        print(fault, file=sys.stderr)
    print(f"nanopubs: {reader.checked} comparisons, {len(reader.faults)} differ", file=sys.stderr)
    sys.exit(bool(reader.faults))


if __name__ == "__main__":
    main()

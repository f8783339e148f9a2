"""Our networks, read by networkx, igraph, graphology, Graphviz and ndex2, which have to find the edges that a
query finds: on the shipped data, and on names that are hard to write."""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

import igraph
import networkx
import numpy
from ndex2.cx2 import RawCX2NetworkFactory

DATA = ["data/night-ferry", "data/witkoff-putin-2025"]
FORMATS = ["graphml", "gexf", "dot", "cx2", "pajek", "dl", "node-link"]
EDGES = """SELECT ?actor ?issue ?stance ?value (COUNT(?position) AS ?n) {
  ?position a stp:Position ; stp:status stp:InForce ; stp:actor ?actor ; stp:issue ?issue ; stp:stance ?concept .
  ?concept skos:prefLabel ?stance . FILTER(LANG(?stance) = "en")
  OPTIONAL { ?position stp:stanceValue ?value } } GROUP BY ?actor ?issue ?stance ?value"""

# Names that each format has its own trouble with.
NAMES = [
    "tab\there",
    'a "quoted" name',
    "line\nbreak",
    "back\\slash\\",
    "A & B &amp; C &#38; D <i>E</i>",
    "חברי הכנסת של האופוזיציה",
    "المعارضة (2)",
    "-9 \N{CLAPPING HANDS SIGN} % {x} | #",
    "twice",
    "twice",
]
ID = "https://w3id.org/standpoint/id/"


def hostile(names):
    """Turtle of actors with these names, each for one issue; undated, but for the first."""
    lines = ["@prefix stp: <https://w3id.org/standpoint/ns#> .",
             "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
             "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
             f'<{ID}issue/i> a stp:Issue ; skos:prefLabel "An issue"@en .']
    for number, name in enumerate(names):
        # JSON's escapes are Turtle's.
        text = json.dumps(name, ensure_ascii=False)
        days = ('; stp:statedFrom "2025-01-30"^^xsd:date ; stp:statedUntil "2025-01-31"^^xsd:date'
                if number == 0 else "")
        lines += [f"<{ID}actor/a{number}> a stp:Actor ; skos:prefLabel {text}@en .",
                  f"<{ID}position/p{number}> a stp:Position ; stp:actor <{ID}actor/a{number}> ;",
                  f"  stp:issue <{ID}issue/i> ; stp:stance stp:Supports ; stp:stanceValue 1.0 ;",
                  f"  stp:status stp:InForce {days} ."]
    return "\n".join(lines)


class Reader:
    def __init__(self, args):
        self.args = args
        self.faults = []
        self.checked = 0

    def run(self, data, *arguments, fails=False):
        command = [self.args.standpoint]
        for path in data:
            command += ["--data", path]
        done = subprocess.run(command + list(arguments), capture_output=True)
        if (done.returncode != 0) != fails:
            sys.exit(f"{' '.join(command + list(arguments))}\n{done.stderr.decode()}")
        return done.stderr.decode() if fails else done.stdout

    def export(self, name, data, kind, *arguments):
        path = os.path.join(self.args.work, f"{name}.{kind}")
        self.run(data, "export", "--format", kind, "-o", path, *arguments)
        return path

    def same(self, what, found, wanted):
        self.checked += 1
        if found != wanted:
            self.faults.append(f"{what}\n  found  {found}\n  wanted {wanted}")


def counted(edges):
    return dict(collections.Counter(edges))


def nodes_and_edges_of_networkx(graph):
    iri = networkx.get_node_attributes(graph, "iri")
    edges = [(iri[source], iri[target], data.get("interaction") or data.get("kind") or data.get("label"),
              float(data["weight"]), int(data["sign"])) for source, target, data in graph.edges(data=True)]
    return {iri[node]: data.get("label") for node, data in graph.nodes(data=True)}, counted(edges)


def of_igraph(path):
    graph = igraph.Graph.Read_GraphML(path)
    iri = graph.vs["iri"]
    edges = [(iri[edge.source], iri[edge.target], edge["interaction"], edge["weight"], int(edge["sign"]))
             for edge in graph.es]
    return dict(zip(iri, graph.vs["label"])), counted(edges)


def of_graphology(path, npm):
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gexf.cjs")
    done = subprocess.run(["node", program, path], capture_output=True, env={**os.environ, "NODE_PATH": npm})
    if done.returncode:
        sys.exit(done.stderr.decode())
    found = json.loads(done.stdout)
    iri = {node["key"]: node["attributes"]["iri"] for node in found["nodes"]}
    edges = [(iri[edge["source"]], iri[edge["target"]], edge["attributes"]["label"],
              float(edge["attributes"]["weight"]), int(edge["attributes"]["sign"])) for edge in found["edges"]]
    labels = {node["attributes"]["iri"]: node["attributes"]["label"] for node in found["nodes"]}
    return labels, counted(edges)


def of_graphviz(path):
    """Graphviz's own reading of the file, as JSON, and both programs draw it."""
    for program in ["dot", "neato"]:
        done = subprocess.run([program, "-Tsvg", path], capture_output=True)
        if done.returncode or b"Error" in done.stderr or b"syntax" in done.stderr:
            sys.exit(f"{program} {path}: {done.stderr.decode()}")
        xml.fromstring(done.stdout)
    done = subprocess.run(["dot", "-Tdot_json", path], capture_output=True, check=True)
    found = json.loads(done.stdout, strict=False)
    nodes = {node["_gvid"]: node for node in found["objects"]}
    edges = [(nodes[edge["tail"]]["iri"], nodes[edge["head"]]["iri"], edge["label"], float(edge["strength"]),
              int(edge["sign"])) for edge in found["edges"]]
    # What `dot` makes of a label when it draws it.
    drawn = lambda text: (text.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")
                          .replace("&#9;", "\t").replace("&#13;", "\r").replace("&amp;", "&"))
    return {node["iri"]: drawn(node["label"]) for node in nodes.values()}, counted(edges)


def of_ndex2(path):
    network = RawCX2NetworkFactory().get_cx2network(path)
    iri = {key: node["v"]["iri"] for key, node in network.get_nodes().items()}
    edges = [(iri[edge["s"]], iri[edge["t"]], edge["v"]["interaction"], float(edge["v"]["weight"]),
              edge["v"]["sign"]) for edge in network.get_edges().values()]
    return {node["v"]["iri"]: node["v"]["name"] for node in network.get_nodes().values()}, counted(edges)


def check(reader, name, data, npm):
    rows = json.loads(reader.run(data, "query", "--format", "json", "--labels", EDGES))
    sign = lambda value: (value or 0) and (1 if value > 0 else -1)
    wanted = counted((row["actor_iri"], row["issue_iri"], row["stance"], float(row["n"]), sign(row["value"]))
                     for row in rows)
    if not wanted:
        sys.exit("the query finds no edges")
    paths = {kind: reader.export(name, data, kind) for kind in FORMATS}
    again = {kind: open(path, "rb").read() for kind, path in paths.items()}
    for kind in FORMATS:
        reader.export(name, data, kind)
        reader.same(f"{name}: {kind} again", open(paths[kind], "rb").read() == again[kind], True)
    found = {
        "networkx, GraphML": nodes_and_edges_of_networkx(networkx.read_graphml(paths["graphml"])),
        "networkx, GEXF": nodes_and_edges_of_networkx(networkx.read_gexf(paths["gexf"], version="1.3")),
        "networkx, node-link": nodes_and_edges_of_networkx(
            networkx.node_link_graph(json.load(open(paths["node-link"])))),
        "igraph, GraphML": of_igraph(paths["graphml"]),
        "ndex2, CX2": of_ndex2(paths["cx2"]),
    }
    if npm:
        found["graphology, GEXF"] = of_graphology(paths["gexf"], npm)
    if reader.args.graphviz:
        found["Graphviz, DOT"] = of_graphviz(paths["dot"])
    labels = found["ndex2, CX2"][0]
    for who, (nodes, edges) in found.items():
        reader.same(f"{name}: edges of {who}", edges, wanted)
        reader.same(f"{name}: names of {who}", nodes, labels)
    values = {(row["actor_iri"], row["issue_iri"], row["stance"], float(row["n"]), sign(row["value"])):
              row["value"] or 0 for row in rows}
    matrices(reader, name, paths, wanted, values, labels)
    times(reader, name, paths["gexf"])


def plain(label):
    """A label without the references that Pajek and DL need for quotes, backslashes and line ends."""
    return re.sub(r"&#(\d+);", lambda reference: chr(int(reference[1])), label)


def matrices(reader, name, paths, wanted, values, labels):
    """Pajek and DL know nodes by their labels; those of several get their IRIs."""
    often = collections.Counter(labels.values())
    known = {iri: label if often[label] == 1 else f"{label} <{iri}>" for iri, label in labels.items()}
    graph = igraph.Graph.Read_Pajek(paths["pajek"])
    nodes = [plain(label) for label in graph.vs["name"]]
    reader.same(f"{name}: names of igraph, Pajek", sorted(nodes), sorted(known.values()))
    edges = counted((nodes[edge.source], nodes[edge.target], edge["weight"]) for edge in graph.es)
    signed = counted((known[actor], known[issue], weight * sign) for actor, issue, _, weight, sign in wanted)
    reader.same(f"{name}: edges of igraph, Pajek", edges, signed)
    header, blocks, matrix = of_dl(paths["dl"])
    rows, columns = blocks["row labels:"], blocks["col labels:"]
    reader.same(f"{name}: DL", header, f"dl nr = {len(rows)}, nc = {len(columns)}, format = fullmatrix")
    sums = collections.Counter()
    for (actor, issue, _, weight, _), value in values.items():
        sums[known[actor], known[issue]] += weight * value
    for row, actor in enumerate(rows):
        for column, issue in enumerate(columns):
            reader.same(f"{name}: DL of {actor} and {issue}", matrix[row][column], sums[actor, issue])
    graph = networkx.read_pajek(paths["pajek"])
    reader.same(f"{name}: names of networkx, Pajek", sorted(plain(label) for label in graph), sorted(known.values()))
    reader.same(f"{name}: number of edges of networkx, Pajek", graph.number_of_edges(), sum(wanted.values()))


def of_dl(path):
    """Header, lists of labels and numbers of a matrix as Discourse Network Analyzer writes it: igraph, the only
    other reader, takes no label with a blank."""
    lines = open(path, encoding="utf-8").read().split("\n")
    start = lines.index("data:")
    blocks = {}
    for line in lines[1:start]:
        if line in ("labels:", "row labels:", "col labels:"):
            block = blocks.setdefault(line, [])
        else:
            block.append(plain(re.fullmatch('"([^"]*)"', line)[1]))
    return lines[0], blocks, numpy.loadtxt(lines[start + 1:], ndmin=2)


def times(reader, name, path):
    """What Gephi refuses: a start that is not before its end, times that touch, an edge where a node is not."""
    gexf = "{http://gexf.net/1.3}"
    tree = xml.parse(path).getroot()
    spells = lambda thing: [(spell.get("start"), spell.get("end")) for spell in thing.iter(gexf + "spell")]
    of_node = {node.get("id"): spells(node) for node in tree.iter(gexf + "node")}
    kinds = set()
    for edge in tree.iter(gexf + "edge"):
        ends = (edge.get("source"), edge.get("target"), edge.get("kind"))
        reader.same(f"{name}: edge {ends} once", ends in kinds, False)
        kinds.add(ends)
        reader.same(f"{name}: weight of {ends} above 0", float(edge.get("weight")) > 0, True)
        for start, end in spells(edge):
            for node in ends[:2]:
                is_there = not of_node[node] or any(s <= start and end <= e for s, e in of_node[node])
                reader.same(f"{name}: {node} is there at {start}", is_there, True)
    for thing in [*tree.iter(gexf + "node"), *tree.iter(gexf + "edge")]:
        days = [day for spell in spells(thing) for day in spell]
        reader.same(f"{name}: times of {thing.get('id')}", days == sorted(set(days)), True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--standpoint", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--npm", default="")
    parser.add_argument("--graphviz", action="store_true")
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    reader = Reader(args)
    odd = os.path.join(args.work, "names.ttl")
    with open(odd, "w", encoding="utf-8") as file:
        file.write(hostile(NAMES))
    for name, data in [("shipped", DATA), ("names", [odd])]:
        check(reader, name, data, args.npm)
        path = reader.export(name, data, "graphml", "--nodes", "actor")
        found = networkx.read_graphml(path)
        reader.same(f"{name}: congruence has no direction", found.is_directed(), False)
        weights = {frozenset((a, b)): data["weight"] for a, b, data in found.edges(data=True)}
        nodes = list(found)
        header, blocks, matrix = of_dl(reader.export(name, data, "dl", "--nodes", "actor"))
        reader.same(f"{name}: DL of actors", (header, [len(labels) for labels in blocks.values()]),
                    (f"dl n = {len(nodes)}, format = fullmatrix", [len(nodes)]))
        for row, one in enumerate(nodes):
            for column, other in enumerate(nodes):
                reader.same(f"{name}: DL of {one} and {other}", matrix[row][column],
                            weights.get(frozenset((one, other)), 0.0) if one != other else 0.0)
    # Refused by name where XML has no form for a character, kept where the format has one.
    bell = os.path.join(args.work, "bell.ttl")
    with open(bell, "w", encoding="utf-8") as file:
        file.write(hostile(["ring\u0007ing"]))
    for kind in ["graphml", "gexf", "dot"]:
        message = reader.run([bell], "export", "--format", kind, "-o", os.path.join(args.work, "no"), fails=True)
        reader.same(f"{kind} names what it refuses", "ing" in message and "character" in message, True)
    for kind, of in [("cx2", of_ndex2), ("node-link", lambda path: nodes_and_edges_of_networkx(
            networkx.node_link_graph(json.load(open(path)))))]:
        labels, _ = of(reader.export("bell", [bell], kind))
        reader.same(f"{kind} keeps a bell", "ring\u0007ing" in labels.values(), True)
    for fault in reader.faults:
        print(fault, file=sys.stderr)
    print(f"networks: {reader.checked} comparisons, {len(reader.faults)} differ", file=sys.stderr)
    sys.exit(bool(reader.faults))


main()

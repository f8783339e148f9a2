"""Real clients against `standpoint serve`: each asks the shipped case, and must get what the command line answers.

rdflib's SPARQLStore, SPARQLWrapper in every format, Jena's rsparql, curl with ETag, pandas, and the SERVICE clause of
the oxigraph command; then 200 queries at once and 10,000 requests, after which memory and descriptors are what they
were. A client that is not there is left out, and is told so.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse

QUERY = "SELECT ?who ?issue WHERE { ?who <https://w3id.org/standpoint/ns#opposes> ?issue } ORDER BY ?who ?issue"
GRAPH = "CONSTRUCT WHERE { ?who <https://w3id.org/standpoint/ns#opposes> ?issue }"
ASK = "ASK { ?who <https://w3id.org/standpoint/ns#opposes> ?issue }"
REQUESTS = 10_000
AT_ONCE = 200

failures = []


def check(name, got, expected):
    same = got == expected
    print(f"  {'same' if same else 'DIFFERENT'}  {name}")
    if not same:
        failures.append(name)
        print(f"    got      {str(got)[:300]}\n    expected {str(expected)[:300]}")


def left_out(name, why):
    print(f"  left out  {name}: {why}")


class Server:
    def __init__(self, command, store):
        self.process = subprocess.Popen(
            [command, "--store", store, "serve", "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        self.url = self.process.stdout.readline().strip()
        self.endpoint = self.url + "sparql"
        self.host = urllib.parse.urlsplit(self.url).netloc

    def end(self):
        self.process.send_signal(signal.SIGINT)
        began = time.monotonic()
        check("Ctrl-C ends it with status 0", self.process.wait(10), 0)
        check("… within two seconds", time.monotonic() - began < 2, True)

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def rdflib_store(server, rows):
    try:
        from rdflib.plugins.stores.sparqlstore import SPARQLStore
        from rdflib import Graph
    except ImportError:
        return left_out("rdflib", "not installed")
    for method in ("GET", "POST", "POST_FORM"):
        store = SPARQLStore(server.endpoint, method=method, returnFormat="json")
        found = [[str(term) for term in row] for row in Graph(store).query(QUERY)]
        check(f"rdflib's SPARQLStore, {method}", found, rows)
        check(f"rdflib's SPARQLStore, ASK, {method}", bool(Graph(store).query(ASK).askAnswer), True)
    check("rdflib's SPARQLStore, CONSTRUCT", len(Graph(SPARQLStore(server.endpoint)).query(GRAPH).graph), len(rows))


def wrapper(server, rows):
    try:
        import SPARQLWrapper as sw
    except ImportError:
        return left_out("SPARQLWrapper", "not installed")
    def asked(query, kind, method):
        client = sw.SPARQLWrapper(server.endpoint)
        client.setQuery(query)
        client.setReturnFormat(kind)
        client.setMethod(method)
        return client.query()
    for method in (sw.GET, sw.POST):
        found = asked(QUERY, sw.JSON, method).convert()["results"]["bindings"]
        check(f"SPARQLWrapper, JSON, {method}", [[row["who"]["value"], row["issue"]["value"]] for row in found], rows)
        found = asked(QUERY, sw.XML, method).convert().getElementsByTagName("result")
        check(f"SPARQLWrapper, XML, {method}", len(found), len(rows))
        for kind in (sw.CSV, sw.TSV):
            lines = asked(QUERY, kind, method).convert().decode().strip().splitlines()
            check(f"SPARQLWrapper, {kind}, {method}", len(lines) - 1, len(rows))
        for kind in (sw.TURTLE, sw.N3, sw.RDFXML, sw.JSONLD):
            graph = asked(GRAPH, kind, method).convert()
            if isinstance(graph, bytes):
                from rdflib import Graph
                graph = Graph().parse(data=graph, format="n3" if kind in (sw.N3, sw.TURTLE) else kind)
            check(f"SPARQLWrapper, {kind}, {method}", len(graph), len(rows))


def jena(server, classpath, rows):
    if not classpath:
        return left_out("Jena's rsparql", "not installed")
    ran = subprocess.run(
        ["java", "-cp", classpath, "arq.rsparql", "--service", server.endpoint, "--results", "json", QUERY],
        capture_output=True, text=True,
    )
    try:
        found = json.loads(ran.stdout)["results"]["bindings"]
    except ValueError:
        found = ran.stderr[-300:]
    check("Jena's rsparql", isinstance(found, list) and [[r["who"]["value"], r["issue"]["value"]] for r in found], rows)


def curl(server, rows):
    if not shutil.which("curl"):
        return left_out("curl", "not installed")
    def run(*arguments):
        return subprocess.run(["curl", "-s", *arguments], capture_output=True, text=True).stdout
    text = run(server.endpoint, "--data-urlencode", f"query={QUERY}", "-H", "Accept: text/csv", "--compressed")
    check("curl, CSV, compressed", len(text.strip().splitlines()) - 1, len(rows))
    target = server.endpoint + "?query=" + urllib.parse.quote(QUERY)
    head = run("-D", "-", "-o", os.devnull, target)
    tag = next(line.split(": ", 1)[1].strip() for line in head.splitlines() if line.lower().startswith("etag:"))
    check("curl, If-None-Match", run("-w", "%{http_code}", "-o", os.devnull, "-H", f"If-None-Match: {tag}", target), "304")
    check("curl, HEAD", run("-I", "-w", "%{http_code}", "-o", os.devnull, target), "200")


def pandas_csv(server, rows):
    try:
        import pandas
    except ImportError:
        return left_out("pandas", "not installed")
    frame = pandas.read_csv(f"{server.endpoint}?format=csv&query={urllib.parse.quote(QUERY)}")
    check("pandas.read_csv", frame.values.tolist(), rows)


def oxigraph(server, command, rows, work):
    if not command or not pathlib.Path(command).exists():
        return left_out("oxigraph", "not installed")
    query = "SELECT ?who ?issue { SERVICE <%s> { ?who <https://w3id.org/standpoint/ns#opposes> ?issue } }"
    empty = work / "empty"
    shutil.rmtree(empty, ignore_errors=True)
    subprocess.run([command, "load", "--location", empty, "--format", "nt"], input=b"", capture_output=True)
    ran = subprocess.run(
        [command, "query", "--location", empty, "--results-format", "json", "--query", query % server.endpoint],
        capture_output=True, text=True,
    )
    try:
        found = json.loads(ran.stdout)["results"]["bindings"]
    except ValueError:
        found = [ran.stderr[-300:]]
        return check("oxigraph's SERVICE", found, rows)
    check("oxigraph's SERVICE", sorted([r["who"]["value"], r["issue"]["value"]] for r in found), rows)


def load(server, rows):
    target = "/sparql?format=json&query=" + urllib.parse.quote(QUERY)
    def once(_):
        began = time.monotonic()
        connection = http.client.HTTPConnection(server.host)
        connection.request("GET", target)
        answer = connection.getresponse()
        found = len(json.loads(answer.read())["results"]["bindings"]) if answer.status == 200 else answer.status
        connection.close()
        return found, time.monotonic() - began
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        ended = list(pool.map(once, range(AT_ONCE)))
    check(f"{AT_ONCE} at once", {found for found, _ in ended}, {len(rows)})
    times = sorted(taken for _, taken in ended)
    print(f"    median {times[len(times) // 2] * 1000:.0f} ms, slowest {times[-1] * 1000:.0f} ms")
    def many(number):
        connection = http.client.HTTPConnection(server.host)
        for _ in range(number):
            connection.request("GET", "/sparql?query=ASK%7B%7D")
            connection.getresponse().read()
        connection.close()
    many(REQUESTS // 10)
    before, descriptors, began = server.memory(), server.descriptors(), time.monotonic()
    many(REQUESTS)
    print(f"    {REQUESTS / (time.monotonic() - began):.0f} requests a second on one connection; {server.memory()} KiB")
    check("memory does not grow (4 MiB)", server.memory() - before < 4096, True)
    time.sleep(0.2)
    check("descriptors do not grow", server.descriptors() <= descriptors, True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--standpoint", required=True)
    parser.add_argument("--oxigraph", default="")
    parser.add_argument("--jena", default="")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    store = options.work / "store"
    shutil.rmtree(store, ignore_errors=True)
    run = [options.standpoint, "--store", store]
    subprocess.run([*run, "load", "data/night-ferry"], check=True, capture_output=True)
    csv = subprocess.run([*run, "query", "--format", "csv", QUERY], check=True, capture_output=True, text=True).stdout
    rows = [line.split(",") for line in csv.splitlines()[1:]]
    server = Server(options.standpoint, store)
    try:
        rdflib_store(server, rows)
        wrapper(server, rows)
        jena(server, options.jena, rows)
        curl(server, rows)
        pandas_csv(server, rows)
        oxigraph(server, options.oxigraph, rows, options.work)
        load(server, rows)
    finally:
        server.end()
    if failures:
        sys.exit(f"{len(failures)} differences")


main()

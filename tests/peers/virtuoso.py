"""Virtuoso: a server of our own on two free ports, asked over HTTP, gone when we are done."""

import configparser
import json
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from answers import Crash, run

JSON = "application/sparql-results+json"
STUCK = "looks for a plan until it is stopped, so it is not asked"
# Questions of the library that would keep it from answering anything else.
UNASKED = ("agreeing-actors", "common-ground", "who-bridges-camps")
# Questions that it answers otherwise, and why that is so.
DIFFERS = {
    UNASKED: STUCK,
    ("anonymous-sources-only",): "under HAVING, what IRI() makes of an aggregate is a string",
    ("conflicting-positions", "disagreements-in-a-camp"): (
        "a filter on several aggregates of a sub-query keeps nothing, or it looks for a plan until it is stopped"
    ),
    ("differing-reports",): "a variable of one branch of a UNION is bound in another",
    ("positions-of-an-actor",): "joined with a sub-query on what COALESCE binds, an OPTIONAL loses its value or its row",
    ("who-falls-silent",): "its compiler fails, or COALESCE of an unbound comparison is not true",
}


class Virtuoso:
    """`more` are settings over those that every use has: {section: {name: value}}."""

    def __init__(self, server, client, work, more={}):
        self.client, self.folder, self.server, self.more = client, work / "virtuoso", server, more
        self.work = work
        self.create()

    def create(self):
        self.folder.mkdir()
        self.sql, self.http = free_ports(2)
        settings = configparser.ConfigParser()
        settings.optionxform = str
        settings["Database"] = {"DatabaseFile": "v.db", "ErrorLogFile": "v.log", "LockFile": "v.lck",
                                "TransactionFile": "v.trx", "xa_persistent_file": "v.pxa"}
        settings["TempDatabase"] = {"DatabaseFile": "t.db", "TransactionFile": "t.trx"}
        settings["Parameters"] = {"ServerPort": f"127.0.0.1:{self.sql}", "DirsAllowed": self.work.resolve(),
                                  "NumberOfBuffers": "20000", "ServerThreads": "30",
                                  # It would weigh plans for minutes.
                                  "MaxOptimizeLayouts": "200", "StopCompilerWhenXOverRunTime": "1"}
        settings["HTTPServer"] = {"ServerPort": f"127.0.0.1:{self.http}", "ServerThreads": "20"}
        settings["SPARQL"] = {"ResultSetMaxRows": "100000"}
        settings.read_dict(self.more)
        with (self.folder / "v.ini").open("w") as file:
            settings.write(file)
        self.start()

    def renew(self, graphs):
        """An empty server with these graphs: what it plans differs from one to the next."""
        self.close()
        shutil.rmtree(self.folder)
        self.create()
        for case, graph in graphs.items():
            self.load(case, graph)

    def start(self):
        """Also anew, after `close`: what is behind its last checkpoint is there again."""
        (self.folder / "v.lck").unlink(missing_ok=True)
        command = [self.server, "+configfile", "v.ini", "+foreground"]
        with (self.folder / "out").open("w") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while True:
            try:
                self.tell("SELECT 1;")
                return
            except Crash as crash:
                if self.process.poll() is not None or time.monotonic() > until:
                    self.close()
                    raise Crash(f"Virtuoso does not start: {crash}") from None
                time.sleep(0.5)

    def tell(self, statement):
        # A private server that ends with us: the password is the one that it begins with.
        told = run([self.client, f"127.0.0.1:{self.sql}", "dba", "dba", f"exec={statement}"])
        if "*** Error" in told:
            raise Crash(told)
        return told

    def begin(self, statement):
        """Tells it something that takes a while, and does not wait."""
        command = [self.client, f"127.0.0.1:{self.sql}", "dba", "dba", f"exec={statement}"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def load(self, case, graph):
        self.tell(f"DB.DBA.TTLP_MT(file_to_string_output('{graph.resolve()}'), '', 'urn:case:{case}');")

    def ask(self, case, query, accept=JSON, limit=20):
        """What the server sends, as bytes; `limit` in seconds."""
        asked = {"default-graph-uri": f"urn:case:{case}", "query": query}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http}/sparql", urllib.parse.urlencode(asked).encode(), {"Accept": accept}
        )
        try:
            with urllib.request.urlopen(request, timeout=limit) as reply:
                return reply.read()
        except urllib.error.HTTPError as error:
            raise Crash(error.read().decode(errors="replace").strip()) from None
        except (OSError, TimeoutError) as error:
            raise Crash(str(error)) from None

    def answer(self, case, query):
        return json.loads(self.ask(case, query.read_text()))

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports

"""Wallets over HTTP with Python's standard library alone, in a way that loses money and one that does not."""

import json
import os
import re
import signal
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROUTE = re.compile(r"/(\w+)/(?:wallets/([^/]+)(?:/(deposit|deduct))?|(transfers))")


class Refused(Exception):
    """Nothing happened: the status and the body that say so."""


class Wallets:
    def __init__(self):
        self.balances = {}
        self.journal = tempfile.TemporaryFile("w")

    def put(self, name, balance):
        self.balances[name] = balance

    def get(self, name):
        if name not in self.balances:
            raise Refused(404, {"error": "no such wallet"})
        return self.balances[name]

    def remove(self, name):
        self.balances.pop(name, None)

    def change(self, name, by):
        before = self.get(name)
        if before + by < 0:
            raise Refused(409, {"error": "insufficient", "balance": before})
        print(name, by, file=self.journal, flush=True)
        os.fsync(self.journal.fileno())
        self.balances[name] = before + by
        return {"balance": before + by, "before": before}

    def transfer(self, source, destination, amount):
        self.get(destination)
        self.change(source, -amount)
        self.change(destination, amount)
        return {"from": source, "to": destination, "amount": amount}


class Locked(Wallets):
    """The same, one change after the other. Reading needs no lock."""

    lock = threading.RLock()

    def put(self, name, balance):
        with self.lock:
            super().put(name, balance)

    def change(self, name, by):
        with self.lock:
            return super().change(name, by)

    def transfer(self, source, destination, amount):
        with self.lock:
            return super().transfer(source, destination, amount)

    def remove(self, name):
        with self.lock:
            super().remove(name)


STRATEGIES = {"broken": Wallets(), "locked": Locked()}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept
    wbufsize = -1  # status, headers and body leave together, not in a packet each
    disable_nagle_algorithm = True

    def answer(self):
        try:
            status, body = self.route(self.body())
        except Refused as refused:
            status, body = refused.args
        content = b"" if status == 204 else json.dumps(body).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = answer

    def body(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            return json.loads(content or "{}")
        except ValueError:
            raise Refused(400, {"error": "the body is not JSON"})

    def route(self, body):
        if self.path == "/health":
            return 200, {"ok": True}
        found = ROUTE.fullmatch(self.path)
        if not found or found[1] not in STRATEGIES:
            raise Refused(404, {"error": "no such path or strategy"})
        wallets, (name, change, transfers) = STRATEGIES[found[1]], found.groups()[1:]
        match self.command, change or transfers:
            case "PUT", None:
                wallets.put(name, field(body, "balance", int))
                return 201, body
            case "GET", None:
                return 200, {"balance": wallets.get(name)}
            case "DELETE", None:
                return 204, wallets.remove(name)
            case "POST", "deposit":
                return 200, wallets.change(name, field(body, "amount", int))
            case "POST", "deduct":
                return 200, wallets.change(name, -field(body, "amount", int))
            case "POST", "transfers":
                source, destination = field(body, "from", str), field(body, "to", str)
                return 200, wallets.transfer(source, destination, field(body, "amount", int))
        raise Refused(405, {"error": "no such method here"})

    def log_message(self, *args):
        pass  # a line for each request would be most of the work


def field(body, key, kind):
    value = body.get(key) if isinstance(body, dict) else None
    if type(value) is not kind or (kind is int and value < 0):
        raise Refused(400, {"error": f"{key} is missing, or not what it should be"})
    return value


class Server(ThreadingHTTPServer):
    request_queue_size = 128


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with Server(("127.0.0.1", int(os.environ.get("PORT", "3001"))), Handler) as server:
        print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()

"""A service for scripts, of Python's standard library: wallets and registers, under the name of any strategy, or as STRATEGY says. Between what it
reads and what it writes it waits, so that who comes in between is overwritten, except in strategies whose name ends in mutex.
Its argument says how it is ill: exits (at once), sick (its health says so), killed (by its own hand, after 200 updates)."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROUTE = re.compile(r"/([\w-]+)/(?:wallets|registers)/([^/]+)(?:/(deposit|deduct|swap))?")
ILL = sys.argv[1] if sys.argv[1:] else ""

values = {}
mutex = threading.RLock()
updates = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        status, body = self.route(body)
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = answer

    def route(self, body):
        if self.path == "/health":
            return (503, {"error": "no database"}) if ILL == "sick" else (200, {})
        found = ROUTE.fullmatch(self.path)
        if not found:
            return 404, {"error": "no such path"}
        strategy, name, change = found.groups()
        strategy = os.environ.get("STRATEGY", strategy)
        if self.command == "PUT":
            values[name] = body["balance"] if "balance" in body else body["value"]
            return 201, body
        if self.command == "GET":
            return 200, {"balance": values[name], "value": values[name]}
        global updates
        updates += 1
        if ILL == "killed" and updates > 200:
            os.kill(os.getpid(), signal.SIGKILL)
        number = updates
        with mutex if strategy.endswith("mutex") else nullcontext():
            status, answer = swap(name, body) if change == "swap" else move(name, change, body["amount"])
        if strategy.startswith("flaky") and number % 7 == 0:
            return 500, {"error": "something went wrong, and nobody says what was done"}
        return status, answer

    def log_message(self, *args):
        pass


def move(name, change, amount):
    before = values[name]
    time.sleep(0.001)  # a real one asks its database here
    after = before + (amount if change == "deposit" else -amount)
    if after < 0:
        return 409, {"error": "insufficient"}
    values[name] = after
    return 200, {"balance": after, "before": before}


def swap(name, body):
    if values[name] != body["old"]:
        return 412, {"error": "it is not as expected"}
    time.sleep(0.001)
    values[name] = body["new"]
    return 200, {}


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def main():
    if ILL == "exits":
        sys.exit("no DATABASE_URL: tell where the database is")
    with Server(("127.0.0.1", int(os.environ["PORT"])), Handler) as server:
        pids = [os.getpid()]
        if "PIDS" in os.environ:  # a helper that would go on for ever, as workers of services do
            pids.append(subprocess.Popen(["sleep", "1000000"]).pid)
            with open(os.environ["PIDS"], "w") as f:
                f.writelines(f"{pid}\n" for pid in pids)
        print(f"listens on {server.server_address[1]}", flush=True)
        server.serve_forever()


main()

"""A service of the tests' own, on the loopback, that is called by webhooks and keeps what it gets."""

import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Call:
    path: str
    headers: dict
    body: bytes


class Receiver(ThreadingHTTPServer):
    """`answers`: what it does with the next calls, by the names of the methods of Answers; then it takes all."""

    daemon_threads = True

    def __init__(self, certificate: str | None = None):
        super().__init__(("127.0.0.1", 0), Answers)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.calls: list[Call] = []
        self.answers: list[str] = []
        self.ended = threading.Event()
        self.meanwhile = lambda: None
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *args):
        self.ended.set()
        self.shutdown()
        self.server_close()
        self.thread.join()

    def handle_error(self, request, client_address):
        pass  # a caller that hangs up, or does not trust the certificate

    @property
    def port(self) -> int:
        return self.server_address[1]


class Answers(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append(Call(self.path, dict(self.headers), body))
        self.server.meanwhile()
        getattr(self, self.server.answers.pop(0) if self.server.answers else "good")()

    def good(self):
        self.answer(204)

    def broken(self):
        self.answer(500, b"Sorry\x00 about <that>.")

    def moved(self):
        self.answer(302, location=f"http://127.0.0.1:{self.server.port}/elsewhere")

    def huge(self):
        self.answer(500, b"x" * 50_000_000)

    def hanging(self):
        self.server.ended.wait(30)

    def dripping(self):
        """Never silent for long, and not done for long."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            if not self.server.ended.wait(0.05):
                self.wfile.write(b"X")

    def closing(self):
        self.close_connection = True

    def answer(self, status: int, body: bytes = b"", location: str = ""):
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

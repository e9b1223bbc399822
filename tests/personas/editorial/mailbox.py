"""A mail server of the tests' own, that speaks SMTP on the loopback and keeps what it takes."""

import email
import threading
from email.message import EmailMessage
from email.policy import default
from socketserver import StreamRequestHandler, ThreadingTCPServer


class Mailbox(ThreadingTCPServer):
    """`refuses` says what is answered to an address; `answer`, in place of taking a letter."""

    daemon_threads = allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Dialogue)
        self.letters: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        self.answer: str | None = None
        self.connections = 0
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *args):
        self.shutdown()
        self.server_close()
        self.thread.join()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def to(self) -> list[str]:
        return [letter["To"] for letter in self.letters]


class Dialogue(StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        self.server.connections += 1
        self.say("220 test")
        for line in self.rfile:
            command, _, rest = line.decode().strip().partition(" ")
            if command.upper() == "RCPT":
                address = rest.partition("<")[2].partition(">")[0]
                self.say(self.server.refuses.get(address, "250 ok"))
            elif command.upper() == "DATA":
                self.say("354 go on")
                self.take()
            elif command.upper() == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")
        return None

    def take(self) -> None:
        body = b""
        for line in self.rfile:
            if line == b".\r\n":
                break
            body += line.removeprefix(b".") if line.startswith(b"..") else line
        if self.server.answer is None:
            self.server.letters.append(email.message_from_bytes(body, policy=default))
        self.say(self.server.answer or "250 taken")

"""A mail server for tests: it takes every letter, and keeps it."""

import email
import socket
import threading
from typing import Any


class MailServer(threading.Thread):
    """An SMTP server that takes every letter."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.letters: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    def run(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection, connection.makefile("rw", encoding="utf-8", newline="\r\n") as stream:
                self._talk(stream)

    def _talk(self, stream: Any) -> None:
        def say(line: str) -> None:
            stream.write(line + "\n")
            stream.flush()

        say("220 ready")
        for line in stream:
            match line.split()[0].upper():
                case "EHLO" | "HELO":
                    say("250 at your service")
                case "DATA":
                    say("354 go on")
                    letter = email.message_from_bytes(_content(stream).encode())
                    content = letter.get_payload(decode=True)
                    assert isinstance(content, bytes)
                    self.letters.append(f"To: {letter['To']}\n\n{content.decode('utf-8')}")
                    say("250 taken")
                case "QUIT":
                    say("221 bye")
                    return
                case _:
                    say("250 ok")


def _content(stream: Any) -> str:
    """What follows DATA, up to a line with a dot alone; lines of dots come with one more."""
    return "".join(line.removeprefix(".") for line in iter(stream.readline, ".\r\n"))

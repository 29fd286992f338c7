"""Letters to whoever looks after the warehouse.

Here: how a letter is sent, and what the environment says about it. What is in it is written by
those who send it.
"""

import os
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage

from dagster_project.settings import SettingsError

_SECONDS = 30
SECURITY = ("starttls", "tls", "none")


@dataclass(frozen=True)
class Mail:
    """Where letters go, and through which server.

    Attributes:
        server: name of the SMTP server.
        port: of the server.
        security: starttls | tls | none.
        sender: address.
        recipients: addresses.
        user: name to log in with; empty without login.
        password: to log in with; it is in no log.
    """

    server: str
    port: int
    security: str
    sender: str
    recipients: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Mail | None":
        """Read `BUDGET_MAIL_…`; without `BUDGET_MAIL_TO` nobody gets a letter.

        Raises:
            SettingsError: a setting is missing, or cannot be used.
        """
        given = os.environ if environment is None else environment
        recipients = tuple(
            address.strip()
            for address in given.get("BUDGET_MAIL_TO", "").split(",")
            if address.strip()
        )
        if not recipients:
            return None
        server, _, port = given.get("BUDGET_MAIL_SERVER", "").partition(":")
        security = given.get("BUDGET_MAIL_SECURITY") or "starttls"
        if not server:
            raise SettingsError("BUDGET_MAIL_TO is set, and BUDGET_MAIL_SERVER is not")
        if security not in SECURITY:
            raise SettingsError(f"BUDGET_MAIL_SECURITY must be one of {', '.join(SECURITY)}")
        if port and not (port.isascii() and port.isdigit()):
            raise SettingsError(f"BUDGET_MAIL_SERVER has no port {port!r}")
        return cls(
            server=server,
            port=int(port or {"starttls": 587, "tls": 465, "none": 25}[security]),
            security=security,
            sender=given.get("BUDGET_MAIL_FROM") or recipients[0],
            recipients=recipients,
            user=given.get("BUDGET_MAIL_USER", ""),
            password=given.get("BUDGET_MAIL_PASSWORD", ""),
        )

    def send(self, subject: str, text: str) -> None:
        """Send a letter.

        Raises:
            OSError: the server cannot be reached, or does not take the letter.
        """
        letter = EmailMessage()
        letter["Subject"] = " ".join(subject.split())
        letter["From"] = self.sender
        letter["To"] = ", ".join(self.recipients)
        letter.set_content(text)
        with self._connect() as server:
            if self.user:
                server.login(self.user, self.password)
            server.send_message(letter)

    def _connect(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.server, self.port, timeout=_SECONDS, context=trusted)
        server = smtplib.SMTP(self.server, self.port, timeout=_SECONDS)
        if self.security == "starttls":
            server.starttls(context=trusted)
        return server

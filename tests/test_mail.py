"""Letters: who gets them, and that nothing in them or about them can be turned against anyone."""

import pytest

from dagster_project.mail import Mail
from dagster_project.settings import SettingsError
from tests.mail_server import MailServer


@pytest.fixture
def server() -> MailServer:
    server = MailServer()
    server.start()
    return server


def settings(**more: str) -> dict[str, str]:
    return {"BUDGET_MAIL_TO": "a@example.org, b@example.org", **more}


def test_a_letter_arrives_whole(server: MailServer) -> None:
    mail = Mail.from_environment(
        settings(BUDGET_MAIL_SERVER=f"127.0.0.1:{server.port}", BUDGET_MAIL_SECURITY="none")
    )
    assert mail
    mail.send("a run\nBcc: everybody@example.org failed", "第一行\n.\n合计 = Σ\n")
    (letter,) = server.letters
    assert letter.startswith("To: a@example.org, b@example.org\n")
    assert "第一行" in letter
    assert "合计 = Σ" in letter
    assert "everybody" not in letter.partition("\n\n")[0]


def test_nobody_gets_a_letter_unless_asked_for() -> None:
    assert Mail.from_environment({}) is None
    assert Mail.from_environment({"BUDGET_MAIL_TO": " , "}) is None


def test_letters_are_encrypted_unless_told_otherwise() -> None:
    mail = Mail.from_environment(settings(BUDGET_MAIL_SERVER="mail.example.org"))
    assert mail
    assert (mail.security, mail.port, mail.sender) == ("starttls", 587, "a@example.org")
    tls = Mail.from_environment(settings(BUDGET_MAIL_SERVER="x", BUDGET_MAIL_SECURITY="tls"))
    assert tls
    assert tls.port == 465


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "BUDGET_MAIL_SERVER is not"),
        ({"BUDGET_MAIL_SERVER": "x", "BUDGET_MAIL_SECURITY": "some"}, "must be one of"),
        ({"BUDGET_MAIL_SERVER": "x:smtp"}, "no port"),
    ],
)
def test_settings_that_cannot_be_used_are_said(more: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Mail.from_environment(settings(**more))


def test_the_password_is_never_shown() -> None:
    mail = Mail.from_environment(
        settings(BUDGET_MAIL_SERVER="x", BUDGET_MAIL_USER="u", BUDGET_MAIL_PASSWORD="secret")  # noqa: S106
    )
    assert "secret" not in repr(mail)


def test_a_server_that_is_not_there_is_an_os_error() -> None:
    mail = Mail.from_environment(
        settings(BUDGET_MAIL_SERVER="127.0.0.1:1", BUDGET_MAIL_SECURITY="none")
    )
    assert mail
    with pytest.raises(OSError, match="refused"):
        mail.send("subject", "text")

"""How findings stand on the screen."""

from insider_web_push.cli.finding import Finding, Health, lines_of


def test_what_to_do_stands_below_what_was_found() -> None:
    """Below each other, also where a line is too long."""
    findings = [
        Finding(Health.OK, "partner id", "acme"),
        Finding(Health.WRONG, "pools", "missing: insider_web_push, insider_web_push_publish", "start the scheduler"),
    ]
    assert list(lines_of(findings, width=60)) == [
        "ok      partner id     acme",
        "WRONG   pools          missing: insider_web_push,",
        "                       insider_web_push_publish",
        "                       -> start the scheduler",
    ]


def test_a_name_to_be_copied_stays_whole() -> None:
    """However long it is."""
    address = "s3://aws_default@a-bucket-with-a-long-name/and/a/prefix"
    assert address in list(lines_of([Finding(Health.OK, "storage", address)], width=40))[-1]

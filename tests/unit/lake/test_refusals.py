"""What a store's error means: a refusal, which no retry can mend, or an outage."""

import errno
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.io import store as airflow_stores
from airflow.sdk.io.store import ObjectStore
from botocore.exceptions import ClientError, NoCredentialsError
from fsspec import AbstractFileSystem
from s3fs.errors import translate_boto_error

from insider_web_push.answers.texts import LONGEST_TEXT
from insider_web_push.errors import StorageNotWritable
from insider_web_push.lake.refusals import advice_on, is_refusal
from insider_web_push.lake.storage import Storage
from tests.hostile_texts import HOSTILE, unfit

CHECKSUMS = "request_checksum_calculation"


def of_s3(status: int, code: str, said: str) -> Exception:
    """Give a server's answer as s3fs raises it."""
    answer = {"Error": {"Code": code, "Message": said}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error = translate_boto_error(ClientError(answer, "PutObject"))
    assert isinstance(error, OSError)
    return error


WITHOUT_CHECKSUMS = [
    pytest.param(
        400, "InvalidArgument", "Unsupported header 'x-amz-sdk-checksum-algorithm' received for this API call.",
        id="backblaze",
    ),
    pytest.param(
        501, "NotImplemented", "A header you provided implies functionality that is not implemented.", id="s3proxy"
    ),
    pytest.param(411, "MissingContentLength", "You must provide the Content-Length HTTP header.", id="storj"),
    pytest.param(400, "XAmzContentSHA256Mismatch", "invalid header: x-amz-content-sha256", id="s3s"),
    pytest.param(400, "InvalidRequest", "Streaming trailer block is malformed", id="trailer"),
    pytest.param(400, "MalformedTrailerError", "trailing data was not well-formed", id="code"),
]  # fmt: skip
"""As such servers are reported to answer since botocore 1.36."""


@pytest.mark.parametrize(("status", "code", "said"), WITHOUT_CHECKSUMS)
def test_a_store_that_takes_no_checksums_refuses_and_the_advice_names_the_setting(
    status: int, code: str, said: str
) -> None:
    """It will refuse the fifth try as well."""
    error = of_s3(status, code, said)
    assert is_refusal(error)
    assert CHECKSUMS in advice_on(error)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "AccessDenied"),
        (404, "NoSuchBucket"),
        (400, "AuthorizationHeaderMalformed"),
        (301, "PermanentRedirect"),
        (400, "InvalidBucketName"),
        (400, "SomethingNew"),
        (405, "MethodNotAllowed"),
    ],
)
def test_another_refusal_of_s3_has_no_word_of_checksums(status: int, code: str) -> None:
    """The storage, its region or its credentials are wrong."""
    error = of_s3(status, code, "no")
    assert is_refusal(error)
    assert advice_on(error) == "Set `storage` of the account"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (503, "SlowDown"),
        (500, "InternalError"),
        (503, "ServiceUnavailable"),
        (400, "RequestTimeout"),
        (400, "IncompleteBody"),
        (400, "BadDigest"),
        (409, "OperationAborted"),
        (429, "TooManyRequests"),
        (408, "RequestTimeout"),
    ],
)
def test_what_may_pass_is_an_outage_of_s3(status: int, code: str) -> None:
    """Half a body and a wrong digest are of the way, not of the store."""
    assert not is_refusal(of_s3(status, code, "the checksum was not computed"))


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (PermissionError(errno.EACCES, "no"), True),
        (OSError(errno.ENOSPC, "full"), True),
        (OSError(errno.EIO, "bad disk"), False),
        (OSError("Forbidden: bucket/key\nno access"), True),  # gcsfs
        (OSError("Connection reset"), False),
        (ConnectionResetError(), False),
        (TimeoutError(), False),
        (AirflowNotFoundException("no connection"), True),
        (NoCredentialsError(), True),
        (ValueError("x"), False),
    ],
)
def test_of_any_store(error: Exception, *, refusal: bool) -> None:
    """Other stores raise what they like."""
    assert is_refusal(error) is refusal


class Refusing(AbstractFileSystem):
    """A bucket that takes nothing, and says so in words of somebody's choice."""

    protocol = "s3"
    cachable = False
    said = ""

    def pipe_file(self, *_: Any, **__: Any) -> None:
        """Refuse, as s3fs does where the server or a proxy before it answers 403."""
        raise of_s3(403, "AccessDenied", self.said)


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE)
def test_a_refusal_in_hostile_words_is_a_message_that_may_go_anywhere(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """Whoever answers for the bucket chooses them; they go into logs, XCom and alerts."""
    system = Refusing()
    system.said = said
    monkeypatch.setitem(airflow_stores._STORE_CACHE, "s3", ObjectStore("s3", None, fs=system))
    with pytest.raises(StorageNotWritable, match="cannot write to the storage s3://lake/insider: ") as caught:
        Storage("s3://lake/insider", "brand").check_usable()
    message = str(caught.value)
    assert (unfit(message), len(message) < LONGEST_TEXT + 200) == ([], True)
    assert message.endswith("Set `storage` of the account")

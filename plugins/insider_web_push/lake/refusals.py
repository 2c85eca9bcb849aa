"""What a store's error means: it said no, or it did not do its work this time. Pure."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from http import HTTPStatus

from insider_web_push.answers.texts import clean

_NO_CREDENTIALS = frozenset(
    {"AirflowNotFoundException", "NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError"}
)
"""Errors of Airflow, botocore and google-auth, of which not all are always installed."""
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT, errno.EEXIST, errno.ENOSPC})
_FORBIDDEN_BY_GCS = "Forbidden: "
"""How gcsfs begins what it says of a 403: an OSError without a number."""

_MAY_PASS = frozenset({408, 409, 425, 429})
"""Timeout, conflict, too early, too many requests."""
_OF_THE_WAY = frozenset({"RequestTimeout", "IncompleteBody", "BadDigest"})
"""Codes of S3 with status 400 that say something of the connection."""

_ABOUT_CHECKSUMS = ("checksum", "trailer", "x-amz-content-sha256", "implies functionality that is not implemented")
_CODES_ABOUT_CHECKSUMS = frozenset({"MissingContentLength", "MalformedTrailerError", "XAmzContentSHA256Mismatch"})
"""
What stores answer that do not know the checksums which botocore adds to each upload since version 1.36. People who use
Backblaze, Storj, s3proxy, s3s and others report it so.
"""


def is_refusal(error: Exception) -> bool:
    """Whether a store said no, or its connection or credentials are missing, in contrast to an outage."""
    status, code, _ = answer_of_s3(error)
    if status:
        return _is_about_checksums(error) or (
            HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR
            and status not in _MAY_PASS
            and code not in _OF_THE_WAY
        )
    if isinstance(error, OSError):
        no = isinstance(error, PermissionError | FileNotFoundError) or error.errno in _REFUSED
        return no or str(error).startswith(_FORBIDDEN_BY_GCS)
    return type(error).__name__ in _NO_CREDENTIALS


def words_of(error: Exception) -> str:
    """Give a store's own words, fit to go anywhere: whoever answers for a bucket, or stands before it, chooses them."""
    return clean(str(getattr(error, "strerror", None) or error))


def advice_on(error: Exception) -> str:
    """Tell what to do about a refusal, as the end of its message."""
    if _is_about_checksums(error):
        return (
            "It seems not to take the checksums that botocore adds to each upload: put "
            '"config_kwargs": {"request_checksum_calculation": "when_required"} into the extra of its connection'
        )
    return "Set `storage` of the account"


def _is_about_checksums(error: Exception) -> bool:
    status, code, said = answer_of_s3(error)
    is_no = 0 < status < HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.NOT_IMPLEMENTED
    return (
        is_no
        and status not in _MAY_PASS
        and code not in _OF_THE_WAY
        and (code in _CODES_ABOUT_CHECKSUMS or any(words in said.lower() for words in _ABOUT_CHECKSUMS))
    )


def answer_of_s3(error: Exception) -> tuple[int, str, str]:
    """Give status, code and words of what S3 answered; 0 if it is no answer of S3. s3fs keeps botocore's error."""
    answer = getattr(error.__cause__ or error, "response", None)
    match answer:
        case {"ResponseMetadata": {"HTTPStatusCode": int(status)}, "Error": Mapping() as told}:
            return status, str(told.get("Code", "")), str(told.get("Message", ""))
    return 0, "", ""

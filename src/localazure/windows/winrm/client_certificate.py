"""The certificate of a client, asked for when a request says that it comes by one.

HTTP.sys asks that late, too: by a second handshake in TLS 1.2, and after the handshake in TLS 1.3 (RFC 8446, 4.6.2),
which Windows Server 2022 speaks first and not every client offers (pywinrm's issue 376). Python's ssl has no second
handshake, so a client of TLS 1.2 was asked in the first.
"""

from __future__ import annotations

import select
import ssl
import time

_PATIENCE = 20.0
"""Seconds for the client to answer."""


def client_certificate(stream: ssl.SSLSocket) -> bytes | None:
    """In DER, its key proved; None when the client has none. Between two requests only.

    Raises ssl.SSLError when the client cannot be asked, or shows one that nobody here trusts.
    """
    known = stream.getpeercert(binary_form=True)
    if known or stream.version() != "TLSv1.3" or stream.context.verify_mode is ssl.CERT_NONE:
        return known
    patience = stream.gettimeout()
    stream.verify_client_post_handshake()
    stream.do_handshake()
    stream.settimeout(0)
    try:
        return _answer(stream, time.monotonic() + _PATIENCE)
    finally:
        stream.settimeout(patience)


def _answer(stream: ssl.SSLSocket, deadline: float) -> bytes | None:
    while (left := deadline - time.monotonic()) > 0:
        select.select([stream], [], [], left)
        try:
            # Reading is what takes the client's answer in; a client that waits for ours sends nothing else.
            stream.read(1)
            raise ssl.SSLError("the client sent something else than its certificate")
        except ssl.SSLWantReadError:
            if _is_over(stream):
                return stream.getpeercert(binary_form=True)
    raise TimeoutError("the client did not say whether it has a certificate")


def _is_over(stream: ssl.SSLSocket) -> bool:
    """The certificate is there before its key is proved, which the end of the handshake says."""
    try:
        stream.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True

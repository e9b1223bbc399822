"""POST to an address that somebody typed in: never into the house, never for long, and much is not read."""

import http.client
import ipaddress
import socket
import ssl
import time
from contextlib import suppress
from threading import Timer
from urllib.parse import SplitResult, urlsplit, urlunsplit

from django.conf import settings

TIMEOUT = 10  # seconds, for all of it
LONGEST = 2000  # letters of an address
READ = 4096  # bytes of an answer
TOLD = 200  # letters of it
TRIED = 3  # addresses of a name
GRAPHIC = set(map(chr, range(33, 127)))
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What some versions of Python take for public addresses, and are not.
SPECIAL = [
    ipaddress.ip_network(net)
    for net in ("192.0.0.0/24", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96", "5f00::/16", "100::/64", "2001:db8::/32")
]


class UnreachableError(Exception):
    """Why nothing was sent, or nothing came back, as people read it."""


def post(url: str, body: bytes, headers: dict[str, str]) -> None:
    """Deliver it, or say why not; only an answer of 2xx counts."""
    parts = parse(url)
    connection = (Secure if parts.scheme == "https" else Plain)(parts, addresses(parts)[:TRIED])
    # The time-out of a socket begins anew with each byte; this one does not.
    end = time.monotonic() + TIMEOUT
    alarm = Timer(TIMEOUT, hang_up, [connection])
    alarm.daemon = True
    alarm.start()
    said = b""
    try:
        connection.request("POST", urlunsplit(("", "", parts.path or "/", parts.query, "")), body, headers)
        answer = connection.getresponse()
        if time.monotonic() >= end:
            raise TimeoutError  # what looks like the end of its headers is where we hung up
        if not 200 <= answer.status < 300:
            said = answer.read(READ)
    except ssl.SSLCertVerificationError as error:
        raise UnreachableError(f"The certificate of «{parts.hostname}» is not valid: {clean(error)}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = isinstance(error, TimeoutError) or time.monotonic() >= end
        why = f"No answer within {TIMEOUT} seconds." if late else f"No answer: {clean(error)}"
        raise UnreachableError(why) from error
    finally:
        alarm.cancel()
        connection.close()
    if not 200 <= answer.status < 300:
        moved = 300 <= answer.status < 400 and answer.headers["Location"]
        where = f" It leads on to «{clean(moved)}»; write that address, if it is yours." if moved else ""
        raise UnreachableError(f"Answered {answer.status} {clean(answer.reason)}.{where} {clean(said)}".strip())


class Plain(http.client.HTTPConnection):
    """To addresses that were checked: the name is not asked again, it could lead elsewhere by now."""

    def __init__(self, parts: SplitResult, addresses: list[str]):
        super().__init__(parts.hostname, port_of(parts), timeout=TIMEOUT)
        self.addresses = addresses

    def connect(self):
        for left, address in reversed(list(enumerate(reversed(self.addresses)))):
            try:
                self.sock = socket.create_connection((address, self.port), TIMEOUT / len(self.addresses))
                self.sock.settimeout(TIMEOUT)
                return
            except OSError:
                if not left:
                    raise


class Secure(Plain):
    """Over TLS, with a handshake that can be interrupted."""

    default_port = http.client.HTTPS_PORT

    def connect(self):
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()


def hang_up(connection: http.client.HTTPConnection) -> None:
    if connection.sock:
        with suppress(OSError):  # closed meanwhile
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)  # not TLS's own, which another thread is using


def parse(url: str) -> SplitResult:
    """The parts of an address that may be called at all."""
    try:
        parts = urlsplit(url)
        port = port_of(parts)
    except ValueError as error:
        raise UnreachableError(f"«{url}» is no address: {error}.") from error
    if (
        parts.scheme not in ("https", "http")
        or not parts.hostname
        or not port
        or len(url) > LONGEST
        or set(url) - GRAPHIC
    ):
        raise UnreachableError("Write a whole address, such as «https://example.com/vital».")
    if parts.scheme == "http" and not (settings.DEBUG or settings.WEBHOOK_PRIVATE_ADDRESSES):
        raise UnreachableError("The address begins with «https://», so that nobody on the way can read along.")
    if parts.username is not None or parts.password is not None:
        raise UnreachableError("Leave name and password out of the address; the signature says who calls.")
    return parts


def port_of(parts: SplitResult) -> int:
    return parts.port if parts.port is not None else {"https": 443}.get(parts.scheme, 80)


def addresses(parts: SplitResult) -> list[str]:
    """Those that the name has now; all of them must be outside."""
    try:
        found = socket.getaddrinfo(parts.hostname, port_of(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreachableError(f"There is no «{parts.hostname}»: its name leads to no address.") from error
    named = [where[0] for *_, where in found]
    if not settings.WEBHOOK_PRIVATE_ADDRESSES and any(is_inside(one) for one in named):
        raise UnreachableError(
            f"«{parts.hostname}» leads into a private network. Whoever runs VITAL Personas may allow that "
            "(WEBHOOK_PRIVATE_ADDRESSES)."
        )
    return named


def is_inside(address: str) -> bool:
    """Whether it is anything but a public address, be it wrapped in one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in NAT64:
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped:
            return is_inside(str(wrapped))
    return ip.is_multicast or not ip.is_global or any(ip in net for net in SPECIAL if net.version == ip.version)


def clean(said) -> str:
    """The beginning of what a stranger says, in letters that can be shown."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:TOLD]

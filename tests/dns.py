"""A real name server for the tests, on a free loopback port."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset


@dataclass
class Zone:
    """What the server knows: records by name and type, as a zone file writes them; `silent` says nothing."""

    records: dict[str, list[str]] = field(default_factory=dict)
    silent: bool = False
    broken: bool = False
    asked: list[str] = field(default_factory=list)

    def publish(self, *lines: str) -> None:
        """Take records as a zone file writes them: name, type, value."""
        for line in lines:
            name, kind, value = line.split(" ", 2)
            self.records.setdefault(f"{name.rstrip('.')} {kind}", []).append(value)

    def forget(self, name: str) -> None:
        """Take away all that stands at a name."""
        self.records = {key: value for key, value in self.records.items() if key.split()[0] != name}

    def answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        (question,) = query.question
        name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        values = self.records.get(f"{name} {kind}", [])
        if self.broken:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif values:
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        elif not any(key.startswith(f"{name} ") for key in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()


@contextmanager
def name_server(zone: Zone) -> Iterator[dns.resolver.Resolver]:
    """Serve a zone; yield a resolver that asks it and nobody else."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, sock = self.request
            if not zone.silent:
                sock.sendto(zone.answer(wire), self.client_address)

    with socketserver.UDPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        yield resolver
        server.shutdown()
        thread.join(5)

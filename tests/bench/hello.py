"""A bare Flask hello under the same web server as ours: `python -m tests.bench.hello PORT`."""

import sys

from tests.bench.floors import hello

app = hello()


def serve(port: int) -> None:
    """Serve with the settings of `kaizen web`."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "tests.bench.hello:app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_level=LogLevels.warning,
        log_access=False,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))

"""The listener: takes mail for our own addresses by SMTP and LMTP, and says 250 after the commit."""

from service.listener.connection import Connection, Lmtp
from service.listener.lobby import Lobby
from service.listener.receiver import Receiver
from service.listener.serving import CantListen, Door, run, serve

__all__ = ["CantListen", "Connection", "Door", "Lmtp", "Lobby", "Receiver", "run", "serve"]

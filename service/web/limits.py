"""How often one address may ask. Counted in Redis; while that is down, in this process's memory."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, swallow_errors=True)

"""The garbage collector of a process that runs for long."""

import gc

YOUNG = 10_000  # objects made between two looks at the youngest


def set_up() -> None:
    """Let the collector pass over all that is here by now: modules, mappers and routes stay to the end.

    It would go through them again and again, some 100 ms each time, and always in the middle of something.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)

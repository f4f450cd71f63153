"""Group commit: what comes in while one piece of work is under way is done together by the next."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")


class Together(Generic[Item, Done]):
    """Runs `work` on all items that wait, in a thread of its own, one run at a time.

    `work` returns one result an item; a result that is an exception is raised to whoever waits for it.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Done | Exception]], most: int) -> None:
        self._work, self._most = work, most
        self._waiting: deque[tuple[Item, asyncio.Future[Done]]] = deque()
        self._thread = ThreadPoolExecutor(1)
        self._task: asyncio.Task[None] | None = None

    async def do(self, item: Item) -> Done:
        """Return the result of one item; cancelling this does not take the item back."""
        future: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            for (_, future), result in zip(
                some, await self._results([item for item, _ in some]), strict=True
            ):
                if future.done():  # whoever waited has gone
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    async def _results(self, items: Sequence[Item]) -> Sequence[Done | Exception]:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._work, items)
        except Exception as error:  # `work` should not raise; if it does, everybody is told
            return [error] * len(items)

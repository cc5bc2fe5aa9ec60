"""Blocking work beside the event loop, in threads of our own: a slow store must not hold up the loop's other users."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_pool = ThreadPoolExecutor(max_workers=12, thread_name_prefix="carrier")


async def aside(action: Callable, *arguments):
    """What `action(*arguments)` returns, from a thread."""
    return await asyncio.get_running_loop().run_in_executor(_pool, action, *arguments)


async def pause(event: asyncio.Event, seconds: float) -> None:
    """Waits for `event`, at most so long."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)

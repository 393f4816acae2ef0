"""Takes turns: whatever is compared runs in the same minute on the same machine, and medians count."""

import statistics
from collections.abc import Awaitable, Callable, Mapping

Work = Callable[[], Awaitable[float]]
"""Does some work; returns what it cost, in the unit of the comparison."""
Costs = dict[str, list[float]]


async def take_turns(works: Mapping[str, Work], rounds: int) -> Costs:
    """Let each do its work in turn, so many times, after one round to warm up."""
    costs: Costs = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            cost = await work()
            if number:
                costs[name].append(cost)
    return costs


def ratio(costs: Costs, one: str, other: str) -> float:
    """Return the median of ``one`` to ``other``, turn by turn.

    What a machine does beside is more alike within a round than between rounds.
    """
    return statistics.median(a / b for a, b in zip(costs[one], costs[other], strict=True))


def medians(costs: Costs) -> dict[str, float]:
    """Return the median of each."""
    return {name: statistics.median(values) for name, values in costs.items()}

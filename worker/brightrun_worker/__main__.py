"""The command line: `python -m brightrun_worker run | check-spec | merge | serverless | pod | start | cache`."""

import argparse
import importlib
import os
import sys
from pathlib import Path

from . import exits
from . import spec as specs
from .errors import classify
from .run import run, say


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)  # ends with 2 where it does not understand
    return given.verb(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="brightrun_worker", description="Trains LoRA adapters into a run directory.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    train = verbs.add_parser("run", help="train, or go on training, as a spec says")
    train.add_argument("spec", type=Path)
    train.add_argument("--out", type=Path, required=True, help="the run directory")
    train.set_defaults(verb=lambda given: run(given.spec, given.out))
    check = verbs.add_parser("check-spec", help="say what is wrong with a spec")
    check.add_argument("spec", type=Path)
    check.set_defaults(verb=_check)
    merge = verbs.add_parser("merge", help="add an adapter into its base model")
    merge.add_argument("adapter", type=Path)
    merge.add_argument("--base", required=True, help="folder or hub name of the base model")
    merge.add_argument("--revision", help="branch, tag or commit of a hub name")
    merge.add_argument("--out", type=Path, required=True, help="folder to make")
    merge.set_defaults(verb=_merge)
    _add_rented(verbs)
    return parser


def _add_rented(verbs) -> None:
    """What runs on a rented machine (rented/)."""
    serverless = verbs.add_parser("serverless", help="behind RunPod's queue: carry out one job after the other")
    serverless.set_defaults(verb=lambda given: _rented("serverless"))
    pod = verbs.add_parser("pod", help="in a pod: carry out BRIGHTRUN_RUN, then end the pod")
    pod.set_defaults(verb=lambda given: _rented("pod"))
    start = verbs.add_parser("start", help="the one of the two that this machine is for: what the image starts")
    start.set_defaults(verb=lambda given: _rented("pod" if os.environ.get("BRIGHTRUN_RUN") else "serverless"))
    cache = verbs.add_parser("cache", help="fetch a base model from the hub, once for all runs")
    cache.add_argument("model", help="hub name, owner/name")
    cache.add_argument("--revision", help="branch, tag or commit")
    cache.add_argument("--to", type=Path, required=True, help="the folder that workers get as HF_HOME")
    cache.set_defaults(verb=_cache)


def _check(given: argparse.Namespace) -> int:
    try:
        specs.load(given.spec)
    except specs.SpecError as error:
        for problem in error.problems:
            print(problem)
        return exits.USAGE
    print("the spec is right")
    return exits.DONE


def _merge(given: argparse.Namespace) -> int:
    from .model import find

    place = Path(given.base)
    base_model = {"path": given.base} if place.exists() else {"name": given.base, "revision": given.revision}
    if place.exists():
        find.offline()
    try:
        found = find.find(base_model)
        from .model.merge import merge

        merge(given.adapter, found, given.out)
    except Exception as error:
        known = classify(error)
        say(f"{known.name}: {known.cause}. {known.fix}")
        return known.exit_code
    return exits.DONE


def _rented(name: str) -> int:
    return importlib.import_module(f".rented.{name}", __package__).main()


def _cache(given: argparse.Namespace) -> int:
    from .rented.weights import cache

    return cache(given.model, given.revision, given.to)


if __name__ == "__main__":
    sys.exit(main())

"""The rules of the architecture. Each is a function from a program to what breaks it."""

import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from tests.architecture.layout import (
    ADAPTERS,
    ENTRYPOINTS,
    INFRA_ROOMS,
    LIBRARIES,
    MOST_LINES_OF_AN_ENTRYPOINT,
    ROOMS,
    WIRING,
)
from tests.architecture.program import Module, Program, below_earshot

# What only an entrypoint may have: a wall clock, the environment, output, and sleep.
WORLD = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.sleep",
    "time.monotonic",
    "os.environ",
    "os.getenv",
}
WORLDLY_MODULES = {"logging", "time", "os"}
# Tweepy would log the bearer token at DEBUG, and urllib3 the address of a webhook: their adapters see to it that they
# never do.
SILENCES = {("mentions.sources.x.source", "logging"), ("alerting.webhooks.client", "logging")}
# Tweepy's names for writing; Earshot never posts.
POSTING = (
    "create_",
    "delete_",
    "like",
    "unlike",
    "retweet",
    "unretweet",
    "follow",
    "unfollow",
    "mute",
    "block",
    "hide_",
)
READING = {"get_user", "get_users_mentions", "get_users_tweets", "search_recent_tweets", "get_tweets"}


def rooms_look_back(program: Program) -> list[str]:
    broken = []
    for module in program:
        for imported in module.imports:
            target = below_earshot(imported)
            room = target.partition(".")[0] if target else None
            if module.room and room in ROOMS and ROOMS.index(room) > ROOMS.index(module.room):
                broken.append(f"{module.name} imports {imported}, a room behind it")
    return broken


def every_room_is_known(program: Program) -> list[str]:
    return [f"{module.name} is in a room without a place" for module in program if module.room not in (None, *ROOMS)]


def only_named_libraries_are_used(program: Program) -> list[str]:
    broken = []
    for module in program:
        if module.room is None:
            continue
        allowed = ADAPTERS.get(module.name, set()) | LIBRARIES.get(module.name, set()) | {"earshot"}
        for imported in module.imports:
            top = imported.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in allowed:
                broken.append(f"{module.name} imports {imported}")
    return broken


def rooms_know_nothing_of_the_functions_own_wiring(program: Program) -> list[str]:
    return [
        f"{module.name} imports {imported}"
        for module in program
        for imported in module.imports
        if module.room is not None and (target := below_earshot(imported)) and target.partition(".")[0] in WIRING
    ]


def adapters_do_not_know_each_other(program: Program) -> list[str]:
    return [
        f"{module.name} imports {imported}"
        for module in program
        for imported in module.imports
        if module.name in ADAPTERS and below_earshot(imported) in ADAPTERS
    ]


def nobody_imports_an_entrypoint(program: Program) -> list[str]:
    return [
        f"{module.name} imports {imported}"
        for module in program
        for imported in module.imports
        if imported.partition(".")[0] in ENTRYPOINTS
    ]


def rules_touch_no_world(program: Program) -> list[str]:
    broken = []
    for module in program:
        if module.room is None:
            continue
        broken += [f"{module.name} uses {name}" for name in module.attributes if name in WORLD or name == "print"]
        worldly = [name for name in module.imports if name in WORLDLY_MODULES]
        broken += [f"{module.name} imports {name}" for name in worldly if (module.name, name) not in SILENCES]
    return broken


def nothing_posts(program: Program) -> list[str]:
    """Of the client of X only reading is called, and no other module touches Tweepy."""
    broken = []
    for module in program:
        uses_tweepy = any(name.partition(".")[0] == "tweepy" for name in module.imports)
        if uses_tweepy and module.name != "mentions.sources.x.source":
            broken.append(f"{module.name} imports tweepy")
        for name in module.attributes:
            method = name.rpartition(".")[2]
            if uses_tweepy and method.startswith(POSTING) and method not in READING:
                broken.append(f"{module.name} calls {method}")
            if "tweet" in method and method not in READING and method.startswith(("create", "delete", "post", "re")):
                broken.append(f"{module.name} calls {method}")
    return broken


def entrypoints_are_thin(program: Program) -> list[str]:
    lines = {module.name: len(module.source.splitlines()) for module in program if module.name in ENTRYPOINTS}
    return [f"{name} has {count} lines" for name, count in lines.items() if count > MOST_LINES_OF_AN_ENTRYPOINT]


def only_bootstrap_and_adapters_make_parts(program: Program) -> list[str]:
    """An adapter's module is imported by an entrypoint only for its constants and errors, never to be wired there."""
    return [
        f"{module.name} imports {imported}"
        for module in program
        if module.name in ENTRYPOINTS
        for imported in module.imports
        if (target := below_earshot(imported)) and target in ADAPTERS and target not in {"alerting.alert_topic"}
    ]


def no_ring_of_imports(program: Program) -> list[str]:
    """No file imports another that leads back to it, imports inside functions included."""
    # An entry file can have the name of a room (api); the rule below holds that nobody imports one.
    names = {module.name for module in program} - set(ENTRYPOINTS)
    graph = {module.name: sorted(_files(module, names)) for module in program}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" imports ".join(reversed(error.args[1]))]
    return []


def _files(module: Module, names: set[str]) -> Iterator[str]:
    """The files that a module imports: ``cases.case.case`` for ``earshot.cases.case.case.Case``."""
    for imported in module.imports:
        whole = below_earshot(imported) or imported
        yield from {whole, whole.rpartition(".")[0]} & names


def infra_rooms_look_back(tools: Program) -> list[str]:
    broken = []
    for module in tools:
        for imported in module.imports:
            room, target = _infra_room(module.name), _infra_room(imported)
            if target in INFRA_ROOMS and (room not in INFRA_ROOMS or _place(target) > _place(room)):
                broken.append(f"{module.name} imports {imported}, a room behind it")
    return broken


def _infra_room(name: str) -> str | None:
    """``ops`` for ``infra.ops.stack``, None for what lies in no room."""
    parts = name.split(".")
    return parts[1] if parts[0] == "infra" and len(parts) > 2 else None


def _place(room: str) -> int:
    return INFRA_ROOMS.index(room)


def every_room_of_infra_is_known(tools: Program) -> list[str]:
    return [
        f"{module.name} is in a room without a place"
        for module in tools
        if _infra_room(module.name) not in (None, *INFRA_ROOMS)
    ]

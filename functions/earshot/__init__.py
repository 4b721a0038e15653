"""Earshot: the listener a company runs so that no customer who complains in public goes unheard.

The rooms stand in the order in which data walks through them, and a room imports only rooms before it: ``aws`` (how
AWS is spoken to), ``mentions`` (what was said), ``triage`` (what it means), ``cases`` (what is owed), ``alerting`` (who
must know), ``reports`` (what a period was like), ``api`` (what staff ask), ``console`` (what staff see).

``adapters`` and ``bootstrap`` wire the rooms, ``telemetry`` reports what they did, and no room imports them.
"""

import gc
import os

# While a function of Lambda starts nothing becomes garbage, and looking for it is a sixth of the start. It begins when
# the function is wired: ``runtime.on_first_call``.
if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    gc.disable()
    # pydantic has no plugins here, and would look for them through all packages.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

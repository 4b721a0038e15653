"""The entry files of the functions, loaded as Lambda loads them: by file name, from ``functions/``.

They are not installed, since names such as ``api`` or ``digest`` would collide with other packages.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from infra.paths import FUNCTIONS


def load_entry_file(name: str) -> ModuleType:
    """The module of ``functions/NAME.py``, loaded once. FileNotFoundError where there is no such file."""
    qualified = f"earshot_functions.{name}"
    if qualified in sys.modules:
        return sys.modules[qualified]
    spec = importlib.util.spec_from_file_location(qualified, entry_file(name))
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"There is no entry file {name}.py in {FUNCTIONS}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[qualified] = module
    return module


def entry_file(name: str) -> Path:
    """The file of an entry: a module, or a package of one file."""
    module = FUNCTIONS / f"{name}.py"
    return module if module.exists() else FUNCTIONS / name / "__init__.py"


def name_in_template(module: str) -> str:
    """What the template calls ``functions/MODULE.py`` and all that belongs to it: ``Classify``, ``FeedFetch``."""
    return {"feedfetch": "FeedFetch", "socialfetch": "SocialFetch"}.get(module, module.title())

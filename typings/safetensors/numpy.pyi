"""safetensors as Earshot uses it; only `make encoder` installs it."""

import numpy as np
from numpy.typing import NDArray

def load(data: bytes) -> dict[str, NDArray[np.float32]]: ...

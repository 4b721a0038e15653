"""What holds for every test: no account on AWS and no host but this one can be reached; and the embedded cloud."""

import gc
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from hypothesis import HealthCheck, settings
from moto import mock_aws

from earshot.telemetry.powertools import metrics
from infra.local.cloud import Cloud, embedded_cloud
from infra.local.engine.engine import environment
from tests.aws.moto_shortcuts import take_shortcuts
from tests.deployed import Running, running_policy
from tests.fakes import FakeClock

LOOPBACK = ["127.0.0.1", "::1", "localhost"]
# Whatever this machine is signed in to, a client that a test makes by mistake opens nothing.
NOBODY = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
# As the classifier has it. numpy would compute in as many threads as there are processors, which the other tests have,
# and threads that wait for each other turn in a loop: four times the processor's time.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}

# How Hypothesis searches. No profile asks how long an example takes: that depends on the machine. `ci` draws the same
# examples in each run, so that a change never fails for what another one left behind, and prints how to repeat a
# failure. `dev` draws fewer, and others each time. `--hypothesis-profile` chooses.
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=60,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dev")

# Each test has a boto3 session of its own, and each session parses the models of its services again: a tenth of a
# second or more of each client. The models never change, so that all sessions of a process share what was parsed.
botocore.session.create_loader = cache(botocore.session.create_loader)
take_shortcuts()

# Markers, in the order in which the files of such tests take minutes, rather than seconds.
SLOWEST_FIRST = ("sam", "browser", "engine", "slow")
NOT_SLOW = len(SLOWEST_FIRST)

# What is imported and collected stays to the end. Looking through it for garbage again and again takes a fifth of the
# collection's time, and more of the tests': it begins after it, with what the tests make, and less often.
gc.disable()
GARBAGE_THRESHOLDS = (50_000, 20, 20)


# A browser, the API that it asks and the staff who sign in cost as much as several of their tests: so many processes
# have them, whatever the number of processes and files.
BROWSERS = 2
BROWSER_TESTS = "tests/console/browser/"


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith(("AWS_", "POWERTOOLS_", "X_", "EARSHOT_"))]:
        del os.environ[name]
    os.environ.update(NOBODY | ONE_THREAD)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Who runs which files: as `--dist loadfile` says, with the browser's in as many parts as there are browsers."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    files: dict[str, int] = {}

    class ByFileAndBrowser(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            if not file.startswith(BROWSER_TESTS):
                return file
            return f"browser {files.setdefault(file, len(files)) % BROWSERS}"

    return ByFileAndBrowser(config, log)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
    # Files are handed out in this order. The slow ones begin, or one process would end alone with them.
    rank: dict[Path, int] = {}
    for item in items:
        own = next((number for number, name in enumerate(SLOWEST_FIRST) if item.get_closest_marker(name)), NOT_SLOW)
        rank[item.path] = min(own, rank.get(item.path, NOT_SLOW))
    items.sort(key=lambda item: rank[item.path])


@pytest.fixture(autouse=True)
def _session_of_its_own() -> Iterator[None]:
    """boto3's default session keeps the environment that it met first: no test inherits one."""
    boto3.DEFAULT_SESSION = None
    yield
    boto3.DEFAULT_SESSION = None


@pytest.fixture(autouse=True)
def _no_counts_of_another_test() -> None:
    """What was counted outside a function's call waits for the next one: here that is another test's."""
    metrics.clear_metrics()


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The embedded cloud with the deployed template; nothing in it runs unless a test says so.

    It is hosted by this process, where its answers take a fifth of the time.
    """
    # Posts are few and clear here: by default Comprehend would be asked about none of them.
    every = {"ComprehendPosts": "all"}
    folder = tmp_path_factory.mktemp("cloud")
    with embedded_cloud(folder, ["NimbusAir"], parameters=every, triggers=False, hosted=True) as running:
        yield running


@pytest.fixture(params=["moto", pytest.param("embedded", marks=pytest.mark.engine)])
def client_of(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Any]]:
    """Clients of each of the two stand-ins for AWS in turn: each accepts what the other, and AWS, refuses."""
    if request.param == "embedded":
        # Over HTTP and through all of botocore, with its checks of what is asked.
        engine = request.getfixturevalue("cloud").engine
        with environment(engine.environ):
            session = boto3.Session()
            yield session.client
        return
    with mock_aws():
        yield lambda service: boto3.client(service, region_name="eu-west-1")


@pytest.fixture
def running(cloud: Cloud) -> Iterator[Running]:
    """The deployed functions on that cloud, with empty tables and queues and a clock that is set by hand."""
    with environment(cloud.engine.environ):
        made = Running.on(cloud, FakeClock())
        with made.roles.watching():
            yield made
        running_policy(cloud, "")
        assert made.roles.denied == [], "a role does not grant what its function asks for"

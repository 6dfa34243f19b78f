"""Installations of Conductor for bench/run: their processes, plans that are placed on them, and what they use."""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import struct
import subprocess
import tempfile
import threading
import time

import backends

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
ROLES = ["api", "controller", "data", "solver", "reservation"]

store = backends.Configured("sqlite")  # what installations are configured with


def template():
    return {
        "homing_template_version": "2018-02-01",
        "locations": {"customer": {"latitude": 50.85, "longitude": 4.35}},
        "demands": {
            "mux": [{"inventory_provider": "file", "inventory_type": "cloud"}],
            "gateway": [{"inventory_provider": "file", "inventory_type": "cloud"}],
        },
        "constraints": {
            "near": {"type": "distance_to_location", "demands": ["mux", "gateway"],
                     "properties": {"distance": "< 2000 km", "location": "customer"}},
            "apart": {"type": "zone", "demands": ["mux", "gateway"], "properties": {"qualifier": "different", "category": "complex"}},
        },
        "optimization": {"minimize": {"sum": [{"distance_between": ["customer", "mux"]}, {"distance_between": ["customer", "gateway"]}]}},
    }


def small_template():
    """The same with three candidates for each demand instead of 113: what the way of a plan costs without its data."""
    places = [("a", 50.1, 8.7), ("b", 52.4, 4.9), ("c", 48.9, 2.4)]
    candidates = [{"candidate_id": name, "inventory_type": "cloud", "latitude": latitude, "longitude": longitude, "complex_name": name}
                  for name, latitude, longitude in places]
    small = template()
    for demand in small["demands"]:
        small["demands"][demand] = [{"inventory_provider": "file", "inventory_type": "cloud", "candidates": candidates}]
    small["constraints"].pop("apart")
    return small


def pinned(core, *command):
    """The command on one processor, so that server and load generator do not take each other's time."""
    return ["taskset", "-c", str(core), *map(str, command)]


class Service:
    """An installation of its own, in one process or several."""

    def __init__(self, groups, directory, login=False, pin=None):
        """groups: lists of roles, one for each process; login: asks for user and password `bench`; pin: a processor."""
        self.directory = pathlib.Path(directory)
        (self.directory / "state").mkdir(exist_ok=True)
        config = self.directory / "conductor.conf"
        # Syncs are counted by an object that is loaded before libc.
        self.syncs_file = self.directory / "syncs"
        environment = {**os.environ, "SYNC_COUNT": str(self.syncs_file), "LD_PRELOAD": str(BUILD / "bin" / "bench_count_syncs.so")}
        workers = 8 if len(groups) == 1 else 4  # as docs/operators.md advises for two processors, half of it for each of five
        config.write_text(
            f"[db_options]\ndb_backend = {store.name}\n{store.sections(self.directory.name)}\n"
            f"[DEFAULT]\nstate_path = {self.directory}/state\n[conductor_api]\nbasic_auth_secure = {str(login).lower()}\n"
            "username = bench\npassword = bench\n[api]\nmax_queue = 1000000\n"
            f"[inventory_provider]\nextensions = file\n[plugins]\npath = {BUILD}/lib/conductor/plugins\n[solver]\nworkers = {workers}\n[controller]\nworkers = {workers}\n[reservation]\nworkers = 2\n[data]\nworkers = 2\n")
        config.chmod(0o600)
        self.processes = {}
        for roles in groups:
            log = open(self.directory / f"log.{roles.split(',')[0]}", "w")  # noqa: SIM115 - the process has it
            command = [str(BUILD / "bin" / "conductor"), "run", "--roles", roles, "--port", "0", "--config-file", str(config)]
            if pin is not None:
                command = pinned(pin, *command)
            self.processes[roles] = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            self.port = self.wait_for_port()
        except BaseException:
            self.kill()
            raise

    def wait_for_port(self):
        for _ in range(400):
            for line in (self.directory / "log.api").read_text().splitlines():
                if "API listens on" in line:
                    return int(line.rsplit(":", 1)[1])
            time.sleep(0.05)
        raise SystemExit("the service did not start:\n" + (self.directory / "log.api").read_text())

    def wait_until_ready(self):
        for _ in range(4000):
            if request(self.port, "GET", "/v1/plans/healthcheck", raw=True) == 200:
                return
            time.sleep(0.002)
        raise SystemExit("the service is not ready:\n" + (self.directory / "log.api").read_text())

    def pids(self):
        return [process.pid for process in self.processes.values()]

    def syncs(self):
        return struct.unpack("=Q", self.syncs_file.read_bytes())[0] if self.syncs_file.exists() else 0

    def kill(self):
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait(30)

    def stop(self):
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.wait(30)


@contextlib.contextmanager
def service(five):
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as directory:
        running = Service(ROLES if five else [",".join(ROLES)], directory)
        try:
            yield running
        finally:
            running.stop()


def timed_start(groups, directory, keep=False):
    """Seconds from the start of the processes to readiness; the service is killed again unless kept."""
    begun = time.perf_counter()
    running = Service(groups, directory)
    try:
        running.wait_until_ready()
    except BaseException:
        running.kill()
        raise
    seconds = time.perf_counter() - begun
    if not keep:
        running.kill()
    return seconds, running


local = threading.local()


def request(port, method, path, body=None, raw=False):
    """Over a connection that each thread keeps. Status and document; raw: the status alone."""
    if getattr(local, "port", None) != port:
        local.connection, local.port = http.client.HTTPConnection("127.0.0.1", port, timeout=30), port
    local.connection.request(method, path, body, {"Content-Type": "application/json"})
    reply = local.connection.getresponse()
    text = reply.read()
    return reply.status if raw else (reply.status, json.loads(text or b"null"))


def place(port, body, pause):
    """Seconds from submission to the final state."""
    begun = time.perf_counter()
    status, plan = request(port, "POST", "/v1/plans", body)
    assert status == 201, plan
    while True:
        _, answer = request(port, "GET", "/v1/plans/" + plan["id"])
        state = answer["plans"][0]["status"]
        if state in ("done", "error", "not found"):
            assert state == "done", answer
            return time.perf_counter() - begun
        time.sleep(pause)


def wake_ups(pids):
    """How often threads of these processes have begun to wait."""
    count = 0
    for pid in pids:
        for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                count += int(status.read_text().split("\nvoluntary_ctxt_switches:", 1)[1].split()[0])
    return count


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid):
    """Resident and proportional set size: the five share the binary and its libraries."""
    sizes = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":", 1)
        sizes[name] = int(value.split()[0]) / 1024
    return sizes["Rss"], sizes["Pss"]

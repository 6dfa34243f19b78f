"""Stores for bench/run: what is started for them, what a configuration says of them, and what they count.

A store that is started here is fresh, in a directory of its own, and ends with the measurement."""
import contextlib
import http.client
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time


class Configured:
    """A store that needs nothing, or that runs already: its sections stand in a file."""

    counted = None  # what count() counts: changes for etcd, requests for MUSIC

    def __init__(self, name, sections=""):
        self.name, self.text = name, sections

    def sections(self, _installation):
        return self.text

    def count(self):
        return 0

    def stop(self):
        pass


def post(port, path, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", path, json.dumps(body))
    return json.loads(connection.getresponse().read())


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Started:
    """Processes with a directory of their own."""

    def __init__(self, below):
        self.directory = tempfile.TemporaryDirectory(dir=below)
        self.processes = []

    def start(self, command, **more):
        log = open(pathlib.Path(self.directory.name) / f"log.{len(self.processes)}", "w")  # noqa: SIM115 - the process has it
        self.processes.append(subprocess.Popen(list(map(str, command)), stderr=log, **more))
        return self.processes[-1]

    def logs(self):
        return "\n".join(path.read_text()[-1500:] for path in sorted(pathlib.Path(self.directory.name).glob("log.*")))

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)
        self.directory.cleanup()


class Etcd(Started):
    """The etcd of the machine: so many members on loopback."""

    name, counted = "etcd", "transactions"

    def __init__(self, below, members):
        program = shutil.which("etcd") or raise_exit("etcd is not installed: apt-get install etcd-server")
        super().__init__(below)
        ports = free_ports(2 * members)
        self.ports, peers = ports[:members], ports[members:]
        cluster = ",".join(f"m{i}=http://127.0.0.1:{peer}" for i, peer in enumerate(peers))
        for i, (port, peer) in enumerate(zip(self.ports, peers)):
            url, peer_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
            self.start([program, f"--name=m{i}", f"--data-dir={self.directory.name}/m{i}", f"--listen-client-urls={url}",
                        f"--advertise-client-urls={url}", f"--listen-peer-urls={peer_url}", f"--initial-advertise-peer-urls={peer_url}",
                        f"--initial-cluster={cluster}", "--initial-cluster-state=new", "--log-level=warn"], stdout=subprocess.DEVNULL)
        self.wait()

    def wait(self):
        for _ in range(400):
            with contextlib.suppress(OSError, ValueError, KeyError):
                return [self.revision(port) for port in self.ports]
            time.sleep(0.05)
        text = self.logs()
        self.stop()
        raise_exit("etcd did not start:\n" + text)

    @staticmethod
    def revision(port):
        return int(post(port, "/v3/kv/range", {"key": "eA=="})["header"]["revision"])

    def sections(self, installation):
        """Each installation has keys of its own."""
        endpoints = ",".join(f"http://127.0.0.1:{port}" for port in self.ports)
        return f"[etcd_api]\nendpoints = {endpoints}\nprefix = {installation}/\n"

    def count(self):
        """Each transaction that changes anything is one revision."""
        return self.revision(self.ports[0])


class Music(Started):
    """The simulated MUSIC: it shows what the product asks of MUSIC, not what a Cassandra makes of it."""

    name, counted = "music", "requests"

    def __init__(self, below, program):
        super().__init__(below)
        self.port = json.loads(self.start([program], stdout=subprocess.PIPE, text=True).stdout.readline())["port"]

    def sections(self, _installation):
        return f"[music_api]\nserver_url = http://127.0.0.1:{self.port}/MUSIC/rest/v2\n"

    def count(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", "/-/count")
        return json.loads(connection.getresponse().read())["requests"]


def raise_exit(text):
    raise SystemExit(text)


def make(name, sections, members, below, programs):
    if sections is not None or name not in ("etcd", "music"):
        return Configured(name, sections or "")
    return Etcd(below, members) if name == "etcd" else Music(below, programs / "music_simulator")

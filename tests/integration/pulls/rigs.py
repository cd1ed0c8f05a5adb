"""Real servers on loopback, one of each kind that files are pulled from, all with the same few verbs."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import pytest

from tests.integration.pulls.authority import Authority

INSTALL = "Run .ci/setup-servers as root, or on Debian: apt-get install openssh-server openssh-client postgresql"
SETTLED = 3600


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def kill_tree(pid: int) -> None:
    """SIGKILL for a process and all that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    started = [int(child) for child in children.read_text().split()] if children.exists() else []
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    for child in started:
        kill_tree(child)


class Rig(ABC):
    """A server that can publish files, be killed at any moment and started again on the same port."""

    kind = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.password = "pw-" + secrets.token_urlsafe(12)

    def command(self) -> list[str]:
        """How the server is started; a plain folder needs none."""
        return []

    def start(self, **options: Any) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, **options)
        self.wait()

    def wait(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process is not None
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"{self.kind} did not start: {(self.folder / 'server.log').read_text()[-2000:]}")

    def kill(self) -> None:
        if self.process is not None:
            kill_tree(self.process.pid)
            self.process.wait()

    @abstractmethod
    def publish(self, name: str, content: bytes, age: float = SETTLED) -> None:
        """Put a file there that has stood still for `age` seconds."""

    @abstractmethod
    def withdraw_all(self) -> None:
        """Take all files away."""

    @abstractmethod
    def entry(self, port: int) -> dict[str, Any]:
        """The server as the contract names it."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """What the environment must hold; names by the rule for partner `partner` and server `remote`."""


class FileRig(Rig):
    """A server over a folder."""

    @property
    def out(self) -> Path:
        return self.folder / "served" / "out"

    def publish(self, name: str, content: bytes, age: float = SETTLED) -> None:
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        moment = time.time() - age
        os.utime(path, (moment, moment))

    def withdraw_all(self) -> None:
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)


class FolderRig(FileRig):
    kind = "local"

    def start(self, **options: Any) -> None:
        self.out.mkdir(parents=True, exist_ok=True)

    def entry(self, port: int) -> dict[str, Any]:
        custom = [{"property": "pull", "value": True}]
        return {"type": "local", "path": "cases_*.csv", "customProperties": custom}

    def environment(self) -> dict[str, str]:
        return {"FOLDER": str(self.out)}


class SftpRig(FileRig):
    kind = "sftp"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sshd = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
        if self.sshd is None or shutil.which("ssh-keygen") is None:
            pytest.skip(f"No OpenSSH server here. {INSTALL}.")
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        self.new_host_key()
        self.make_key(folder / "client")
        self.out.mkdir(parents=True)

    def make_key(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)

    def new_host_key(self) -> None:
        self.make_key(self.folder / "host")

    @property
    def fingerprint(self) -> str:
        shown = subprocess.run(
            ["ssh-keygen", "-lf", str(self.folder / "host.pub")], check=True, capture_output=True, text=True
        )
        return shown.stdout.split()[1]

    def command(self) -> list[str]:
        assert self.sshd is not None
        lines = [
            f"Port {self.port}", "ListenAddress 127.0.0.1", f"HostKey {self.folder / 'host'}", "PidFile none",
            f"AuthorizedKeysFile {self.folder / 'client.pub'}", "StrictModes no", "UsePAM no", "UseDNS no",
            "PermitRootLogin yes", "PasswordAuthentication yes", "KbdInteractiveAuthentication no",
            "Subsystem sftp internal-sftp", "ForceCommand internal-sftp", "MaxStartups 100",
        ]  # fmt: skip
        config = self.folder / "sshd_config"
        config.write_text("\n".join(lines) + "\n")
        return [self.sshd, "-D", "-e", "-f", str(config)]

    def entry(self, port: int) -> dict[str, Any]:
        return {
            "type": "sftp",
            "location": f"sftp://127.0.0.1:{port}{self.out}/cases_*.csv",
            "customProperties": [{"property": "hostKeys", "value": [self.fingerprint]}],
        }

    def environment(self) -> dict[str, str]:
        return {"USER": pwd.getpwuid(os.geteuid()).pw_name, "KEY_FILE": str(self.folder / "client")}


class WebRig(FileRig):
    kind = "api"

    def __init__(self, folder: Path, authority: Authority) -> None:
        super().__init__(folder)
        self.authority = authority
        self.out.mkdir(parents=True)

    def command(self) -> list[str]:
        script = Path(__file__).with_name("web_server.py")
        pair = f"puller:{self.password}"
        return [
            sys.executable, str(script), str(self.folder / "served"), str(self.port), str(self.authority.certificate),
            str(self.authority.key), pair,
        ]  # fmt: skip

    def entry(self, port: int) -> dict[str, Any]:
        return {"type": "api", "location": f"https://localhost:{port}/out/cases_*.csv"}

    def environment(self) -> dict[str, str]:
        return {"USER": "puller", "PASSWORD": self.password, "CA_FILE": str(self.authority.ca)}


class BucketRig(Rig):
    kind = "s3"
    bucket = "partner-out"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]

    def client(self) -> Any:
        import boto3

        return boto3.client(
            "s3", endpoint_url=f"http://127.0.0.1:{self.port}", region_name="us-east-1",
            aws_access_key_id="AKENTREPOT", aws_secret_access_key=self.password,
        )  # fmt: skip

    def start(self, **options: Any) -> None:
        super().start(**options)
        self.client().create_bucket(Bucket=self.bucket)

    def publish(self, name: str, content: bytes, age: float = SETTLED) -> None:
        self.client().put_object(Bucket=self.bucket, Key=f"out/{name}", Body=content)

    def withdraw_all(self) -> None:
        client = self.client()
        for item in client.list_objects_v2(Bucket=self.bucket).get("Contents", []):
            client.delete_object(Bucket=self.bucket, Key=item["Key"])

    def entry(self, port: int) -> dict[str, Any]:
        return {
            "type": "s3",
            "location": f"s3://{self.bucket}/out/cases_*.csv",
            "endpointUrl": f"http://127.0.0.1:{port}",
        }

    def environment(self) -> dict[str, str]:
        return {"ACCESS_KEY": "AKENTREPOT", "SECRET_KEY": self.password}

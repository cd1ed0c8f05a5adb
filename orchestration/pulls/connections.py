"""Connects to a partner's folder: a mounted share, SFTP, S3 or a web server, each with the other side proved.

Here: what each library needs to be told so that it trusts nobody by default. Not here: looking and fetching.
"""

import base64
import ssl
from typing import Any

from orchestration.contracts.servers import PullServer
from orchestration.pulls.credentials import Credentials, folder_of, variables
from orchestration.pulls.errors import RefusedError
from orchestration.pulls.folders import BucketFolder, Folder, WebFolder
from orchestration.pulls.patience import Patience

CONNECT_SECONDS = 15.0


def connect(server: PullServer, credentials: Credentials, patience: Patience) -> Folder:
    """The folder of a server; raises what its library raises when it cannot be reached or is not who it should be."""
    return {"local": _local, "sftp": _sftp, "s3": _s3, "api": _web}[server.type](server, credentials, patience)


def _local(server: PullServer, credentials: Credentials, patience: Patience) -> Folder:
    from fsspec.implementations.local import LocalFileSystem

    return Folder(LocalFileSystem(skip_instance_cache=True), str(folder_of(credentials)))


def _sftp(server: PullServer, credentials: Credentials, patience: Patience) -> Folder:
    """SFTP with the host key compared: left to itself, fsspec would accept any."""
    user = credentials.required("USER")
    credentials.required("KEY_FILE", "PASSWORD")
    from fsspec.implementations.sftp import SFTPFileSystem

    filesystem = SFTPFileSystem(
        server.host,
        host_key_policy=_known_hosts(server, credentials),
        port=server.port or 22,
        username=user,
        password=credentials.get("PASSWORD"),
        key_filename=credentials.get("KEY_FILE"),
        passphrase=credentials.get("KEY_PASSPHRASE"),
        allow_agent=False,
        look_for_keys=False,
        timeout=min(CONNECT_SECONDS, patience.silence),
        banner_timeout=patience.silence,
        auth_timeout=patience.silence,
        skip_instance_cache=True,
    )
    filesystem.ftp.get_channel().settimeout(patience.silence)
    return Folder(filesystem, server.folder, filesystem.client.close)


def _known_hosts(server: PullServer, credentials: Credentials) -> Any:
    """A policy that takes the keys of the contract and of the known_hosts file, and no other."""
    import paramiko

    named = credentials.get("KNOWN_HOSTS")
    known = paramiko.HostKeys(named)

    class OnlyKnown(paramiko.MissingHostKeyPolicy):
        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            if key.fingerprint in server.host_keys or known.check(hostname, key):
                return
            expected = "another is expected" if server.host_keys or named else "none is known"
            raise RefusedError(
                f"the server shows the key {key.fingerprint} ({key.get_name()}), but {expected}. If the partner "
                "confirms that this is theirs, write it under hostKeys in the contract, or into the known_hosts file "
                f"that {variables(server)['KNOWN_HOSTS']} names."
            )

    return OnlyKnown()


def _s3(server: PullServer, credentials: Credentials, patience: Patience) -> Folder:
    import s3fs

    key = credentials.get("ACCESS_KEY")
    filesystem = s3fs.S3FileSystem(
        anon=key is None,
        key=key,
        secret=credentials.required("SECRET_KEY") if key else None,
        token=credentials.get("SESSION_TOKEN"),
        endpoint_url=server.endpoint or None,
        client_kwargs={"region_name": server.region or "us-east-1", "verify": credentials.get("CA_FILE") or True},
        config_kwargs={
            "connect_timeout": min(CONNECT_SECONDS, patience.silence),
            "read_timeout": patience.silence,
            "retries": {"max_attempts": 1},  # trying again is ours (patience.py)
            "s3": {"addressing_style": "path" if server.endpoint else "auto"},
        },
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    filesystem.retries = 1
    return BucketFolder(filesystem, server.folder, refresh=True)


def _web(server: PullServer, credentials: Credentials, patience: Patience) -> Folder:
    """HTTPS with certificates checked and no redirect followed: it could carry our credentials elsewhere."""
    import aiohttp
    from fsspec.implementations.http import HTTPFileSystem

    headers = {"Accept-Encoding": "identity"}  # so that the announced length is the file's
    if token := credentials.get("TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    elif user := credentials.get("USER"):
        pair = f"{user}:{credentials.required('PASSWORD')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    context = ssl.create_default_context(cafile=credentials.get("CA_FILE"))
    if certificate := credentials.get("CERT_FILE"):
        context.load_cert_chain(certificate, credentials.required("KEY_FILE"))

    async def only_success(response: Any) -> None:
        if response.status != 200:
            raise aiohttp.ClientResponseError(
                response.request_info,
                (),
                status=response.status,
                message=response.reason or "redirects are not followed",
            )

    filesystem = HTTPFileSystem(
        encoded=True,
        ssl=context,
        allow_redirects=False,
        client_kwargs={
            "headers": headers,
            "raise_for_status": only_success,
            "timeout": aiohttp.ClientTimeout(
                total=None, sock_connect=min(CONNECT_SECONDS, patience.silence), sock_read=patience.silence
            ),
        },
        skip_instance_cache=True,
    )
    return WebFolder(filesystem, server.folder)

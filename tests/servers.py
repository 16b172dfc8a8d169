"""nginx and Caddy as children of a test, with the gate's samples included unchanged.

Around each sample stands the least that the server needs to run at all, without rights of its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from process_manual.gate import csp
from tests.support import program, write

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port};
        root {root};
        location {served_at} {{
            include {sample};
        }}
    }}
}}
"""
CADDY = """
{{
	admin off
	auto_https off
}}
http://127.0.0.1:{port} {{
	root * {root}
	file_server
	import {sample}
}}
"""
SERVERS = {
    "nginx": (NGINX, "nginx.conf", ("nginx", "-e", "stderr", "-c")),
    "caddy": (CADDY, "Caddyfile", ("caddy", "run", "--adapter", "caddyfile", "--config")),
}
"""Configuration around the sample, the sample's name, and the command before the configuration."""


@contextmanager
def running(name: str, root: Path, folder: Path, served_at: str = "/") -> Iterator[str]:
    """Run a server over the files in ``root``, with its own files in ``folder``; say where."""
    template, sample, command = SERVERS[name]
    port = _free_port()
    write(folder, {f"sample/{sample}": csp.files(served_at)[sample]})
    settings = {
        "folder": folder,
        "port": port,
        "root": root,
        "sample": folder / "sample" / sample,
        "served_at": served_at,
    }
    write(folder, {"configuration": template.format(**settings)})
    found = program(command[0])
    assert found, name
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            [found, *command[1:], folder / "configuration"], env=environment, stdout=log, stderr=log
        )
    try:
        _wait(child, port, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when somebody listens; a server that refuses its configuration tells why."""
    end = time.monotonic() + 30
    while time.monotonic() < end and child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {log.read_text('utf-8')[-2000:]}")

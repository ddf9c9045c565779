"""What stands in deploy/ agrees with the program: roles, limits, proxies, commands."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from machikumo.__main__ import parser
from machikumo.kernel.tenancy.roles import ATTRIBUTES, ROLES
from machikumo.site import environment
from machikumo.site.cli import run_secrets

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
NGINX = (DEPLOY / "nginx" / "machikumo.conf").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SETTINGS = dict(
    line.split("=", 1)
    for line in (DEPLOY / "systemd" / "machikumo.env").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


def test_the_roles_for_an_administrator_are_those_that_the_program_makes() -> None:
    script = (DEPLOY / "postgresql" / "roles.sql").read_text(encoding="utf-8")
    altered = re.findall(r"ALTER ROLE (\w+) :attributes (\w+) PASSWORD :'(\w+)'", script)
    assert {name for name, _right, _word in altered} == set(ROLES.values())
    assert {name: right for name, right, _word in altered if right == "REPLICATION"} == {ROLES["backup"]: "REPLICATION"}
    assert all(name == f"machikumo_{word}" for name, _right, word in altered)
    assert f"\\set attributes '{ATTRIBUTES}'" in script


def test_nginx_and_the_program_refuse_the_same_upload() -> None:
    limit = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert limit is not None
    assert limit[1] == SETTINGS["MACHIKUMO_UPLOAD_MEGABYTES"]
    assert int(limit[1]) == environment.read({}).upload_megabytes
    assert "ファイルが大きすぎます" in NGINX


def test_the_proxy_writes_what_the_program_counts_on_and_believes_no_caller() -> None:
    assert SETTINGS["MACHIKUMO_PROXIES"] == "1"
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "$proxy_add_x_forwarded_for" not in NGINX
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in NGINX


def test_every_variable_of_the_example_is_a_setting() -> None:
    settings = (DEPLOY.parent / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in settings for name in SETTINGS)
    read = environment.read(SETTINGS)
    assert (read.proxies, read.https, read.hosts) == (1, True, ("cloud.example.lg.jp",))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_unprivileged_and_writes_only_where_it_must(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    for line in ("User=machikumo", "NoNewPrivileges=yes", "ProtectSystem=strict", "Restart=always", "UMask=0077"):
        assert line in text
    writable = re.search(r"ReadWritePaths=(.+)", text)
    assert writable is not None
    assert writable[1].split() == [SETTINGS["MACHIKUMO_VAR"], SETTINGS["MACHIKUMO_KEYS"]]


def test_there_is_a_unit_for_the_pages_and_one_for_the_worker() -> None:
    assert [unit.name for unit in UNITS] == ["machikumo-web.service", "machikumo-worker.service"]
    started = re.search(r"-m machikumo (.+)", UNITS[1].read_text(encoding="utf-8"))
    assert started is not None
    assert parser().parse_args(started[1].split()).command == "worker"


@pytest.mark.parametrize("script", sorted((DEPLOY / "backup").glob("*.sh")), ids=lambda script: script.name)
def test_a_script_can_be_run_and_stops_at_the_first_fault(script: Path) -> None:
    assert script.stat().st_mode & stat.S_IXUSR
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    bash = shutil.which("bash")
    assert bash is not None
    assert subprocess.run([bash, "-n", str(script)], check=False).returncode == 0
    for command in re.findall(r'"\$python" -m machikumo (.+)', script.read_text(encoding="utf-8")):
        assert parser().parse_args(command.split()).run is not None


def test_the_passwords_for_roles_sql_are_made_once_and_never_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MACHIKUMO_VAR", str(tmp_path))
    assert run_secrets(None) == 0
    made = {file.name: file.read_text(encoding="ascii") for file in (tmp_path / "secrets").iterdir()}
    assert set(made) == {f"database-{role}" for role in ROLES.values()}
    assert run_secrets(None) == 0
    said = capsys.readouterr().out
    assert str(tmp_path / "secrets") in said
    assert not [word for word in made.values() if word in said]
    assert {(tmp_path / "secrets" / name).stat().st_mode & 0o077 for name in made} == {0}

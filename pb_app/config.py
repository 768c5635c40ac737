"""Settings, read once from the environment. A production start refuses what only a demo may have."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_DEMO_SECRETS = frozenset({"", "dev", "secret", "changeme", "change-me", "default"})
_SHORTEST_SECRET = 32


class ConfigError(Exception):
    """A setting is missing or unsafe; the message says which and how to mend it."""


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting of one running application.

    `key_dir` holds round keys and the council's signing key: outside the database and its backups.
    `source_url` is where the source of this version is offered, "" where it runs unchanged.
    `clock` is "" for real time or "file:PATH" (demo and tests only). `smtp_url` "" prints mail on the console.
    """

    secret_key: str
    database_url: str
    instance_dir: Path
    key_dir: Path
    is_production: bool = False
    timezone: str = "Europe/London"
    clock: str = ""
    smtp_url: str = ""
    mail_from: str = "noreply@commonpot.example"
    base_url: str = ""
    port: int = 8000
    trusted_proxies: int = 0
    source_url: str = ""


def from_environment(env: Mapping[str, str]) -> Config:
    """Config from environment variables (docs/guides/running.md lists them). Raises ConfigError."""
    production = env.get("PB_ENV", "demo") == "production"
    instance = Path(env.get("PB_INSTANCE", str(ROOT / "instance"))).resolve()
    default_clock = "" if production else f"file:{instance / 'clock'}"
    config = Config(
        secret_key=env.get("PB_SECRET_KEY", "") or ("" if production else _kept_secret(instance)),
        database_url=env.get("DATABASE_URL") or f"sqlite:///{instance / 'commonpot.db'}",
        instance_dir=instance,
        key_dir=Path(env.get("KEY_DIR", str(instance / "keys"))).resolve(),
        is_production=production,
        timezone=env.get("TIMEZONE", "Europe/London"),
        clock=env.get("PB_CLOCK", default_clock),
        smtp_url=env.get("SMTP_URL", ""),
        mail_from=env.get("MAIL_FROM", "noreply@commonpot.example"),
        base_url=env.get("BASE_URL", ""),
        port=_port(env.get("PORT", "8000")),
        trusted_proxies=int(env.get("TRUSTED_PROXIES", "0")),
        source_url=_web_address("SOURCE_URL", env.get("SOURCE_URL", "")),
    )
    check(config)
    return config


def check(config: Config) -> None:
    """Refuses an unsafe production start. Raises ConfigError."""
    if not config.is_production:
        return
    if config.secret_key.lower() in _DEMO_SECRETS or len(config.secret_key) < _SHORTEST_SECRET:
        raise ConfigError(
            "Set PB_SECRET_KEY to at least 32 random characters, such as those of: "
            "python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if config.clock:
        raise ConfigError("PB_CLOCK is for demo and tests only. Unset it in production.")
    if not config.base_url.startswith("https://"):
        raise ConfigError("Set BASE_URL to the public address, like https://vote.example.gov.uk: mailed links need it.")
    if config.key_dir.is_relative_to(config.instance_dir):
        raise ConfigError("Set KEY_DIR to a folder outside instance/, so that no backup of the data holds the keys.")


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ConfigError(f"PORT is {text!r}. Set it to a number from 1 to 65535, like 8000.")
    return int(text)


def _web_address(name: str, text: str) -> str:
    """It becomes a link on every page, so it must be one: `javascript:` and the like are refused."""
    if text and not text.startswith(("https://", "http://")):
        raise ConfigError(f"{name} is {text!r}. Set it to a web address, like https://code.example.gov.uk/commonpot.")
    return text


def _kept_secret(instance: Path) -> str:
    """The demo's own random secret, made once and kept beside its data."""
    path = instance / "secret"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()

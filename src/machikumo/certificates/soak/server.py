"""A server that misbehaves on purpose: sleeps past every timeout, fails, and has a clock that stands still.

Loaded only by the soak, as the WSGI module of its own processes; the product knows nothing of it.
"""

from __future__ import annotations

import os
import random
import time
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikumo.site.settings")
application = get_wsgi_application()

DELAY_SHARE = float(os.environ.get("SOAK_DELAY_SHARE", "0"))
DELAY_SECONDS = float(os.environ.get("SOAK_DELAY_SECONDS", "0"))
FAULT_SHARE = float(os.environ.get("SOAK_FAULT_SHARE", "0"))
CLOCK_STEP = float(os.environ.get("SOAK_CLOCK_STEP", "0"))  # seconds for which all clocks show the same


class PlannedFault(RuntimeError):
    """A fault that the soak put here."""


def _misbehaving(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def act(*arguments: Any, **keywords: Any) -> Any:
        _maybe_sleep()
        result = function(*arguments, **keywords)
        _maybe_sleep()
        return result

    return act


def _maybe_sleep() -> None:
    chance = random.random()  # noqa: S311 - a test's dice
    if chance < DELAY_SHARE:
        time.sleep(DELAY_SECONDS)
    elif chance > 1 - FAULT_SHARE:
        raise PlannedFault


def _standing_still() -> datetime:
    real = _real_now()
    return real - timedelta(seconds=real.timestamp() % CLOCK_STEP)


_real_now = timezone.now


def _install() -> None:
    from machikumo.certificates import printing, stepping

    settings.CERTIFICATE_LEASE_SECONDS = float(os.environ.get("SOAK_LEASE_SECONDS", "60"))
    printing.print_certificate = _misbehaving(printing.print_certificate)
    printing.differences = _misbehaving(printing.differences)
    stepping.write_step = _misbehaving(stepping.write_step)
    if CLOCK_STEP:
        timezone.now = _standing_still


_install()

"""Long work of the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.jobs import job
from machikumo.kernel.numbers.actions import reencrypt_batch
from machikumo.kernel.numbers.queries import count_by_version
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from machikumo.kernel.jobs import Run
    from machikumo.kernel.scope import Scope


@job("numbers.reencrypt")
def reencrypt(scope: Scope, run: Run) -> dict[str, Any]:
    """Close every number of an older key version with the newest one, in batches; may stop and go on anywhere."""
    with entered(scope):
        total = sum(count_by_version(scope).values())
    done = 0
    while count := reencrypt_batch(scope):
        done += count
        run.progress(done, total, f"{done} 件の番号を新しい鍵に移しました", f"{done} numbers moved to the new key")
    return {"numbers": done}

"""Errors of this room, each with what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.errors import Conflict, MachikumoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.certificates.domain.comparison import Mismatch
    from machikumo.certificates.domain.requests import Refusal


class CertificateError(MachikumoError):
    """Base of this room's errors."""


class OrderRefused(CertificateError):
    """The order asks for what may not be given; ``refusals`` name the fields."""

    status = 422

    def __init__(self, refusals: list[Refusal]) -> None:
        self.refusals = refusals
        super().__init__(
            " ".join(refusal.message_ja for refusal in refusals),
            " ".join(refusal.message_en for refusal in refusals),
        )


class FencedOut(Conflict):
    """The request is in other hands, or has gone on without this worker: nothing that it did was kept."""

    def __init__(self) -> None:
        super().__init__(
            "この請求は別の処理が引き継ぎました。この処理の結果は保存していません。画面を開き直してください。",
            "The request is in other hands now; nothing of this attempt was kept. Reload the page.",
        )


class TimedOut(Conflict):
    """The time for making the paper ran out: the whole request is cancelled, never only its wait."""

    def __init__(self) -> None:
        super().__init__(
            "時間内に作成できなかったため、この請求全体を取り消しました。証明書は発行していません。もう一度請求してください。",
            "The paper was not made in time, so the whole request was cancelled and nothing issued. Ask again.",
        )


class RecordChanged(Conflict):
    """A record of the household was changed after the check: the whole request is cancelled, never a wrong paper."""

    def __init__(self) -> None:
        super().__init__(
            "作成中にこの世帯の記録が変わったため、請求全体を取り消しました。証明書は発行していません。"
            "最新の記録を確かめて、もう一度請求してください。",
            "A record of this household changed meanwhile, so the whole request was cancelled and nothing issued. "
            "Look at the newest record and ask again.",
        )


class InProgress(Conflict):
    """The request with this key is being worked on; ask again with the same key."""

    def __init__(self) -> None:
        super().__init__(
            "この請求は処理中です。少し待ってから、この画面を開き直してください。",
            "This request is being worked on. Wait a moment and look again.",
        )


class KeyUsedOtherwise(Conflict):
    """An idempotency key came again with another order."""

    def __init__(self) -> None:
        super().__init__(
            "同じ受付キーで内容の違う請求が届きました。入力画面を開き直して、初めから請求してください。",
            "The same key came with another order. Open a new form and start again.",
        )


class ChannelStopped(CertificateError):
    """Issuing by this channel is stopped until a person opens it again."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "異常を検知したため、この経路での発行を止めています。責任者が確認して再開するまでお待ちください。",
            "Issuing here is stopped because a fault was found. Please wait until the section head opens it again.",
        )


class ReadBackFailed(CertificateError):
    """The finished paper does not say what was asked; it is not released."""

    status = 500

    def __init__(self, mismatches: list[Mismatch]) -> None:
        self.mismatches = mismatches
        super().__init__(
            "作成した証明書の読み戻し照合が一致しませんでした。発行せず、この経路の発行を止めました。責任者に連絡してください。",
            "The paper did not read back as asked. Nothing was issued; issuing is stopped. Tell the section head.",
        )


class NoIssuer(CertificateError):
    """A live municipality has not said who certifies."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "証明する人（市区町村長の職名と氏名）が設定されていません。証明書の設定で登録してください。",
            "Who certifies (title and name of the mayor) is not set. Enter it in the settings of certificates.",
        )


class NotReady(CertificateError):
    """A live municipality lacks what its certificates rest on; ``obstacles`` say what to do, (Japanese, English)."""

    status = 409

    def __init__(self, obstacles: Sequence[tuple[str, str]]) -> None:
        self.obstacles = obstacles
        super().__init__(
            "まだ交付できません。" + " ".join(ja for ja, _en in obstacles),
            "Not ready to issue. " + " ".join(en for _ja, en in obstacles),
        )


class SamePersonApproves(Conflict):
    """Whoever received a request cannot approve it too."""

    def __init__(self) -> None:
        super().__init__(
            "受付をした人は承認できません。別の責任者が承認してください。",
            "The person who received the request cannot approve it. Ask another one.",
        )

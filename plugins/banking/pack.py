"""The banking pack: what it does in the life of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crm_platform.pack import Context, Document, Pack, Task, hookimpl
from crm_platform.plugins.banking import cross_selling, four_eyes, papers, value_classes
from crm_platform.plugins.banking.manifest import MANIFEST


class Banking(Pack):
    """Natural and corporate customers of a bank: what they hold, what they are worth, how well they are known."""

    manifest = MANIFEST

    @hookimpl
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        return {
            "Identity Document": {"validate": papers.check_paper},
            "Bank Card": {"validate": papers.check_card},
            "Bank Account": {
                "on_update": value_classes.account_changed,
                "after_delete": value_classes.account_changed,
            },
            "Customer Value Class": {
                "validate": value_classes.check_class,
                "on_update": value_classes.classes_changed,
            },
            "KYC Review": {"validate": four_eyes.check_review, "on_submit": four_eyes.take_review},
            "Credit Limit Request": {"validate": four_eyes.check_limit, "on_submit": four_eyes.take_limit},
            "Contract": {"before_submit": four_eyes.check_contract},
        }

    @hookimpl
    def api_methods(self) -> Mapping[str, Callable[..., object]]:
        return {
            "cross_selling": cross_selling.cross_selling,
            "show_cross_selling": cross_selling.show_cross_selling,
        }

    @hookimpl
    def form_actions(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        return {
            "Customer": [
                {
                    "label": "Cross-selling Hints",
                    "method": "banking.show_cross_selling",
                    "condition": "doc.bank_accounts > 0",
                }
            ]
        }

    @hookimpl
    def schedules(self) -> Mapping[str, Callable[[Context], None]]:
        return {"15 2 * * *": value_classes.every_night}

    @hookimpl
    def tasks(self) -> Mapping[str, Task]:
        return {"classify": value_classes.classify, "classify_page": value_classes.classify_page}

    @hookimpl
    def after_enable(self, ctx: Context) -> None:
        value_classes.begin(ctx)


pack = Banking()

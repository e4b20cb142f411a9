"""What each person who signs in has in hand on the last day: deals, tasks, call-backs, requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.customers import SOURCES
from crm_platform.demo.history.masters import PRICES
from crm_platform.demo.history.profiles import Profile
from crm_platform.demo.history.records import Record, record

Work = Callable[[Profile, str, date, str], dict[str, Any]]
"""function(customer, user, day, text) → the values of a document."""

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "zh": {
        "Opportunity": ("产线监测改造", "边缘控制器升级", "软件年度授权"),
        "Task": ("发送修改后的报价", "确认验收日期", "准备季度回顾"),
        "Call Log": ("询问网关交货期，要求回电", "想了解维护合同"),
        "Service Request": ("振动传感器读数偏高", "网关夜间掉线", "申请操作手册"),
    },
    "en": {
        "Opportunity": ("Monitoring of the new line", "Upgrade of edge controllers", "Licences for next year"),
        "Task": ("Send the revised quotation", "Agree on the day of acceptance", "Prepare the quarterly review"),
        "Call Log": ("Asks when the gateways arrive, wants a call", "Would like to know about maintenance"),
        "Service Request": ("Vibration sensor reads too high", "Gateway goes offline at night", "Asks for the manual"),
    },
}
"""Language → DocType → what it is about."""
WORKERS: Mapping[str, tuple[str, ...]] = {
    "Opportunity": ("Administrator", "wang.fang@example.com", "sales@example.com", "manager@example.com"),
    "Task": (
        "Administrator", "wang.fang@example.com", "sales@example.com", "manager@example.com", "service@example.com",
        "liu.yang@example.com", "service.manager@example.com", "marketing@example.com", "accounts@example.com",
    ),
    "Call Log": (
        "Administrator", "wang.fang@example.com", "sales@example.com", "manager@example.com", "service@example.com",
        "liu.yang@example.com", "service.manager@example.com",
    ),
    "Service Request": (
        "Administrator", "service@example.com", "liu.yang@example.com", "service.manager@example.com",
    ),
}  # fmt: skip
"""DocType → who has such work."""


def in_hand(profiles: Sequence[Profile], calendar: Calendar) -> Iterator[Record]:
    """Each person's work, spread over the days to come and the customers who are still there."""
    at = calendar.at(len(calendar.months) - 1)
    customers = cycle([profile for profile in profiles if profile.left is None])
    for doctype, users in WORKERS.items():
        for user in users:
            for number in range(len(WORDS["en"][doctype])):
                customer = next(customers)
                text = WORDS["en" if customer.is_western else "zh"][doctype][number]
                day = calendar.until + timedelta(days=3 * number + 1)
                yield record(doctype, at, **MAKE[doctype](customer, user, day, text))


def _at(day: date, hour: int) -> str:
    return datetime(day.year, day.month, day.day, hour).isoformat(" ")


def _deal(customer: Profile, user: str, day: date, text: str) -> dict[str, Any]:
    product = sorted(PRICES)[customer.number % len(PRICES)]
    return {
        "title": text,
        "customer": f"@{customer.label}",
        "product": product,
        "opportunity_owner": user,
        "sales_person": customer.agent,
        "source": SOURCES[customer.number % len(SOURCES)],
        "sales_stage": ("Prospecting", "Engaging")[customer.number % 2],
        "currency": "CNY",
        "opportunity_amount": PRICES[product] * (customer.number % 4 + 2),
        "engage_date": (day - timedelta(days=20 + customer.number)).isoformat(),
        "expected_closing": (day + timedelta(days=customer.number)).isoformat(),
    }


def _task(customer: Profile, user: str, day: date, text: str) -> dict[str, Any]:
    return {**_about(customer), "subject": text, "status": "Todo", "assigned_to": user, "due_date": _at(day, 17)}


def _call(customer: Profile, user: str, day: date, text: str) -> dict[str, Any]:
    return {
        **_about(customer),
        "type": "Incoming",
        "status": "Completed",
        "caller": user,
        "start_time": _at(day - timedelta(days=5), 10),
        "duration": 95,
        "summary": text,
        "call_back_on": _at(day, 11),
        "call_back_by": user,
    }


def _request(customer: Profile, user: str, day: date, text: str) -> dict[str, Any]:
    return {
        "customer": f"@{customer.label}",
        "subject": text,
        "request_type": ("Fault", "Complaint", "Question")[customer.number % 3],
        "priority": ("Urgent", "High", "Medium")[customer.number % 3],
        "channel": ("Phone", "Email", "Web")[customer.number % 3],
        "status": "Open",
        "assigned_to": user,
        "opening_date": _at(day - timedelta(days=4), 9),
        "call_back_on": _at(day, 15) if customer.number % 3 == 0 else None,
    }


def _about(customer: Profile) -> dict[str, Any]:
    return {"reference_doctype": "Customer", "reference_docname": f"@{customer.label}"}


MAKE: Mapping[str, Work] = {"Opportunity": _deal, "Task": _task, "Call Log": _call, "Service Request": _request}

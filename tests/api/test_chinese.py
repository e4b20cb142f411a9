"""What a person who reads Chinese gets: every kind of refusal, with the words of the product in it, in Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from support.api_site import Api, Client, create

READER = "lixiaoming@example.com"
METHOD = "/api/method/"
CUSTOMER = "/api/resource/Customer"
ORDER = "/api/resource/Bench Order"
DOCTYPE = "/api/resource/DocType"
ENGLISH = re.compile(r"\b(?:the|is|not|no|be|must|cannot|and|or|for|of|in|to)\b")
"""Words that every English sentence has one of."""


@dataclass(frozen=True)
class Refusal:
    """A request that is refused, and how the answer reads; {stored} and {submitted} are documents that are there."""

    kind: str
    sentence: str
    verb: str
    url: str
    body: dict[str, Any] = field(default_factory=dict)


def new_doctype(**of_field: Any) -> dict[str, Any]:
    return {"name": "Fehler", "module": "Core", "custom": 1, "fields": [{"fieldname": "a", "label": "A", **of_field}]}


REFUSALS = (
    Refusal("MandatoryError", "错误：客户缺少必填值：客户名称", "POST", CUSTOMER),
    Refusal(
        "ValidationError",
        '客户类型不能是“Weird”。应为以下之一："公司"、"个人客户"、"合伙企业"',
        "POST",
        CUSTOMER,
        {"customer_name": "华东重工", "customer_type": "Weird"},
    ),
    Refusal(
        "LinkValidationError",
        "找不到销售区域：火星",
        "POST",
        CUSTOMER,
        {"customer_name": "华东重工", "territory": "火星"},
    ),
    Refusal(
        "InvalidEmailAddressError",
        "王 不是有效的邮箱地址。请写成 name@example.com 的形式。",
        "POST",
        "/api/resource/Bench Customer",
        {"customer_name": "华东重工", "email": "王"},
    ),
    Refusal(
        "CharacterLengthExceededError",
        f"客户名称：值有 141 个字符，最多 140 个：{'长' * 60}…",
        "POST",
        CUSTOMER,
        {"customer_name": "长" * 141},
    ),
    Refusal("UniqueValidationError", "代码必须唯一", "POST", ORDER, {"title": "甲", "code": "中文-1"}),
    Refusal("DoesNotExistError", "未找到客户 没有", "GET", f"{CUSTOMER}/没有"),
    Refusal(
        "DuplicateEntryError",
        "角色 Bench Role 已存在。请换一个名称。",
        "POST",
        "/api/resource/Role",
        {"role_name": "Bench Role"},
    ),
    Refusal("DataError", "查询中不允许使用字段：火星", "GET", f'{CUSTOMER}?filters=[["火星","=",1]]'),
    Refusal(
        "TimestampMismatchError",
        "您打开Bench Order {stored} 之后，它已被 Administrator 修改。请重新加载后再作修改。",
        "PUT",
        f"{ORDER}/{{stored}}",
        {"title": "乙", "modified": "2020-01-01 00:00:00"},
    ),
    Refusal(
        "UpdateAfterSubmitError", "提交后不允许将标题从 甲 改为 乙", "PUT", f"{ORDER}/{{submitted}}", {"title": "乙"}
    ),
    Refusal(
        "DocstatusTransitionError",
        "不能将单据状态从 1（已提交）改为 0（草稿）",
        "PUT",
        f"{ORDER}/{{submitted}}",
        {"docstatus": 0},
    ),
    Refusal(
        "LinkExistsError",
        "不能删除销售区域 中文区：它与 客户 {customer} 关联。请先解除这些关联。",
        "DELETE",
        "/api/resource/Territory/中文区",
    ),
    Refusal(
        "PermissionError",
        "owner 由系统维护，不能设置。",
        "PUT",
        f"{ORDER}/{{stored}}",
        {"owner": "nobody@example.com"},
    ),
    Refusal(
        "InvalidFieldNameError",
        "Fehler：'甲 乙' 不能作为字段名。请只使用小写字母、数字和下划线。",
        "POST",
        DOCTYPE,
        new_doctype(fieldname="甲 乙", fieldtype="Data"),
    ),
    Refusal(
        "DefinitionError",
        "Fehler：链接字段 a 没有选项。请在其选项中指定单据类型（链接、子表），或存放单据类型的字段（动态链接）。",
        "POST",
        DOCTYPE,
        new_doctype(fieldtype="Link"),
    ),
    Refusal(
        "ExpressionError",
        "此处无法理解 结尾（第 1 行，第 8 列）。",
        "POST",
        "/api/resource/Validation Rule",
        {"rule_name": "规则", "document_type": "Customer", "condition": "doc.a +", "message": "错"},
    ),
)


TO_STRANGERS = (
    Refusal("AuthenticationError", "用户名或密码错误", "POST", f"{METHOD}login", {"usr": "王", "pwd": "falsch"}),
    Refusal("PermissionError", "您没有客户的读取权限", "GET", CUSTOMER),
    Refusal(
        "NotAllowedMethodError",
        "frappe.client.insert 必须用 POST, PUT, DELETE, OPTIONS 调用。",
        "GET",
        f"{METHOD}frappe.client.insert",
    ),
    Refusal("ValidationError", "无法执行命令 keine.methode：没有此方法。", "POST", f"{METHOD}keine.methode"),
)


@pytest.fixture(scope="module")
def reader(api: Api) -> Client:
    """A System Manager whose language is Chinese, with an English browser."""
    api.make_user(READER, "System Manager")
    assert api.admin.put(f"/api/resource/User/{READER}", json={"language": "zh"}).status_code == 200
    return api.client(READER, **{"accept-language": "en"})


@pytest.fixture(scope="module")
def names(api: Api) -> dict[str, str]:
    """Documents that the requests are about."""
    create(api.admin, "Territory", {"territory_name": "中文区", "parent_territory": "All Territories"})
    customer = {"customer_name": "中文客户", "customer_type": "Company", "territory": "中文区"}
    stored = create(api.admin, "Bench Order", {"title": "甲", "code": "中文-1"})["name"]
    submitted = create(api.admin, "Bench Order", {"title": "甲"})["name"]
    assert api.admin.put(f"{ORDER}/{submitted}", json={"docstatus": 1}).status_code == 200
    return {"stored": stored, "submitted": submitted, "customer": create(api.admin, "Customer", customer)["name"]}


def filled(text: str, names: dict[str, str]) -> str:
    for key, name in names.items():
        text = text.replace(f"{{{key}}}", name)
    return text


def said(body: dict[str, Any]) -> str:
    """The first sentence that clients show."""
    return str(orjson.loads(orjson.loads(body["_server_messages"])[0])["message"])


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.kind)
def test_every_kind_of_refusal_is_said_in_chinese(reader: Client, names: dict[str, str], refusal: Refusal) -> None:
    answer = reader.request(refusal.verb, filled(refusal.url, names), json=refusal.body or None)
    body = answer.json()
    assert (body["exc_type"], said(body)) == (refusal.kind, filled(refusal.sentence, names))
    assert [fault["message"] for fault in body["errors"] if ENGLISH.search(fault["message"])] == []


@pytest.mark.parametrize("refusal", TO_STRANGERS, ids=lambda refusal: refusal.kind)
def test_somebody_who_has_not_signed_in_reads_the_language_of_the_browser(api: Api, refusal: Refusal) -> None:
    stranger = api.client(**{"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"})
    body = stranger.request(refusal.verb, refusal.url, json=refusal.body or None).json()
    assert (body["exc_type"], said(body)) == (refusal.kind, refusal.sentence)


def test_what_people_wrote_stays_as_they_wrote_it(reader: Client) -> None:
    """ "Open" is a status of the product, and here the title of a document."""
    made = create(reader, "Bench Order", {"title": "Open"})["name"]
    assert reader.put(f"{ORDER}/{made}", json={"docstatus": 1}).status_code == 200
    body = reader.put(f"{ORDER}/{made}", json={"title": "Closed"}).json()
    assert said(body) == "提交后不允许将标题从 Open 改为 Closed"


def test_each_faulty_field_is_named_by_its_chinese_label(reader: Client) -> None:
    values = {"customer_type": "Weird", "number_of_employees": "viele", "territory": "火星"}
    faults = {fault["field"]: fault["message"] for fault in reader.post(CUSTOMER, json=values).json()["errors"]}
    assert faults["customer_name"] == "错误：客户缺少必填值：客户名称"
    assert faults["territory"] == "找不到销售区域：火星"
    assert faults["customer_type"].startswith("客户类型不能是")


def test_v2_says_the_same(reader: Client) -> None:
    (error,) = reader.post("/api/v2/document/Customer", json={}).json()["errors"]
    assert (error["title"], error["message"]) == ("消息", "错误：客户缺少必填值：客户名称")


def test_the_reasons_of_a_right_are_said_in_chinese(reader: Client) -> None:
    answer = reader.get(f"{METHOD}crm.access.explain?doctype=Customer&action=write&field=customer_name").json()
    sentences = [reason["message"] for reason in answer["message"]["reasons"]]
    assert "角色“系统管理员”可以写入客户。" in sentences
    assert "客户名称的权限级别为 0。" in sentences


def test_labels_and_choices_of_a_form_are_chinese(reader: Client) -> None:
    meta = reader.get(f"{METHOD}crm.desk.meta?doctype=Customer").json()["message"]["doctype"]
    boot = reader.get(f"{METHOD}crm.desk.boot").json()["message"]
    labels = [field["label"] for field in meta["fields"] if field.get("label")]
    assert (boot["language"], meta["label"]) == ("zh", "客户")
    assert [label for label in labels if re.search("[A-Za-z]{4}", label)] == []
    assert boot["messages"]["Individual"] == "个人客户"


@pytest.mark.parametrize("code", ["zh", "zh-CN"])
def test_every_code_of_simplified_chinese_may_be_a_users_language(api: Api, code: str) -> None:
    """User.language links to Language; a site may have its own record for zh-CN."""
    if code != "zh":
        create(api.admin, "Language", {"language_code": code, "language_name": "简体中文（中国）"})
    user = f"{code}@example.com".lower()
    client = api.make_user(user, "Bench Role")
    assert api.admin.put(f"/api/resource/User/{user}", json={"language": code}).status_code == 200
    assert said(client.get(f"{CUSTOMER}/x").json()) == "您没有客户的读取权限"

"""What names are made of. All companies and people are invented; domains are those reserved for examples."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

PLACES = {
    "上海": "上海", "江苏": "苏州", "浙江": "杭州", "北京": "北京", "广东": "深圳",
    "Germany, Austria, Switzerland": "Wien", "United Kingdom and Ireland": "Leeds", "North America": "Toledo",
}  # fmt: skip
"""Territory → a city in it."""
COUNTRIES = {
    "Germany, Austria, Switzerland": "Austria", "United Kingdom and Ireland": "United Kingdom",
    "North America": "United States",
}  # fmt: skip
SYLLABLES = "华东兴盛恒泰宏远中科瑞德金龙天宇海纳博创信达嘉禾永安凯源福临鼎新长青云峰"
TRADES = {
    "机电": "Manufacturing", "精密": "Manufacturing", "能源": "Energy", "化工": "Chemicals", "物流": "Logistics",
    "食品": "Food and Beverage", "电子": "Electronics", "汽配": "Automotive", "医疗": "Medical", "建材": "Construction",
}  # fmt: skip
FORMS = ("有限公司", "股份有限公司", "集团有限公司", "厂")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = ("伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "勇", "杰", "建国", "丽华", "志强", "晓燕", "海波", "雪梅")
WESTERN = ("Alder", "Brook", "Cobalt", "Dover", "Elm", "Falcon", "Granite", "Harbour", "Iron", "Juniper", "Kestrel")
WESTERN_TRADES = {
    "Pumps": "Manufacturing", "Dairy": "Food and Beverage", "Logistics": "Logistics", "Power": "Energy",
    "Medical": "Medical", "Chemicals": "Chemicals", "Automation": "Electronics", "Building": "Construction",
}  # fmt: skip
WESTERN_FORMS = ("GmbH", "Ltd", "Inc.", "AG", "plc")
FIRST_NAMES = ("Anna", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Ida", "Jack", "Laura", "Mark")
LAST_NAMES = ("Berger", "Clark", "Dunn", "Fischer", "Gray", "Huber", "Jones", "Keller", "Moore", "Novak", "Weber")


@dataclass(frozen=True)
class Naming:
    """Names of one company and of somebody there."""

    company: str
    industry: str
    first_name: str
    last_name: str


def name_company(random: Random, number: int, territory: str) -> Naming:
    """Names as they are usual in a territory; `number` keeps two companies apart."""
    if territory in COUNTRIES:
        trade = random.choice(sorted(WESTERN_TRADES))
        word = f"{random.choice(WESTERN)}{random.choice(WESTERN).lower()}"
        company = f"{word} {trade} {number} {random.choice(WESTERN_FORMS)}"
        return Naming(company, WESTERN_TRADES[trade], random.choice(FIRST_NAMES), random.choice(LAST_NAMES))
    trade = random.choice(sorted(TRADES))
    word = random.choice(SYLLABLES) + random.choice(SYLLABLES)
    company = f"{PLACES[territory]}{word}{number}{trade}{random.choice(FORMS)}"
    return Naming(company, TRADES[trade], random.choice(SURNAMES) + random.choice(GIVEN), "")

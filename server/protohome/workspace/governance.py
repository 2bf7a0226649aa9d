"""Which files a map governs: by module root, audit row and the first component of the package."""

from __future__ import annotations

from ..packagemap.model import PackageMap


def module_root(path: str, roots: tuple[str, ...]) -> str | None:
    """The longest of ``roots`` that ``path`` is under, None when it is under none."""
    fitting = [root for root in roots if not root or path.startswith(root + "/")]
    return max(fitting, key=len, default=None)


def governs(package_map: PackageMap, import_path: str, package: str) -> bool:
    """Whether a file under a module root is governed by the map.

    Its package shares the first component with a mapped package. A file without a package is
    judged by its first folder instead; directly in the module root it is governed.
    """
    return is_governed(first_components(package_map), import_path, package)


def is_governed(firsts: frozenset[str], import_path: str, package: str) -> bool:
    first = (
        package.partition(".")[0] if package else import_path.rpartition("/")[0].partition("/")[0]
    )
    return bool(firsts) and (first in firsts or not first)


def first_components(package_map: PackageMap) -> frozenset[str]:
    return frozenset(row.package.partition(".")[0] for row in package_map.packages)

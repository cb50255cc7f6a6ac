"""Resolved specs checked like any other, and put beside those of the tenant that are whole."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from specs.catalog import KINDS
from specs.packs.faults import Faults
from specs.packs.guard import check_paths
from specs.packs.layer import Key
from specs.packs.resolve import resolve
from specs.packs.used import Own, Tree
from specs.problem import Problem
from specs.schema import check
from specs.source import Scalar
from specs.spec_set import Part, SpecFile, UsedPack

Objects = dict[str, dict[str, SpecFile]]


@dataclass(frozen=True, slots=True)
class Brought:
    """All specs of a tenant once its packs are in and its overlays are laid."""

    objects: Objects
    chains: MappingOf[Key, tuple[Part, ...]]
    broken: set[Key]
    packs: MappingOf[str, UsedPack]
    translations: MappingOf[str, dict[str, str]]


def brought(
    files: MappingOf[str, bytes],
    objects: Objects,
    overlays: MappingOf[Key, Tree],
    broken: frozenset[Key],
    requires: MappingOf[str, tuple[Scalar, str]] | None,
    problems: list[Problem],
) -> Brought:
    """The specs of a tenant with its packs; what is wrong is added to `problems`."""
    tenant = objects.get("Tenant", {}).get("tenant")
    whole = {
        (kind, id): (file.file, file.node)
        for kind, of in objects.items()
        for id, file in of.items()
    }
    own = Own(tenant.node if tenant is not None else None, whole, overlays, broken, requires)
    done = resolve(files, own, Faults(problems))
    if done.tenant is not None:
        done.trees["Tenant", "tenant"] = ("tenant.yaml", done.tenant)
    found: Objects = {kind: dict(of) for kind, of in objects.items()}
    for key, (file, node) in done.trees.items():
        spec, told = check(KINDS[key[0]].model, node)
        problems += told
        if spec is None:
            done.broken.add(key)
        else:
            found.setdefault(key[0], {})[key[1]] = SpecFile(*key, file, spec, node)
    if own.requires is not None and "Pack" in found:
        trees = {(kind, id): one.node for kind, of in found.items() for id, one in of.items()}
        check_paths(found["Pack"]["pack"].node, trees, Faults(problems))
    sorted_ = {kind: dict(sorted(of.items())) for kind, of in found.items()}
    chains = {key: chain for key, chain in done.chains.items() if key not in done.broken}
    return Brought(sorted_, chains, done.broken, done.packs, done.translations)

"""How seriously a tenant takes each rule, and who changed that."""

from dataclasses import dataclass
from decimal import Decimal

from personas.models import Event, RuleSetting

from .rules import RULES, Rule


@dataclass(frozen=True)
class InForce:
    """A rule as it holds in the tenant."""

    rule: Rule
    severity: str
    threshold: Decimal | int | None

    @property
    def is_off(self) -> bool:
        return self.severity == RuleSetting.Severity.OFF

    @property
    def as_by_default(self) -> bool:
        return (self.severity, self.threshold) == (self.rule.severity, self.rule.threshold)

    @property
    def severity_label(self) -> str:
        return RuleSetting.Severity(self.severity).label

    @property
    def limit(self) -> str:
        """The threshold as people write it."""
        return "" if self.threshold is None else f"{Decimal(self.threshold).normalize():f}"


def in_force() -> dict[str, InForce]:
    """Every rule as it holds in the current tenant, by its code."""
    settings = {setting.code: setting for setting in RuleSetting.objects.all()}
    return {rule.code: _in_force(rule, settings.get(rule.code)) for rule in RULES}


def _in_force(rule: Rule, setting: RuleSetting | None) -> InForce:
    if setting is None:
        return InForce(rule, rule.severity, rule.threshold)
    given = rule.threshold is not None and setting.threshold is not None
    return InForce(rule, setting.severity, setting.threshold if given else rule.threshold)


def set_rule(rule: Rule, severity: str, threshold: Decimal | None, by) -> bool:
    """Set a rule for the current tenant and record who did; False where it was so already."""
    before = _in_force(rule, RuleSetting.objects.select_for_update().filter(code=rule.code).first())
    after = InForce(rule, severity, rule.threshold if threshold is None else threshold)
    if before == after:
        return False
    if after.as_by_default:
        RuleSetting.objects.filter(code=rule.code).delete()
    else:
        told = {"severity": severity, "threshold": after.threshold}
        RuleSetting.objects.update_or_create(code=rule.code, defaults=told)
    detail = {"code": rule.code} | {
        name: {"severity": str(held.severity), "threshold": held.limit}
        for name, held in (("before", before), ("after", after))
    }
    Event.objects.create(name="set_rule", about=rule.title, detail=detail, made_by=by)
    return True

"""Whether a persona is good enough: rules as data, and what they find in many personas at once."""

from .looking import Assessment, Finding, Numbers, look, share_with_enough_sources
from .rules import MEASURES, RULES, Measure, Rule
from .settings import InForce, in_force, set_rule

__all__ = [
    "MEASURES",
    "RULES",
    "Assessment",
    "Finding",
    "InForce",
    "Measure",
    "Numbers",
    "Rule",
    "in_force",
    "look",
    "set_rule",
    "share_with_enough_sources",
]

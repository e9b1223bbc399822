"""What a person answers, once for each file: exactly what the profile of its author leaves open."""

_FREQUENCY = {"daily": "always", "weekly": "often", "monthly": "sometimes", "quarterly": "rarely"}
_TIMEFRAME = {"6_months": "short_term", "12_months": "medium_term", "3_years": "strategic", "ongoing": "long_term"}


def _said(table: str, column: str, meant: dict) -> list[dict]:
    return [{"table": table, "column": column, "from": said, "to": to} for said, to in meant.items()]


def _often(*said: str) -> list[dict]:
    return _said("pain_points", "frequency", {one: _FREQUENCY[one] for one in said})


def _until(*said: str) -> list[dict]:
    return _said("goals", "timeframe", {one: _TIMEFRAME[one] for one in said})


_CAPTURE = [
    *_said("personas", "role", {"medical-affairs-leader": "global-medical-director"}),
    *_said("personas", "department", {"medical-affairs": None}),
    *_said("personas", "seniority_level", {"executive": "c_level"}),
    *_often("quarterly", "daily"),
    *_until("12_months", "6_months"),
    *_said("challenges", "challenge_type", {"external": "regulatory"}),
]
_FIELD_MEDICAL = [
    *_said("personas", "geographic_scope", {"Regional (US Northeast)": "regional"}),
    *_said("personas", "risk_tolerance", {"conservative": "low"}),
    *_until("6_months", "12_months"),
]
ANSWERS: dict[str, list[dict]] = {
    "capture_table.csv": _CAPTURE,
    "capture_template.json": [*_CAPTURE, *_said("internal_stakeholders", "influence_level", {None: "medium"})],
    "capture_template.yaml": [*_CAPTURE, *_said("internal_stakeholders", "influence_level", {None: "medium"})],
    "extended.json": [
        *_said("personas", "typical_organization_size", {"mid": "medium"}),
        *_often("daily"),
        *_until("12_months"),
        *_said("challenges", "challenge_type", {"external": "regulatory"}),
        *_said("annual_conferences", "conference_type", {"clinical": "academic"}),
        *_said("internal_stakeholders", "relationship_type", {None: "peer"}),
        *_said("external_stakeholders", "relationship_importance", {None: "high"}),
        *_said("stakeholder_value_exchange", "value_provided_type", {"scientific education": "expertise"}),
    ],
    "field_medical.json": _FIELD_MEDICAL,
    "filled_example.json": [
        *_said("personas", "typical_organization_size", {"Large Pharma": "large"}),
        *_until("12_months", "3_years"),
        *_said("goals", "goal_type", {"organizational": "growth"}),
        *_often("weekly"),
        *_said("challenges", "challenge_type", {"operational": "organizational"}),
        *_said("internal_stakeholders", "relationship_type", {None: "peer"}),
    ],
    "flat_rows.json": [],
    "in_parts.json": _said("evidence_sources", "key_finding", {None: "Not written down yet"}),
    "loader.json": _said("tools_used", "satisfaction_score", {"high": 4}),
    "markdown_rows.json": [],
    "normalised.json": _FIELD_MEDICAL,
    "ontology.json": _said("personas", "preferred_service_layer", {"L3_workflow": "WORKFLOWS"}),
    "phase_one.json": [
        *_said("personas", "typical_organization_size", {"Mid-Size Pharma": "medium"}),
        *_until("12_months", "ongoing"),
        *_often("monthly"),
        *_said("internal_stakeholders", "relationship_type", {None: "peer"}),
        *_said("external_stakeholders", "stakeholder_type", {None: "vendor"}),
        *_said("external_stakeholders", "relationship_importance", {None: "medium"}),
    ],
    "time_as_keys.json": [
        *_said("external_stakeholders", "stakeholder_type", {"KOL": "advisor", "Medical societies": "community"}),
        *_said("external_stakeholders", "interaction_mode", {"meetings": "face_to_face"}),
        *_said("evidence_sources", "source_type", {"research": "secondary_research", "report": "industry_report"}),
        *_said("evidence_sources", "key_finding", {None: "Not written down yet"}),
        *_said("internal_stakeholders", "interaction_frequency", {None: "weekly"}),
    ],
}

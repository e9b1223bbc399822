"""The persona itself: who it is, in 77 columns."""

from django.core.validators import validate_slug
from django.db import models

from lookups.models import (
    ChangeReadiness,
    GeographicScope,
    OrganizationSize,
    RiskTolerance,
    SeniorityLevel,
    TechnologyAdoption,
)
from personas.enums import Archetype, BudgetAuthority, Readiness, ServiceLayer, Status, WorkPattern
from vital.fields import TimeOrderedKey, created_at, first, updated_at
from vital.organisation.models import Department, Function, Role
from vital.tenancy.natural import NaturalModel

from .columns import described, enum, exact, key, line, lookup, moment, prose, reference, whole, yes_no

__all__ = ["Persona"]


class Persona(NaturalModel):
    """A typical person in one role of the tenant, described for one way of working with AI."""

    id = first(TimeOrderedKey())
    name = line("Name of the invented person, such as «Dr Sarah Chen».", required=True)
    slug = key(
        "Short name used in links, unique in the tenant, such as «sarah-chen-msl-automator».",
        100,
        required=True,
        validators=[validate_slug],
    )
    title = line("Job title, such as «Senior Medical Science Liaison».")
    tagline = line("A line that sums up the persona, such as «Bridging clinical excellence and strategy».")
    one_liner = line(
        "Who this is in one sentence, such as «An oncology MSL who automates every routine task».",
        label="one-line description",
    )
    archetype = enum("Where the persona stands by AI maturity and complexity of its work.", Archetype)
    archetype_confidence = exact("How sure the archetype is, from 0 to 1, such as «0.85».", 3, 2, 0, 1)
    work_pattern = enum("What sort of work fills most of the week.", WorkPattern)
    work_complexity_score = exact(
        "How complex the work is, from 0 (all routine) to 100 (all strategic), such as «72.5».", 5, 2, 0, 100
    )
    ai_maturity_score = exact(
        "How practised the persona is with AI, from 0 to 100, such as «78».", 5, 2, 0, 100, label="AI maturity score"
    )
    role = reference("The role that the persona stands for.", Role)
    function = reference("The business function that the role belongs to.", Function)
    department = reference("The department that the persona works in.", Department)
    role_name = line("Follows the role; kept by the database.", editable=False)
    role_slug = line("Follows the role; kept by the database.", editable=False)
    function_name = line("Follows the function; kept by the database.", editable=False)
    function_slug = line("Follows the function; kept by the database.", editable=False)
    department_name = line("Follows the department; kept by the database.", editable=False)
    department_slug = line("Follows the department; kept by the database.", editable=False)
    seniority_level = lookup("How far up the career ladder the persona stands.", SeniorityLevel)
    years_of_experience = whole("Working life so far, in full years, such as «12».")
    years_in_current_role = whole("Time in the present role, in full years, such as «3».")
    years_in_industry = whole("Time in the industry, in full years, such as «9».")
    years_in_function = whole("Time in this business function, in full years, such as «6».")
    education_level = line("Highest degree held, such as «PharmD».")
    typical_organization_size = lookup("How large the usual employer is, by number of employees.", OrganizationSize)
    organization_type = line("Kind of employer, such as «Mid-size biotechnology company».")
    geographic_scope = lookup("How wide an area the work covers.", GeographicScope)
    reporting_to = line("Job title of the manager, such as «Medical Director, Oncology».", label="reports to")
    team_size = line("People in the team as a range, such as «8-12».")
    team_size_typical = whole("People in a typical team, as one number, such as «10».", label="typical team size")
    direct_reports = whole("People who report straight to the persona, such as «4».")
    span_of_control = line("Who and what the persona oversees, such as «4 direct and 18 indirect reports».")
    budget_authority = line("What the persona may spend, in USD a year, such as «250000».")
    budget_authority_level = enum("How much spending the persona can approve alone.", BudgetAuthority)
    work_style = line("How the persona goes about work, such as «Independent and well planned».")
    work_arrangement = line("Where the work is done, such as «Hybrid, three days at the office».")
    decision_making_style = line(
        "How the persona comes to a decision, such as «Data-driven».", label="decision-making style"
    )
    learning_style = line("How the persona learns best, such as «By doing, with a colleague at hand».")
    technology_adoption = lookup("How early the persona takes up new technology.", TechnologyAdoption)
    risk_tolerance = lookup("How much risk the persona accepts at work.", RiskTolerance)
    change_readiness = lookup("How willing the persona is to work in a new way.", ChangeReadiness)
    collaboration_style = line("How the persona works with others, such as «Brings all functions in early».")
    communication_preference = line("How the persona likes to be addressed, such as «Short emails, figures first».")
    gen_ai_readiness_level = enum(
        "Ability to work with gen AI. Follows from AI maturity where that is given.",
        Readiness,
        label="gen AI readiness level",
    )
    preferred_service_layer = enum(
        "Kind of AI help that suits best; if empty, the database sets it from the archetype.", ServiceLayer
    )
    gen_ai_adoption_score = exact(
        "How far gen AI is part of the daily work, from 0 to 100, such as «65».",
        5,
        2,
        0,
        100,
        label="gen AI adoption score",
    )
    gen_ai_trust_score = exact(
        "How far the persona trusts the answers of gen AI, from 0 to 100, such as «55».",
        5,
        2,
        0,
        100,
        label="gen AI trust score",
    )
    gen_ai_usage_frequency = line(
        "How often the persona uses gen AI, such as «Several times a week».", label="gen AI usage frequency"
    )
    gen_ai_primary_use_case = line(
        "What gen AI is used for most, such as «Summarising new publications».", label="main use of gen AI"
    )
    background_story = prose(
        "The career so far in a short paragraph, such as «Trained as a pharmacist, then moved to …»."
    )
    a_day_in_the_life = prose(
        "A usual working day in a short paragraph, such as «Starts at 7 with overnight enquiries …».",
        label="day in the life",
    )
    salary_min_usd = whole("Low end of the usual pay, in USD a year, such as «150000».", label="lowest salary (USD)")
    salary_max_usd = whole("High end of the usual pay, in USD a year, such as «220000».", label="highest salary (USD)")
    salary_median_usd = whole("Median pay, in USD a year, such as «185000».", label="median salary (USD)")
    salary_currency = line("Currency in which the sources state the pay, such as «USD».", default="USD")
    salary_year = whole("Year that the pay figures refer to, such as «2024».")
    salary_sources = prose("Where the pay figures come from, such as «MSL Society salary survey 2024».")
    sample_size = line("How much data stands behind the figures, such as «240 survey answers».")
    confidence_level = line("How far the figures can be relied on, such as «High».")
    data_recency = line("How recent the figures are, such as «Second half of 2024».")
    geographic_benchmark_scope = line(
        "Region that the figures cover, such as «United States».", label="region of the benchmarks"
    )
    persona_type = line("What the persona is to us, such as «Primary user».")
    persona_number = whole("Place among the personas of the same role, from 1, such as «2».")
    segment = line("Group of customers or users it belongs to, such as «Large pharma».")
    journey_stage = line("How far the persona is on the way to using our services, such as «Evaluating».")
    section = line("Part of the source document that it comes from, such as «Part 1: MSL roles».")
    validation_status = enum(
        "Where the persona stands in review; it changes through the review steps.",
        Status,
        default=Status.DRAFT,
        editable=False,
    )
    validated_by = models.ForeignKey(
        "tenancy.User",
        models.PROTECT,
        db_column="validated_by",
        **described(
            "Who validated the persona; kept by the database.", editable=False, db_index=False, related_name="+"
        ),
    )
    validated_at = moment("When the persona was validated; kept by the database.", editable=False)
    notes = prose("Remarks for other analysts, such as «Check the pay figures against the next survey».")
    is_active = yes_no("Whether the persona is in use.", required=True, default=True, label="active")
    deleted_at = moment("When the persona was deleted; empty as long as it was not.", editable=False)
    created_at = created_at()
    updated_at = updated_at()

    class Meta(NaturalModel.Meta):
        db_table = "personas"
        default_related_name = "personas"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "slug"),
                name="personas_tenant_slug_unique",
                violation_error_message="Another persona has this slug already. Choose another, or edit that persona.",
            ),
        )

    def __str__(self):
        return self.name

"""How the editor arranges the fields of a row: under which heading, on what answer, in which unit."""

from personas.documents.shape import BY_WORD, Shape

# Fields that are filled in together, in the order of the work. The first group holds what tells a row from others.
GROUPS: dict[str, dict[str, str]] = {
    "vpanes_scoring": {
        "The six scores": "visibility pain actions needs emotions scenarios",
        "Why these scores": "scoring_notes",
    },
    "week_in_life": {
        "The day": "day_of_week typical_start_time typical_end_time travel_likelihood energy_pattern",
        "What it is spent on": "meeting_load focus_time_available typical_activities stakeholder_interactions "
        "decision_count",
    },
    "month_in_life": {
        "What is due": "month_phase key_deliverables reporting_obligations planning_activities "
        "budget_review_involvement performance_review_cycle",
        "Where the time goes": "strategic_initiative_time external_engagements travel_days "
        "crisis_management_likelihood",
    },
    "year_in_life": {
        "What the quarter is about": "quarter quarter_focus annual_objectives budget_planning_role "
        "industry_cycle_alignment",
        "Growth and time off": "performance_review_timing career_milestone_expected professional_development_hours "
        "conference_attendance vacation_pattern",
    },
    "internal_stakeholders": {
        "Who it is": "stakeholder_role stakeholder_name department relationship_type",
        "Trust and influence": "relationship_quality trust_level political_alignment influence_level "
        "decision_involvement",
        "How they work together": "interaction_frequency communication_preference communication_style "
        "collaboration_areas",
        "What moves them": "key_priorities pain_points mutual_goals notes",
    },
    "external_stakeholders": {
        "Who they are": "stakeholder_name organization stakeholder_type relationship_duration interaction_mode",
        "State of the relationship": "relationship_importance satisfaction_level relationship_health risk_level",
        "What it is worth": "value_exchange value_type contract_value annual_value renewal_date",
        "Where it may lead": "growth_potential strategic_alignment competitive_positioning notes",
    },
    "vendor_relationships": {
        "Who they are": "vendor_name vendor_category relationship_role strategic_importance",
        "The contract": "contract_type annual_spend contract_start_date contract_end_date auto_renewal",
        "How well they serve": "satisfaction_score performance_rating innovation_contribution relationship_health",
        "Staying or switching": "switching_likelihood alternatives_available negotiation_leverage decision_authority",
        "Whom to call": "key_contacts responsiveness escalation_path notes",
    },
    "customer_relationships": {
        "Who they are": "customer_segment geographic_market industry_vertical customer_count account_count",
        "Contact with them": "interaction_type touchpoint_frequency primary_channel relationship_health "
        "escalations_count",
        "How satisfied they are": "satisfaction_metric current_satisfaction_score satisfaction_target "
        "satisfaction_trend",
        "Keeping and growing them": "retention_rate retention_target churn_risk_accounts revenue_responsibility "
        "expansion_opportunities upsell_pipeline_value",
        "What they want": "top_customer_priorities value_delivery_focus key_success_metrics notes",
    },
    "regulatory_stakeholders": {
        "Who they are": "regulatory_body regulatory_region regulatory_scope interaction_type compliance_area",
        "Working with them": "relationship_criticality interaction_frequency relationship_quality responsiveness",
        "The rules, and what is at stake": "regulations_governed standards_applicable documentation_burden "
        "compliance_risk violation_impact",
        "Audits and open issues": "compliance_status audit_frequency last_audit_date audit_findings_count "
        "next_audit_date open_issues_count remediation_in_progress",
        "What it takes": "time_investment_hours dedicated_resources annual_compliance_cost key_contacts "
        "escalation_procedures notes",
    },
    "industry_relationships": {
        "What it is": "organization_name organization_type organization_focus geographic_scope meeting_frequency",
        "The persona's part in it": "membership_level membership_start_date membership_dues involvement_type "
        "time_commitment_hours",
        "What it brings": "value_derived value_categories tangible_benefits strategic_value career_impact "
        "organizational_benefit",
        "Voice and visibility": "visibility_level thought_leadership_role speaking_frequency publication_frequency "
        "media_presence",
        "Done and promised": "recent_contributions upcoming_commitments awards_recognition notes",
    },
    "stakeholder_influence_map": {
        "Who it is, and what the power rests on": "stakeholder_name stakeholder_role stakeholder_type power_base",
        "How far the influence goes": "decision_influence budget_influence resource_influence strategic_influence "
        "political_influence overall_influence_score influence_trend",
        "How to win them": "leverage_points engagement_priority engagement_approach communication_frequency notes",
    },
    "stakeholder_journey": {
        "Where it stands": "stakeholder_name stakeholder_type journey_stage stage_entry_date "
        "expected_progression_date journey_health",
        "Milestones and contacts": "milestones_achieved milestone_count pending_milestones touchpoints_count "
        "last_interaction_date interaction_quality sentiment",
        "Gains, risks and chances": "value_delivered value_received mutual_success_indicators risk_factors "
        "opportunities",
        "What comes next": "next_actions owner follow_up_date notes",
    },
    "stakeholder_value_exchange": {
        "With whom, and over how long": "stakeholder_name stakeholder_type time_period period_start_date "
        "period_end_date",
        "What the persona gives": "value_provided_type value_provided_description value_provided_quantified "
        "value_provided_currency",
        "What comes back": "value_received_type value_received_description value_received_quantified "
        "value_received_currency",
        "How it balances": "exchange_balance balance_assessment strategic_alignment sustainability",
        "What comes next": "expected_value_trend projected_future_value optimization_opportunities notes",
    },
    "public_research": {
        "The study": "research_title research_type authors publication_source publication_date publication_year",
        "What it says": "key_findings qualitative_insights validates_attributes challenges_assumptions supports_claims",
        "How it was done": "methodology methodology_description sample_size demographic_coverage geographic_scope "
        "geographic_regions industry_focus",
        "How sure it is": "confidence_level margin_of_error statistical_significance p_value peer_reviewed "
        "citation_count",
        "Where to find it": "url doi isbn access_type cost_to_access",
        "Judgement and review": "relevance_score quality_rating reviewed_by review_date review_notes",
    },
    "industry_reports": {
        "The report": "report_title report_publisher report_type publication_year publication_month report_edition",
        "What it covers": "industry_focus sub_industry market_segment geographic_coverage geographic_regions",
        "What it says": "key_insights trends_identified recommendations supports_decisions informs_strategy "
        "vendor_landscape_summary competitive_forces_summary",
        "The market in figures": "market_size_estimate market_size_currency growth_rate cagr forecast_period",
        "How it was made": "methodology_description data_sources analyst_credentials data_quality_rating",
        "Where to find it": "access_url access_type cost_to_access update_frequency next_update_expected",
        "Judgement and review": "relevance_score recency_score reviewed_by review_date review_notes",
    },
    "expert_opinions": {
        "The opinion": "expert_name topic_area opinion_type opinion_date opinion_venue",
        "The expert": "expert_title expert_organization expert_credentials expert_bio years_of_experience "
        "areas_of_expertise publications_count speaking_engagements",
        "What it says": "key_insights main_arguments supporting_evidence counterarguments validation_points",
        "What it means for the persona": "validates_attributes challenges_assumptions provides_context applicability",
        "How far to trust it": "credibility_score bias_assessment conflicts_of_interest peer_validated citation_count",
        "Where to find it": "source_url source_type access_type cited_sources",
        "Judgement and review": "relevance_score reviewed_by review_date review_notes",
    },
    "case_studies": {
        "The case and its organization": "case_study_title case_type use_case_category organization_name "
        "organization_size organization_revenue industry sub_industry geographic_location",
        "The problem": "challenge_addressed business_pain_points technical_challenges organizational_barriers "
        "market_context",
        "What was done": "solution_implemented solution_components technologies_used methodologies_applied "
        "implementation_phases",
        "Time, money and people": "timeline timeline_months investment_required investment_currency team_size "
        "external_partners",
        "What came of it": "outcomes_achieved qualitative_benefits efficiency_gains kpis_improved sustained_results",
        "What it returned": "roi_achieved roi_timeframe payback_period_months cost_savings revenue_impact",
        "What was learned": "lessons_learned success_factors challenges_encountered recommendations "
        "what_would_do_differently",
        "What it means for the persona": "relevance_to_persona relevance_score applicable_lessons "
        "transferable_strategies",
        "Where to find it": "case_source case_source_type source_url author published_date",
        "Verification and review": "verified verification_method reviewed_by review_date review_notes",
    },
    "supporting_statistics": {
        "The figure": "statistic_name statistic_category statistic_value value_type numeric_value unit_of_measure",
        "What it means": "interpretation implications_for_persona context_description relevance_score",
        "Trend and comparison": "trend_direction year_over_year_change benchmark_value comparison_to_benchmark "
        "peer_comparison_summary",
        "Where to find it": "data_source source_organization source_url source_page_number access_type",
        "How it was measured": "collection_method sampling_method sample_size population_size",
        "When it was measured": "collection_date collection_year time_period time_period_start time_period_end",
        "Who was counted": "geographic_scope geographic_regions demographic_filters industry_filters role_filters "
        "company_size_filters other_filters_description",
        "How sure it is": "confidence_interval confidence_level margin_of_error standard_deviation "
        "statistical_significance p_value",
        "Verification and review": "data_quality_score recency_score verified verified_by verification_date "
        "reviewed_by review_date review_notes",
    },
    "evidence_summary": {
        "How far to trust it": "overall_confidence_level overall_confidence_score evidence_recency_score "
        "evidence_diversity_score average_credibility_score credibility_variance bias_assessment "
        "conflicts_identified",
        "Sources by kind and age": "primary_sources_count secondary_sources_count other_sources_count "
        "median_evidence_age_days outdated_evidence_count",
        "How strong it is on each side": "demographic_evidence_strength behavioral_evidence_strength "
        "professional_evidence_strength psychographic_evidence_strength buying_evidence_strength",
        "How well attributes are supported": "well_supported_attributes moderately_supported_attributes "
        "weakly_supported_attributes unsupported_attributes",
        "What it says": "strongest_supported_claims controversial_claims conflicting_evidence emerging_insights",
        "What is missing": "critical_gaps evidence_gaps geographic_coverage_assessment geographic_gaps "
        "demographic_coverage_assessment demographic_gaps",
        "What to do next": "research_needs data_collection_priorities priority_research_topics "
        "suggested_validations evidence_improvement_actions",
        "Validation and review": "validation_status validation_confidence last_evidence_review "
        "last_comprehensive_review next_review_due review_frequency_days analyst_commentary review_notes",
    },
}

ANY = ("*",)  # whatever is not empty
MEASURED = ("satisfaction_metric", ("NPS", "CSAT", "CES", "Custom", "Multiple"))
VERIFIED = ("verified", ("true",))
REVIEW = {"review_date": ("reviewed_by", ANY), "review_notes": ("reviewed_by", ANY)}

# Fields that mean nothing until another of the same row has one of these answers. Where two others could give the
# sense (the currency of a case, which has four amounts), a field is always asked; so is how a case was verified, since
# people write there why it is not yet.
CONDITIONS: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "personas": {"archetype_confidence": ("archetype", ANY)},
    "vendor_relationships": {"auto_renewal": ("contract_end_date", ANY)},
    "customer_relationships": {"current_satisfaction_score": MEASURED, "satisfaction_target": MEASURED},
    "regulatory_stakeholders": {"audit_findings_count": ("last_audit_date", ANY)},
    "stakeholder_journey": {
        "expected_progression_date": (
            "journey_stage",
            ("awareness", "engagement", "relationship_building", "partnership", "advocacy", "at_risk", "recovery"),
        ),
    },
    "stakeholder_value_exchange": {
        "value_provided_currency": ("value_provided_quantified", ANY),
        "value_received_currency": ("value_received_quantified", ANY),
        "balance_assessment": ("exchange_balance", ANY),
        "period_end_date": ("time_period", ("monthly", "quarterly", "annual", "custom")),
    },
    "public_research": REVIEW
    | {"cost_to_access": ("access_type", ("subscription", "purchased", "institutional", "proprietary"))},
    "quantitative_results": {"unit_of_measure": ("numeric_value", ANY)},
    "industry_reports": REVIEW
    | {
        "market_size_currency": ("market_size_estimate", ANY),
        "cost_to_access": ("access_type", ("purchased", "subscription", "client_access")),
        "next_update_expected": ("update_frequency", ("annual", "semi_annual", "quarterly", "monthly")),
    },
    "expert_opinions": REVIEW,
    "case_studies": REVIEW | {"roi_timeframe": ("roi_achieved", ANY)},
    "results": {"unit_of_measure": ("numeric_value", ANY)},
    "supporting_statistics": REVIEW
    | {
        "unit_of_measure": ("numeric_value", ANY),
        "comparison_to_benchmark": ("benchmark_value", ANY),
        "verified_by": VERIFIED,
        "verification_date": VERIFIED,
    },
    "evidence_summary": {
        "credibility_variance": ("average_credibility_score", ANY),
        "validation_confidence": ("validation_status", ANY),
        "review_notes": ("last_evidence_review", ANY),
    },
}

# What stands beside a field, by column. A number between two others needs none here: its bounds say it.
_UNITS = {
    "%": "improvement_percentage percentage_of_total roi_achieved weight year_over_year_change",
    "share": "cagr growth_rate",
    "share 0–1": "achievement_rate margin_of_error retention_rate retention_target",
    "0–1": "p_value statistical_significance",
    "USD": "budget_limit contract_value cost_to_access typical_budget_range upsell_pipeline_value",
    "USD/year": "annual_compliance_cost annual_spend annual_value budget_authority membership_dues "
    "revenue_responsibility salary_max_usd salary_median_usd salary_min_usd",
    "min": "duration_minutes",
    "hours": "duration_hours strategic_initiative_time",
    "h/day": "focus_time_available",
    "h/month": "meeting_hours time_commitment_hours time_investment_hours",
    "h/quarter": "professional_development_hours",
    "days": "median_evidence_age_days review_frequency_days travel_days",
    "months": "payback_period_months timeline_months",
    "years": "years_in_current_role years_in_function years_in_industry years_of_experience",
    "texts/year": "frequency_per_year",
}
UNITS: dict[str, str] = {column: unit for unit, columns in _UNITS.items() for column in columns.split()}


def groups(shape: Shape) -> list[tuple[str, list[str]]]:
    """The headings of a row and the columns under each; one without a heading where there are few."""
    found = GROUPS.get(shape.word, {"": " ".join(shape.columns)})
    return [(heading, columns.split()) for heading, columns in found.items()]


def unit(word: str, column: str) -> str:
    """What the value of a column is counted in, or the two ends of its scale."""
    field = BY_WORD[word].columns[column]
    low, high = getattr(field, "low", None), getattr(field, "high", None)
    return UNITS.get(column, "" if low is None or high is None else f"{low}–{high}")

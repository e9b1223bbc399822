"""The people and organisations around the persona."""

from lookups.models import FrequencyLevel

from .base import OrderedSectionModel, SectionModel, Signed
from .columns import choice, day, exact, items, line, lookup, order, prose, whole, yes_no
from .scales import ACTIVITY, AMOUNT, HEALTH, IMPORTANCE, INFLUENCE, LEVEL, QUALITY, VALUE

__all__ = [
    "CustomerRelationship",
    "ExternalStakeholder",
    "IndustryRelationship",
    "InternalNetwork",
    "InternalStakeholder",
    "RegulatoryStakeholder",
    "Stakeholder",
    "StakeholderInfluenceMap",
    "StakeholderJourney",
    "StakeholderValueExchange",
    "VendorRelationship",
]


class Stakeholder(OrderedSectionModel):
    """A person or role that the persona deals with."""

    stakeholder_role = line("Job of the other person, such as «Brand Director».", required=True)
    stakeholder_department = line("Where the other person works, such as «Commercial».")
    relationship_type = choice(
        "How the other person stands to the persona.", "reports_to peer direct_report collaborator client vendor"
    )
    interaction_frequency = lookup("How often the two are in contact.", FrequencyLevel)
    influence_level = choice("How much say the other person has in the persona's work.", LEVEL)
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_stakeholders"
        default_related_name = "stakeholders"


class InternalStakeholder(Signed, SectionModel):
    """A colleague: the relationship, the influence and the trust between the two."""

    stakeholder_role = line("Job of the colleague, such as «Head of Clinical Development».", required=True)
    stakeholder_name = line("Name of the colleague, such as «Ana Silva»; empty where only the role matters.")
    department = line("Where the colleague works, such as «Regulatory Affairs».")
    relationship_type = choice(
        "How the colleague stands to the persona.",
        "reports_to peer dotted_line advisor direct_report cross_functional executive support_function "
        "informal_influencer",
        required=True,
    )
    interaction_frequency = choice(
        "How often the two are in contact.", "daily weekly bi_weekly monthly quarterly ad_hoc", required=True
    )
    relationship_quality = choice("How well the two get on.", "excellent good neutral strained poor")
    influence_level = choice("How much say the colleague has in the persona's work.", AMOUNT, required=True)
    collaboration_areas = items("One per line, such as «Publication planning».")
    decision_involvement = choice(
        "What part the colleague plays in the persona's decisions.",
        "approver decision_maker influencer contributor informed none",
    )
    trust_level = choice("How much trust there is between the two.", AMOUNT)
    political_alignment = choice(
        "How far the colleague backs the persona inside the company.", "strong_ally allied neutral opposed adversarial"
    )
    communication_preference = choice(
        "How the colleague likes to be reached.", "face_to_face video_call phone email slack teams mixed"
    )
    communication_style = line("How the colleague talks and writes, such as «Brief, wants the data first».")
    key_priorities = items("One per line: what matters to the colleague, such as «Launch on time».")
    pain_points = items("One per line: what troubles the colleague, such as «Late safety data».")
    mutual_goals = items("One per line: what both want, such as «Faster review of materials».")
    notes = prose("Anything else worth knowing, such as «Moves to the US team in spring».")

    class Meta(SectionModel.Meta):
        db_table = "persona_internal_stakeholders"
        default_related_name = "internal_stakeholders"


class InternalNetwork(SectionModel):
    """A group inside the company that the persona belongs to."""

    network_name = line("What the group is called, such as «Oncology launch team».", required=True)
    network_type = choice(
        "What kind of group it is.",
        "formal informal project_based functional cross_functional leadership innovation community_of_practice",
        required=True,
    )
    network_size = whole("Number of people in it, 0 or more, such as «25».", 0)
    role_in_network = choice(
        "How active the persona is in the group.", "leader core_member active_member occasional_participant observer"
    )
    influence_in_network = choice("How much the persona's word counts in the group.", AMOUNT)
    network_value = prose("What the persona gets out of it, such as «Early news of study results».")
    strategic_importance = choice("How much the group matters to the persona's aims.", IMPORTANCE)
    time_investment_hours = whole(
        "Hours a month the persona spends on it, 0 or more, such as «6».", 0, label="hours invested"
    )

    class Meta(SectionModel.Meta):
        db_table = "persona_internal_networks"
        default_related_name = "internal_networks"


class ExternalStakeholder(Signed, SectionModel):
    """A party outside the company and what the relationship with it is worth."""

    stakeholder_name = line("Name of the person or group, such as «Prof. Anna Weber».", required=True)
    organization = line("Where they work, such as «University Hospital Zurich».")
    stakeholder_type = choice(
        "What the outside party is to the company.",
        "customer client vendor supplier partner alliance consultant advisor investor board_member media analyst "
        "regulator academic community",
        required=True,
    )
    relationship_importance = choice(
        "How much the relationship matters to the persona.", "critical very_high high medium low", required=True
    )
    interaction_mode = choice(
        "How the two usually meet or talk.",
        "face_to_face virtual_meetings email phone events conferences mixed infrequent",
    )
    relationship_duration = choice(
        "How long the two have known each other.", "new under_1_year 1_2_years 3_5_years 5_10_years 10_plus_years"
    )
    value_exchange = prose("What each side gives, such as «Study data for clinical insight».")
    value_type = items(
        "Which kinds of value the relationship brings; as many as apply.",
        "revenue expertise access credibility innovation market_intel referrals brand",
        label="kinds of value",
    )
    satisfaction_level = choice(
        "How content the outside party is with the relationship.",
        "very_satisfied satisfied neutral dissatisfied very_dissatisfied",
    )
    relationship_health = choice("What state the relationship is in.", HEALTH)
    contract_value = exact("Worth of the whole contract in US dollars, 0 or more, such as «250000».", 15, 2, 0)
    annual_value = exact("Worth of the relationship a year in US dollars, 0 or more, such as «80000».", 15, 2, 0)
    growth_potential = choice("How much more the relationship could bring.", AMOUNT)
    risk_level = choice("How likely the relationship is to cause harm or be lost.", AMOUNT)
    strategic_alignment = line("How far aims agree, such as «Both want earlier diagnosis».")
    competitive_positioning = line("How they stand to competitors, such as «Also advises two rivals».")
    renewal_date = day("When the contract or agreement is next due for renewal.")
    notes = prose("Anything else worth knowing, such as «Prefers to meet at congresses».")

    class Meta(SectionModel.Meta):
        db_table = "persona_external_stakeholders"
        default_related_name = "external_stakeholders"


class VendorRelationship(Signed, SectionModel):
    """A supplier that the persona works with: contract, satisfaction and leverage."""

    vendor_name = line("Name of the supplier, such as «Veeva Systems».", required=True)
    vendor_category = choice(
        "What the supplier mainly sells.",
        "technology software hardware consulting services professional_services outsourcing infrastructure "
        "marketing supply_chain facilities other",
        required=True,
    )
    relationship_role = choice(
        "What the persona is to the supplier.",
        "executive_sponsor decision_maker primary_influencer influencer primary_user user evaluator",
        required=True,
    )
    decision_authority = choice(
        "How far the persona alone can decide about the supplier.", "full shared influence_only none"
    )
    annual_spend = exact("Amount paid a year in US dollars, 0 or more, such as «120000».", 15, 2, 0)
    contract_type = choice(
        "On what terms the supplier is paid.", "subscription perpetual project retainer usage_based hybrid other"
    )
    contract_start_date = day("When the current contract began.")
    contract_end_date = day("When the current contract runs out.")
    auto_renewal = yes_no(
        "Tick if the contract goes on unless somebody ends it.", default=False, label="automatic renewal"
    )
    satisfaction_score = whole("How content the persona is with the supplier, from 1 to 10, such as «8».", 1, 10)
    relationship_health = choice("What state the relationship is in.", "excellent good fair poor critical")
    switching_likelihood = choice(
        "How likely the persona is to move to another supplier.", "very_high high medium low none"
    )
    strategic_importance = choice(
        "How much the persona's work depends on the supplier.",
        "mission_critical strategic operational tactical commodity",
        required=True,
    )
    negotiation_leverage = choice("How strong the persona's hand is when terms are negotiated.", AMOUNT)
    alternatives_available = whole(
        "Number of suppliers that could step in, 0 or more, such as «3».", 0, label="available alternatives"
    )
    performance_rating = whole("How well the supplier delivers, from 1 (poorly) to 10 (perfectly), such as «7».", 1, 10)
    innovation_contribution = choice("How many new ideas the supplier brings.", "very_high high medium low none")
    responsiveness = choice("How quickly and well the supplier answers.", QUALITY)
    key_contacts = items("One per line, such as «Tom Berger, account manager».")
    escalation_path = prose("Who is called when things go wrong, such as «Account manager, then VP Service».")
    notes = prose("Anything else worth knowing, such as «Price rise announced for January».")

    class Meta(SectionModel.Meta):
        db_table = "persona_vendor_relationships"
        default_related_name = "vendor_relationships"


class CustomerRelationship(Signed, SectionModel):
    """A group of customers the persona serves: satisfaction, retention and growth."""

    customer_segment = choice(
        "What kind of organisation these customers are.",
        "enterprise mid_market smb startup government education non_profit healthcare financial_services other",
        required=True,
    )
    geographic_market = line("Where they are, such as «Germany, Austria, Switzerland».")
    industry_vertical = line("What line of business they are in, such as «University hospitals».", label="industry")
    interaction_type = choice(
        "What the contact with them is mainly about.",
        "direct indirect support strategic operational mixed",
        required=True,
    )
    touchpoint_frequency = choice(
        "How often the persona is in contact with them.",
        "daily multiple_weekly weekly bi_weekly monthly quarterly ad_hoc",
    )
    primary_channel = choice(
        "How the contact mostly takes place.", "face_to_face video phone email portal events mixed"
    )
    customer_count = whole("Number of customers in the group, 0 or more, such as «40».", 0, label="customers")
    account_count = whole("Number of accounts the persona looks after, 0 or more, such as «12».", 0, label="accounts")
    revenue_responsibility = exact(
        "Yearly revenue the persona answers for in US dollars, 0 or more, such as «5000000».", 15, 2, 0
    )
    satisfaction_metric = choice("How satisfaction is measured.", "NPS CSAT CES Custom Multiple None")
    current_satisfaction_score = exact(
        "Latest score on the scale of that metric, such as «42» on NPS, from -100 to 100.", 5, 2
    )
    satisfaction_target = exact("Score to be reached on the same scale, such as «50».", 5, 2)
    satisfaction_trend = choice("Which way satisfaction is moving.", "improving stable declining volatile")
    retention_rate = exact("Share of customers kept in a year, from 0 to 1, such as «0.92» for 92 percent.", 5, 4, 0, 1)
    retention_target = exact("Share to be kept in a year, from 0 to 1, such as «0.95» for 95 percent.", 5, 4, 0, 1)
    churn_risk_accounts = whole(
        "Number of accounts that may be lost, 0 or more, such as «2».", 0, label="accounts at risk of churn"
    )
    expansion_opportunities = whole("Number of chances to do more with them, 0 or more, such as «5».", 0)
    upsell_pipeline_value = exact(
        "Worth of further sales in sight in US dollars, 0 or more, such as «300000».", 15, 2, 0
    )
    value_delivery_focus = items(
        "Which benefits the persona tries to give them; as many as apply.",
        "ROI Cost_Savings Efficiency Innovation Quality Speed Reliability Support Training Integration",
    )
    key_success_metrics = items("One per line, such as «Time to answer a medical enquiry».")
    top_customer_priorities = items("One per line, such as «Safe use in older patients».")
    relationship_health = choice("What state the relationship is in.", HEALTH)
    escalations_count = whole(
        "Number of complaints passed upwards in the last year, 0 or more, such as «1».",
        0,
        default=0,
        label="escalations",
    )
    notes = prose("Anything else worth knowing, such as «Buys through a purchasing group».")

    class Meta(SectionModel.Meta):
        db_table = "persona_customer_relationships"
        default_related_name = "customer_relationships"


class RegulatoryStakeholder(Signed, SectionModel):
    """A regulator that the persona answers to, and the compliance work this causes."""

    regulatory_body = line("Name of the authority, such as «European Medicines Agency».", required=True)
    regulatory_region = line("Where its rules apply, such as «European Union».")
    regulatory_scope = line("What it watches over, such as «Promotion of prescription medicines».")
    interaction_type = choice(
        "What the contact is mainly about.",
        "submission audit inspection consultation reporting certification licensing compliance_review investigation",
        required=True,
    )
    interaction_frequency = choice(
        "How often the persona is in contact with the regulator.",
        "continuous monthly quarterly semi_annual annual bi_annual event_driven ad_hoc",
    )
    compliance_area = choice(
        "Which part of the business the rules concern.",
        "quality safety financial clinical data_privacy environmental labor industry_specific multi_domain",
        required=True,
    )
    regulations_governed = items("One per line, such as «Regulation (EU) No 536/2014».", label="regulations")
    standards_applicable = items("One per line, such as «ICH E6 Good Clinical Practice».", label="applicable standards")
    relationship_criticality = choice(
        "How much depends on a good relationship with the regulator.",
        "mission_critical critical high medium low",
        required=True,
    )
    compliance_risk = choice("How likely a breach of the rules is.", AMOUNT)
    violation_impact = choice("How much harm a breach would do.", "catastrophic severe major moderate minor")
    documentation_burden = choice(
        "How much paperwork the regulator demands.", "very_heavy heavy moderate light minimal"
    )
    audit_frequency = choice("How often audits take place.", "continuous quarterly semi_annual annual bi_annual ad_hoc")
    last_audit_date = day("When the latest audit took place.")
    next_audit_date = day("When the next audit is due.")
    audit_findings_count = whole(
        "Number of findings in the latest audit, 0 or more, such as «3».", 0, default=0, label="audit findings"
    )
    relationship_quality = choice(
        "How well the two sides work together.", "highly_collaborative collaborative neutral formal adversarial"
    )
    responsiveness = choice("How quickly and well the regulator answers.", QUALITY)
    compliance_status = choice(
        "How far the rules are being kept today.", "fully_compliant compliant minor_issues major_issues non_compliant"
    )
    open_issues_count = whole(
        "Number of issues not yet settled, 0 or more, such as «2».", 0, default=0, label="open issues"
    )
    remediation_in_progress = yes_no("Tick if open issues are being put right now.", default=False)
    time_investment_hours = whole(
        "Hours a month the persona spends on it, 0 or more, such as «10».", 0, label="hours invested"
    )
    dedicated_resources = whole(
        "Number of people who work on it full time, 0 or more, such as «2».", 0, label="dedicated people"
    )
    annual_compliance_cost = exact("Cost of compliance a year in US dollars, 0 or more, such as «150000».", 15, 2, 0)
    key_contacts = items("One per line, such as «Dr. Marta Lind, assessor».")
    escalation_procedures = prose("What happens in a serious case, such as «Inform Legal within 24 hours».")
    notes = prose("Anything else worth knowing, such as «New guideline expected in autumn».")

    class Meta(SectionModel.Meta):
        db_table = "persona_regulatory_stakeholders"
        default_related_name = "regulatory_stakeholders"


class IndustryRelationship(Signed, SectionModel):
    """An association or community outside the company in which the persona is involved."""

    organization_name = line("What it is called, such as «Medical Affairs Professional Society».", required=True)
    organization_type = choice(
        "What kind of organisation it is.",
        "professional_association industry_forum trade_association standards_body community_of_practice "
        "academic_institution research_consortium think_tank advocacy_group other",
        required=True,
    )
    organization_focus = line("What it works on, such as «Standards for Medical Affairs».")
    geographic_scope = choice("How far its reach extends.", "global regional national local virtual")
    membership_level = choice(
        "How senior the persona's membership is.",
        "board_member advisory_board committee_chair committee_member chapter_leader active_member member "
        "participant observer",
    )
    membership_start_date = day("When the persona joined.")
    membership_dues = exact("Dues paid a year in US dollars, 0 or more, such as «350».", 10, 2, 0)
    involvement_type = choice(
        "What the persona does there.",
        "executive_leadership leadership speaker author contributor mentor judge attendee passive",
    )
    time_commitment_hours = whole(
        "Hours a month the persona spends on it, 0 or more, such as «4».", 0, label="hours committed"
    )
    meeting_frequency = choice("How often its members meet.", "weekly bi_weekly monthly quarterly annual ad_hoc")
    value_derived = line("What the persona gets out of it, such as «Benchmarks from other companies».")
    value_categories = items(
        "Which kinds of benefit it brings; as many as apply.",
        "networking knowledge influence visibility recruiting business_development thought_leadership innovation "
        "advocacy",
    )
    tangible_benefits = items("One per line, such as «Free access to the journal».")
    visibility_level = choice("How well known it makes the persona.", AMOUNT)
    thought_leadership_role = yes_no(
        "Tick if the persona is looked up to there for new ideas.", default=False, label="thought leader"
    )
    speaking_frequency = choice("How often the persona gives talks there.", ACTIVITY)
    publication_frequency = choice("How often the persona publishes there.", ACTIVITY)
    media_presence = choice(
        "How much the media quote or show the persona in this connection.", "extensive moderate limited none"
    )
    strategic_value = choice(
        "How much it helps the persona to reach the aims of the role.", "critical high medium low minimal"
    )
    career_impact = choice("How much it helps the persona's career.", AMOUNT)
    organizational_benefit = choice("How much the persona's company gains from it.", AMOUNT)
    recent_contributions = items("One per line, such as «Webinar on insight gathering, 2025».")
    upcoming_commitments = items("One per line, such as «Panel at the annual meeting».")
    awards_recognition = items("One per line, such as «Best poster 2024».", label="awards and recognition")
    notes = prose("Anything else worth knowing, such as «Stands for the board next year».")

    class Meta(SectionModel.Meta):
        db_table = "persona_industry_relationships"
        default_related_name = "industry_relationships"


class StakeholderInfluenceMap(SectionModel):
    """How much influence one stakeholder has, and in which ways."""

    stakeholder_name = line("Name of the person or group, such as «Dr. Paul Roth».", required=True)
    stakeholder_role = line("Job or position, such as «Chief Medical Officer».", required=True)
    stakeholder_type = choice(
        "What the stakeholder is to the company.",
        "internal external customer vendor partner regulator community",
        required=True,
    )
    decision_influence = choice("How much the stakeholder sways what is decided.", INFLUENCE)
    budget_influence = choice("How much the stakeholder sways what money is spent on.", INFLUENCE)
    resource_influence = choice("How much the stakeholder sways who and what is made available.", INFLUENCE)
    strategic_influence = choice("How much the stakeholder sways long-term plans.", INFLUENCE)
    political_influence = choice("How much the stakeholder can win or turn the opinion of others.", INFLUENCE)
    overall_influence_score = whole(
        "From 1 to 10, such as «7»; sums up decision, budget, resource, strategic, political influence.", 1, 10
    )
    influence_trend = choice("Which way the influence is moving.", "increasing stable decreasing")
    power_base = items(
        "What the influence rests on; as many as apply.",
        "formal_authority expertise information relationships resources reputation political",
    )
    leverage_points = items("One per line: what can win them over, such as «New survival data».")
    engagement_priority = choice("How urgently the persona should engage with the stakeholder.", IMPORTANCE)
    engagement_approach = prose("How best to engage, such as «Personal briefing before each committee».")
    communication_frequency = choice(
        "How often the persona should be in touch.", "daily weekly bi_weekly monthly quarterly as_needed"
    )
    notes = prose("Anything else worth knowing, such as «Retires next year».")

    class Meta(SectionModel.Meta):
        db_table = "persona_stakeholder_influence_map"
        default_related_name = "stakeholder_influence_map"


class StakeholderJourney(SectionModel):
    """How far the relationship with one stakeholder has come and how healthy it is."""

    stakeholder_name = line("Name of the person or group, such as «Prof. Anna Weber».", required=True)
    stakeholder_type = line("What kind of stakeholder it is, such as «Key opinion leader».", required=True)
    journey_stage = choice(
        "How far the relationship has come.",
        "awareness engagement relationship_building partnership advocacy at_risk recovery exit",
        required=True,
    )
    stage_entry_date = day("When the relationship reached this stage.", required=True)
    expected_progression_date = day("When the next stage should be reached.")
    milestones_achieved = items("One per line, such as «First advisory board».")
    pending_milestones = items("One per line, such as «Joint publication».")
    milestone_count = whole("Number of milestones reached so far, 0 or more, such as «3».", 0, default=0)
    touchpoints_count = whole("Number of contacts so far, 0 or more, such as «14».", 0, default=0, label="touchpoints")
    last_interaction_date = day("When the two were last in contact.")
    interaction_quality = choice("How good the latest contacts were.", QUALITY)
    sentiment = choice(
        "How the stakeholder feels about the relationship.", "very_positive positive neutral negative very_negative"
    )
    value_delivered = items("One per line: what they got, such as «Early access to trial results».")
    value_received = items("One per line: what came back, such as «Advice on study design».")
    mutual_success_indicators = items("One per line, such as «Study enrols on time».")
    journey_health = choice("What state the relationship is in at this stage.", "excellent good fair at_risk critical")
    risk_factors = items("One per line, such as «Main contact may leave».")
    opportunities = items("One per line, such as «Speaker at the spring congress».")
    next_actions = items("One per line, such as «Send the trial summary».")
    owner = line("Who looks after the relationship, such as «MSL Team Lead».")
    follow_up_date = day("When to get in touch again.")
    notes = prose("Anything else worth knowing, such as «Prefers mornings».")

    class Meta(SectionModel.Meta):
        db_table = "persona_stakeholder_journey"
        default_related_name = "stakeholder_journey"


class StakeholderValueExchange(SectionModel):
    """What the persona gives to one stakeholder and what comes back over a period."""

    stakeholder_name = line("Name of the person or group, such as «National Cancer Society».", required=True)
    stakeholder_type = line("What kind of stakeholder it is, such as «Patient organisation».", required=True)
    value_provided_type = items(
        "Which kinds of value the persona gives; as many as apply.", VALUE, label="kinds of value provided"
    )
    value_provided_description = prose("What the persona gives, such as «Training for study nurses».")
    value_provided_quantified = exact(
        "What it is worth over the period as an amount of money, such as «20000».",
        15,
        2,
        label="worth of value provided",
    )
    value_provided_currency = line(
        "Currency of that amount in three letters, such as «USD».", default="USD", label="currency of value provided"
    )
    value_received_type = items(
        "Which kinds of value come back; as many as apply.", VALUE, label="kinds of value received"
    )
    value_received_description = prose("What comes back, such as «Patients' view of trial design».")
    value_received_quantified = exact(
        "What it is worth over the period as an amount of money, such as «35000».",
        15,
        2,
        label="worth of value received",
    )
    value_received_currency = line(
        "Currency of that amount in three letters, such as «USD».", default="USD", label="currency of value received"
    )
    exchange_balance = choice(
        "Who gains more, seen from the persona's side.",
        "highly_favorable favorable balanced unfavorable highly_unfavorable",
    )
    balance_assessment = prose("Why it is judged so, such as «Their advice saved a protocol change».")
    time_period = choice("Over how long the exchange is weighed up.", "monthly quarterly annual lifetime custom")
    period_start_date = day("First day of the period.")
    period_end_date = day("Last day of the period.")
    strategic_alignment = choice(
        "How well the exchange fits the persona's aims.", "highly_aligned aligned neutral misaligned conflicting"
    )
    sustainability = choice(
        "How likely the exchange is to last.", "very_sustainable sustainable uncertain at_risk unsustainable"
    )
    optimization_opportunities = items("One per line, such as «Share travel costs».", label="ways to improve")
    expected_value_trend = choice(
        "Which way the value of the exchange will move.",
        "significantly_increasing increasing stable decreasing significantly_decreasing",
    )
    projected_future_value = exact("Amount of money expected in the next period, such as «40000».", 15, 2)
    notes = prose("Anything else worth knowing, such as «Rules on payments under review».")

    class Meta(SectionModel.Meta):
        db_table = "persona_stakeholder_value_exchange"
        default_related_name = "stakeholder_value_exchange"

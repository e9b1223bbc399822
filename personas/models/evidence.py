"""What backs the profile: sources, studies, reports, opinions, cases, figures."""

from .base import OrderedSectionModel, SectionModel, Signed, SingleSectionModel, unique
from .columns import choice, day, exact, items, line, link, order, prose, whole, yes_no
from .scales import ACCESS, CONFIDENCE, STRENGTH

__all__ = [
    "CaseStudy",
    "EvidenceSource",
    "EvidenceSummary",
    "ExpertOpinion",
    "IndustryReport",
    "PublicResearch",
    "SupportingStatistic",
]


class EvidenceSource(OrderedSectionModel):
    """A short citation that backs the profile."""

    source_type = choice(
        "What kind of source this is.",
        "primary_research secondary_research expert_interview industry_report survey_data case_study",
    )
    citation = line("Full reference, such as «Lee J. et al., Digital MSL survey, Drug Inf J, 2025».", required=True)
    key_finding = prose(
        "What the source says about the persona, such as «62% plan visits with AI tools».", required=True
    )
    sample_size = whole("People or cases studied, from 1, such as «240».")
    methodology = line("How the data was gathered, such as «online survey of MSLs in 5 countries».")
    publication_date = day("Day the source was published.")
    confidence_level = choice("How far the source can be trusted.", "low medium high very_high")
    url = link("Web address of the source, such as «https://example.org/msl-survey».", label="URL")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_evidence_sources"
        default_related_name = "evidence_sources"


class PublicResearch(Signed, SectionModel):
    """A study that supports or challenges the profile."""

    research_title = line("Title of the study, such as «Digital channels in Medical Affairs, 2025».", required=True)
    research_type = choice(
        "What kind of study this is, by who did it or how.",
        "academic market government industry proprietary meta_analysis",
        required=True,
    )
    publication_source = line("Journal or publisher, such as «Drug Information Journal».", required=True)
    publication_date = day("Day the study was published.")
    publication_year = whole("Year the study was published, such as «2025».")
    authors = items("One per line, such as «Lee J.».")
    sample_size = whole("People or cases studied, from 0, such as «240».", 0)
    methodology = choice(
        "How the study was done.",
        "survey interview observation experiment analysis mixed_methods longitudinal cross_sectional meta_analysis",
    )
    methodology_description = prose("How it was done in more detail, such as «online survey, 30 questions, 2 waves».")
    geographic_scope = line("How wide the study reached, such as «Europe».")
    geographic_regions = items("One per line, such as «Germany».")
    industry_focus = line("Industry studied, such as «biopharma».")
    demographic_coverage = items("Groups studied. One per line, such as «MSLs with 5 to 10 years of experience».")
    confidence_level = exact("Confidence level of the results. From 0 to 1, such as «0.95».", 4, 3, 0, 1)
    margin_of_error = exact("Margin of error as a share. From 0 to 1, such as «0.03» for 3%.", 5, 4, 0, 1)
    statistical_significance = exact("Threshold the study tested against. From 0 to 1, such as «0.05».", 5, 4)
    p_value = exact("Probability of the main result by chance. From 0 to 1, such as «0.012».", 6, 5, label="p-value")
    key_findings = items("One per line, such as «62% of MSLs use AI to prepare visits».", required=True)
    qualitative_insights = items("One per line, such as «MSLs trust tools that show their sources».")
    relevance_score = whole("How closely it bears on the persona. From 1 to 10, such as «8».", 1, 10, required=True)
    quality_rating = choice("How well the study was done.", "excellent good fair poor questionable")
    peer_reviewed = yes_no("Whether other experts reviewed the study before publication.", default=False)
    citation_count = whole("Times other works cite it, from 0, such as «35».", 0, default=0)
    validates_attributes = items("Traits of the persona it confirms. One per line, such as «early adopter of AI».")
    challenges_assumptions = items(
        "One per line, such as «MSLs prefer visits in person».", label="assumptions challenged"
    )
    supports_claims = items("Claims it backs. One per line, such as «Reporting takes 8 hours a week».")
    url = link("Web address of the study, such as «https://example.org/study».", label="URL")
    doi = line("Identifier of the paper, such as «10.1000/xyz123».", label="DOI")
    isbn = line("Book number if it came out as a book, such as «978-3-16-148410-0».", label="ISBN")
    access_type = choice(
        "On what terms the study can be read.", "open_access subscription purchased institutional proprietary"
    )
    cost_to_access = exact("Price of reading it in US dollars, from 0, such as «39.50».", 10, 2, 0)
    reviewed_by = line("Who checked the study for us, such as «Maria Keller».")
    review_date = day("Day it was last checked.")
    review_notes = prose("What the check found, such as «Small sample, use with care».")

    class Meta(SectionModel.Meta):
        db_table = "persona_public_research"
        default_related_name = "public_research"


class IndustryReport(Signed, SectionModel):
    """An analyst or market report on the industry of the persona."""

    report_title = line("Title of the report, such as «Medical Affairs Outlook 2026».", required=True)
    report_publisher = line("Who published it, such as «Gartner».", required=True)
    report_type = choice(
        "What kind of report this is.",
        "market_analysis competitive_analysis trend_report forecast benchmark best_practices maturity_model "
        "buyer_guide",
        required=True,
    )
    publication_year = whole("Year of publication. From 1990 to 2100, such as «2025».", 1990, 2100, required=True)
    publication_month = whole("Month of publication. From 1 to 12, such as «6».", 1, 12)
    report_edition = line("Edition or version, such as «3rd edition».")
    industry_focus = line("Industry the report is about, such as «biopharma».", required=True)
    sub_industry = items("One per line, such as «oncology».", label="sub-industry")
    market_segment = items("One per line, such as «mid-size pharma».")
    geographic_coverage = line("How wide the report reaches, such as «North America and Europe».")
    geographic_regions = items("One per line, such as «United States».")
    market_size_estimate = exact("Size of the market in full, not in millions, from 0, such as «1850000000».", 18, 2, 0)
    market_size_currency = line("Currency of the market size, such as «USD».", default="USD")
    growth_rate = exact("Growth in one year as a share. From -1 to 10, such as «0.08» for 8%.", 6, 4, -1, 10)
    cagr = exact("Average growth per year over the forecast as a share, such as «0.112» for 11.2%.", 6, 4, label="CAGR")
    forecast_period = line("Years the forecast covers, such as «2025–2030».")
    key_insights = items("One per line, such as «Half of the budgets move to digital channels».", required=True)
    trends_identified = items("One per line, such as «AI in medical information».")
    recommendations = items("One per line, such as «Train MSLs in data literacy».")
    vendor_landscape_summary = prose("Who sells in this market, such as «Three large suites and many niche tools».")
    competitive_forces_summary = prose("What drives competition, such as «Low switching costs, new AI entrants».")
    data_quality_rating = choice("How good the data behind the report is.", "excellent good fair poor unknown")
    methodology_description = prose("How the report was made, such as «120 interviews and a vendor survey».")
    data_sources = items("One per line, such as «survey of 120 Medical Affairs leaders».")
    analyst_credentials = line("Who the analysts are, such as «PharmD, 12 years in life sciences research».")
    relevance_score = whole("How closely it bears on the persona. From 1 to 10, such as «8».", 1, 10, required=True)
    supports_decisions = items("Decisions it helps with. One per line, such as «choice of a CRM».")
    informs_strategy = items("Plans it feeds. One per line, such as «omnichannel engagement».")
    cost_to_access = exact("Price of reading it in US dollars, from 0, such as «1995.00».", 10, 2, 0)
    access_type = choice(
        "On what terms the report can be read.", "purchased subscription client_access public_summary complimentary"
    )
    access_url = link("Web address of the report, such as «https://example.org/outlook-2026».", label="access URL")
    recency_score = whole("How up to date it is. From 1 to 10, 10 the newest, such as «9».", 1, 10)
    update_frequency = choice("How often a new edition comes out.", "annual semi_annual quarterly monthly one_time")
    next_update_expected = day("Day the next edition is expected.")
    reviewed_by = line("Who checked the report for us, such as «Maria Keller».")
    review_date = day("Day it was last checked.")
    review_notes = prose("What the check found, such as «Figures agree with our own survey».")

    class Meta(SectionModel.Meta):
        db_table = "persona_industry_reports"
        default_related_name = "industry_reports"


class ExpertOpinion(Signed, SectionModel):
    """A view of a named expert and how credible it is."""

    expert_name = line("Name of the expert, such as «Dr Anna Schmidt».", required=True)
    expert_title = line("Job title, such as «VP Medical Affairs».")
    expert_credentials = line(
        "Degrees and standing, such as «MD, PhD, board member of a medical society».", required=True
    )
    expert_organization = line("Where the expert works, such as «Northgate Pharma».")
    expert_bio = prose("Career in short, such as «Led three MSL teams before moving to strategy».")
    years_of_experience = whole("Years in the profession, from 0, such as «18».", 0)
    areas_of_expertise = items("One per line, such as «KOL engagement».")
    publications_count = whole("Works the expert has published, from 0, such as «24».", 0, default=0)
    speaking_engagements = whole("Talks given in public, from 0, such as «15».", 0, default=0)
    opinion_type = choice(
        "In what form the opinion was given.",
        "interview article blog_post presentation keynote panel_discussion podcast webinar book whitepaper "
        "advisory_opinion expert_testimony",
        required=True,
    )
    opinion_date = day("Day the opinion was given.")
    opinion_venue = line("Where it was given, such as «DIA Annual Meeting, Boston».")
    topic_area = line("Subject of the opinion, such as «AI in medical information».", required=True)
    key_insights = items("One per line, such as «MSLs need answers within a day».", required=True)
    main_arguments = items("One per line, such as «Physicians expect data, not slides».")
    supporting_evidence = items("What the expert relies on. One per line, such as «own survey of 80 MSLs».")
    counterarguments = items("What speaks against it. One per line, such as «Small markets work differently».")
    validation_points = items("Where other sources agree. One per line, such as «Same result in the 2025 survey».")
    validates_attributes = items("Traits of the persona it confirms. One per line, such as «early adopter of AI».")
    challenges_assumptions = items(
        "One per line, such as «MSLs prefer visits in person».", label="assumptions challenged"
    )
    provides_context = items(
        "Background it adds. One per line, such as «new transparency rules in the EU».", label="context provided"
    )
    credibility_score = whole("How far the expert can be trusted. From 1 to 10, such as «9».", 1, 10)
    bias_assessment = choice(
        "How far own interests colour the opinion.", "unbiased minimal_bias some_bias significant_bias highly_biased"
    )
    conflicts_of_interest = items("One per line, such as «paid advisor of a CRM vendor».")
    relevance_score = whole("How closely it bears on the persona. From 1 to 10, such as «8».", 1, 10, required=True)
    applicability = choice(
        "How directly the opinion applies to the persona.",
        "directly_applicable mostly_applicable partially_applicable tangentially_applicable context_only",
    )
    source_url = link("Web address of the source, such as «https://example.org/interview».", label="source URL")
    source_type = choice("How close the source is to the expert's own words.", "primary secondary tertiary")
    access_type = choice("On what terms the source can be read.", ACCESS)
    cited_sources = items("Works the expert names. One per line, such as «Lee J. et al., 2025».")
    citation_count = whole("Times other works cite the opinion, from 0, such as «12».", 0, default=0)
    peer_validated = yes_no("Whether other experts have confirmed the opinion.", default=False)
    reviewed_by = line("Who checked the opinion for us, such as «Maria Keller».")
    review_date = day("Day it was last checked.")
    review_notes = prose("What the check found, such as «Quote confirmed with the expert».")

    class Meta(SectionModel.Meta):
        db_table = "persona_expert_opinions"
        default_related_name = "expert_opinions"


class CaseStudy(Signed, SectionModel):
    """A worked example of an organization with its outcomes and return."""

    case_study_title = line(
        "Title of the case, such as «How a mid-size pharma halved its response time».", required=True
    )
    organization_name = line("Organization in the case, such as «Northgate Pharma».", required=True)
    organization_size = choice("How large the organization is.", "enterprise large mid_market small startup")
    organization_revenue = exact("Revenue per year in full, in the investment currency, such as «2500000000».", 15, 2)
    industry = line("Industry of the organization, such as «pharmaceuticals».", required=True)
    sub_industry = line("Narrower part of the industry, such as «rare diseases».", label="sub-industry")
    geographic_location = line("Where it took place, such as «Basel, Switzerland».")
    market_context = prose("Market at the time, such as «Two rival launches in the same year».")
    case_type = choice(
        "What kind of story the case tells.",
        "success_story failure_lesson transformation implementation innovation turnaround scaling optimization "
        "crisis_management",
        required=True,
    )
    use_case_category = line("What the solution was used for, such as «medical information requests».")
    challenge_addressed = prose("Problem to be solved, such as «Answers to physicians took five days».", required=True)
    business_pain_points = items("One per line, such as «late answers to physicians».")
    technical_challenges = items("One per line, such as «CRM and content library not connected».")
    organizational_barriers = items("One per line, such as «legal review of every answer».")
    solution_implemented = prose("What was done, such as «AI search over approved content».", required=True)
    solution_components = items("One per line, such as «approved answer library».")
    technologies_used = items("One per line, such as «Veeva Vault».")
    methodologies_applied = items("One per line, such as «agile pilot in two countries».")
    timeline = line("How long it took and when, such as «January to September 2025».")
    timeline_months = whole("Length in months, from 0, such as «9».", 0, label="timeline in months")
    implementation_phases = items("One per line, such as «pilot with 20 MSLs».")
    investment_required = exact("Total spent, in full, in the investment currency, from 0, such as «450000».", 15, 2, 0)
    investment_currency = line("Currency of the amounts in this case, such as «USD».", default="USD")
    team_size = whole("People on the project, from 0, such as «12».", 0)
    external_partners = items("One per line, such as «a systems integrator».")
    outcomes_achieved = items("One per line, such as «answers within one day».", required=True)
    qualitative_benefits = items("One per line, such as «more trust from physicians».")
    roi_achieved = exact("Return on the investment in percent, such as «240» for 240%.", 8, 2, label="ROI achieved")
    roi_timeframe = line("Time in which the return was reached, such as «18 months».", label="ROI timeframe")
    payback_period_months = whole(
        "Months until the costs were earned back, from 0, such as «14».", 0, label="payback period in months"
    )
    cost_savings = exact("Saved in full, in the investment currency, such as «300000».", 15, 2)
    revenue_impact = exact("Revenue gained in full, in the investment currency, such as «1200000».", 15, 2)
    efficiency_gains = items("One per line, such as «8 hours saved per MSL per week».")
    kpis_improved = items("One per line, such as «response time to enquiries».", label="KPIs improved")
    sustained_results = yes_no("Whether the results lasted after the project ended.")
    lessons_learned = items("One per line, such as «bring in legal from the start».")
    success_factors = items("One per line, such as «sponsor on the leadership team».")
    challenges_encountered = items("One per line, such as «slow clean-up of old content».")
    recommendations = items("One per line, such as «start with one therapy area».")
    what_would_do_differently = items(
        "One per line, such as «train users before the launch».", label="what they would do differently"
    )
    relevance_to_persona = prose(
        "Why it matters to the persona, such as «Same role, same reporting burden».", required=True
    )
    relevance_score = whole("How closely it bears on the persona. From 1 to 10, such as «8».", 1, 10, required=True)
    applicable_lessons = items("Lessons the persona can use. One per line, such as «pilot before roll-out».")
    transferable_strategies = items("One per line, such as «one answer library for all countries».")
    case_source = line("Where the case comes from, such as «DIA conference talk, 2025».")
    case_source_type = choice(
        "What kind of source tells the case.",
        "first_hand vendor_published analyst_research media_coverage academic_study conference_presentation internal",
    )
    verified = yes_no("Whether the case was checked against a second source.", default=False)
    verification_method = line("How it was checked, such as «call with the project lead».")
    source_url = link("Web address of the case, such as «https://example.org/case».", label="source URL")
    published_date = day("Day the case was published.")
    author = line("Who wrote the case, such as «Tom Rivera».")
    reviewed_by = line("Who checked the case for us, such as «Maria Keller».")
    review_date = day("Day it was last checked.")
    review_notes = prose("What the check found, such as «Savings are the vendor's own estimate».")

    class Meta(SectionModel.Meta):
        db_table = "persona_case_studies"
        default_related_name = "case_studies"


class SupportingStatistic(Signed, SectionModel):
    """A single figure about the persona and how sound it is."""

    statistic_name = line("What is measured, such as «MSLs who use AI every week».", required=True)
    statistic_category = choice(
        "What part of the persona or market the figure is about.",
        "behavioral demographic financial operational performance market technology organizational industry trend",
    )
    statistic_value = line("Value as it is quoted, such as «62% of MSLs».", required=True)
    numeric_value = exact("The same value as a number in the unit of measure, such as «62».", 20, 6)
    unit_of_measure = line("Unit of the value, such as «percent».")
    value_type = choice(
        "What kind of number the value is.", "percentage currency count ratio rate score duration frequency size other"
    )
    data_source = line("Where the figure comes from, such as «MSL Survey 2025».", required=True)
    source_organization = line("Who published it, such as «MSL Society».")
    collection_method = choice(
        "How the data was gathered.",
        "survey interview observation transaction_data sensor_data administrative_records experiment aggregation "
        "modeling",
    )
    sample_size = whole("People or cases measured, from 0, such as «1200».", 0)
    population_size = whole("All people or cases the sample stands for, from 0, such as «15000».", 0)
    sampling_method = line("How the sample was picked, such as «random, by country».")
    confidence_interval = line("Range the true value lies in, such as «59% to 65%».")
    confidence_level = exact("Confidence level of the interval. From 0 to 1, such as «0.95».", 4, 3, 0, 1)
    margin_of_error = exact("Margin of error as a share. From 0 to 1, such as «0.03» for 3%.", 6, 5, 0, 1)
    standard_deviation = exact("Spread of the values in the unit of measure, from 0, such as «4.2».", 20, 6)
    statistical_significance = exact("Threshold the source tested against. From 0 to 1, such as «0.05».", 6, 5)
    p_value = exact("Probability of the result by chance. From 0 to 1, such as «0.012».", 6, 5, label="p-value")
    collection_date = day("Day the data was gathered.")
    collection_year = whole("Year the data was gathered, such as «2025».")
    time_period = line("Time the figure covers, such as «second half of 2025».")
    time_period_start = day("First day of the time covered.")
    time_period_end = day("Last day of the time covered.")
    geographic_scope = line("How wide the data reaches, such as «Europe».")
    geographic_regions = items("One per line, such as «Germany».")
    demographic_filters = items("Groups counted. One per line, such as «age 35 to 45».")
    industry_filters = items("Industries counted. One per line, such as «biotech».")
    role_filters = items("Roles counted. One per line, such as «Medical Science Liaison».")
    company_size_filters = items("Company sizes counted. One per line, such as «over 10,000 employees».")
    other_filters_description = prose("Any other limits on who was counted, such as «members of a society only».")
    trend_direction = choice(
        "Which way the figure moves over time.",
        "significantly_increasing increasing stable decreasing significantly_decreasing volatile",
    )
    year_over_year_change = exact(
        "Change from the year before in percent, such as «12.5» for 12.5%.", 8, 4, label="year-over-year change"
    )
    context_description = prose("What to know when reading it, such as «Asked just after a launch».")
    interpretation = prose("What the figure means, such as «AI is now a daily tool, not a trial».")
    implications_for_persona = items("One per line, such as «expects AI in every new system».")
    relevance_score = whole("How closely it bears on the persona. From 1 to 10, such as «8».", 1, 10, required=True)
    data_quality_score = whole("How sound the data is. From 1 to 10, such as «7».", 1, 10)
    recency_score = whole("How up to date it is. From 1 to 10, 10 the newest, such as «9».", 1, 10)
    benchmark_value = line("Value to compare with, such as «48% across all industries».")
    comparison_to_benchmark = line("How the figure differs from it, such as «14 points higher».")
    peer_comparison_summary = prose("How similar roles compare, such as «Medical writers are at 70%».")
    source_url = link("Web address of the source, such as «https://example.org/survey».", label="source URL")
    source_page_number = whole("Page the figure is on, from 1, such as «14».")
    access_type = choice("On what terms the source can be read.", ACCESS)
    verified = yes_no("Whether the figure was checked against its source.", default=False)
    verified_by = line("Who checked the figure against its source, such as «Maria Keller».")
    verification_date = day("Day it was checked against its source.")
    reviewed_by = line("Who reviewed the entry for us, such as «Tom Rivera».")
    review_date = day("Day it was last reviewed.")
    review_notes = prose("What the review found, such as «Question was worded loosely».")

    class Meta(SectionModel.Meta):
        db_table = "persona_supporting_statistics"
        default_related_name = "supporting_statistics"


class EvidenceSummary(Signed, SingleSectionModel):
    """The sum of all evidence behind one persona, with its gaps."""

    total_sources = whole(
        "All sources on file, other sources included; counted by the database.",
        0,
        required=True,
        default=0,
        editable=False,
    )
    research_studies_count = whole("Studies on file; counted by the database.", 0, default=0, editable=False)
    industry_reports_count = whole("Industry reports on file; counted by the database.", 0, default=0, editable=False)
    expert_opinions_count = whole("Expert opinions on file; counted by the database.", 0, default=0, editable=False)
    case_studies_count = whole("Case studies on file; counted by the database.", 0, default=0, editable=False)
    statistics_count = whole("Statistics on file; counted by the database.", 0, default=0, editable=False)
    other_sources_count = whole("Sources of any other kind, kept elsewhere, from 0, such as «3».", 0, default=0)
    overall_confidence_level = choice(
        "How far the evidence as a whole can be trusted.", CONFIDENCE, required=True, default="medium"
    )
    overall_confidence_score = exact("The same judgement as a number. From 0 to 1, such as «0.82».", 4, 3, 0, 1)
    evidence_quality_score = whole(
        "Quality of the evidence from 1 to 10; worked out by the database.",
        1,
        10,
        required=True,
        default=7,
        editable=False,
    )
    evidence_recency_score = whole(
        "How up to date the evidence is. From 1 to 10, 10 the newest, such as «7».", 1, 10, required=True, default=7
    )
    evidence_diversity_score = whole("How varied the sources are. From 1 to 10, such as «6».", 1, 10)
    peer_reviewed_count = whole(
        "Sources on file marked as peer reviewed; counted by the database.", 0, default=0, editable=False
    )
    verified_sources_count = whole(
        "Sources on file marked as verified; counted by the database.", 0, default=0, editable=False
    )
    primary_sources_count = whole("Sources with first-hand data, from 0, such as «4».", 0, default=0)
    secondary_sources_count = whole("Sources that retell the data of others, from 0, such as «9».", 0, default=0)
    well_supported_attributes = items(
        "One per line, such as «daily use of AI tools».", label="well-supported attributes"
    )
    moderately_supported_attributes = items("One per line, such as «preference for virtual meetings».")
    weakly_supported_attributes = items("One per line, such as «low appetite for risk».")
    unsupported_attributes = items("One per line, such as «influence on the budget».")
    evidence_gaps = items("What is not known. One per line, such as «how vendors are chosen».")
    critical_gaps = items("Gaps that must be closed first. One per line, such as «buying authority».")
    research_needs = items("One per line, such as «interviews with heads of Medical Affairs».")
    data_collection_priorities = items("One per line, most urgent first, such as «survey on tool budgets».")
    geographic_coverage_assessment = prose("How well regions are covered, such as «Good for the US, thin for Asia».")
    geographic_gaps = items("One per line, such as «Japan».")
    demographic_coverage_assessment = prose("How well groups are covered, such as «Few sources on junior MSLs».")
    demographic_gaps = items("One per line, such as «MSLs in their first year».")
    most_recent_evidence_date = day("Date of the newest evidence on file; found by the database.", editable=False)
    oldest_evidence_date = day("Date of the oldest evidence on file; found by the database.", editable=False)
    median_evidence_age_days = whole(
        "Median age of the evidence in days, from 0, such as «420».", label="median evidence age in days"
    )
    outdated_evidence_count = whole("Sources too old to rely on, from 0, such as «2».", default=0)
    validation_status = choice(
        "How much of the profile the evidence confirms.",
        "fully_validated mostly_validated partially_validated minimally_validated not_validated",
    )
    validation_confidence = choice("How sure we are of that confirmation.", CONFIDENCE)
    last_evidence_review = day("Day the evidence was last looked through.")
    last_comprehensive_review = day("Day all of the evidence was last checked in full.")
    next_review_due = day("Day the next review is due.")
    review_frequency_days = whole(
        "Days between two reviews, from 1, such as «90».", default=90, label="review frequency in days"
    )
    demographic_evidence_strength = choice("How strong the evidence is on age, education and place.", STRENGTH)
    behavioral_evidence_strength = choice("How strong the evidence is on what the persona does.", STRENGTH)
    professional_evidence_strength = choice("How strong the evidence is on role, career and work.", STRENGTH)
    psychographic_evidence_strength = choice("How strong the evidence is on values, motives and attitudes.", STRENGTH)
    buying_evidence_strength = choice("How strong the evidence is on how the persona buys.", STRENGTH)
    average_credibility_score = exact("Average credibility of the sources. From 1 to 10, such as «7.8».", 4, 2, 1, 10)
    credibility_variance = exact(
        "How much credibility differs between sources, as variance, from 0, such as «1.45».", 4, 2
    )
    bias_assessment = prose("Which way the sources lean, such as «Vendor studies prevail».")
    conflicts_identified = items("Interests behind the sources. One per line, such as «survey paid by a vendor».")
    strongest_supported_claims = items("One per line, such as «Reporting takes 8 hours a week».")
    controversial_claims = items("Claims that experts dispute. One per line, such as «AI will replace MSL visits».")
    conflicting_evidence = items(
        "Sources that disagree. One per line, such as «AI use: 62% in one survey, 40% in another»."
    )
    emerging_insights = items("One per line, such as «MSLs ask for AI that cites its sources».")
    evidence_improvement_actions = items("One per line, such as «replace sources from before 2020».")
    priority_research_topics = items("One per line, such as «trust in AI answers».")
    suggested_validations = items("One per line, such as «confirm the daily routine with five MSLs».")
    analyst_commentary = prose("Your view of the evidence, such as «Solid on behaviour, thin on buying».")
    review_notes = prose("What the last review found, such as «Two reports are due for an update».")

    class Meta(SingleSectionModel.Meta):
        db_table = "persona_evidence_summary"
        default_related_name = "evidence_summary"
        constraints = (unique("unique_persona_evidence_summary"),)

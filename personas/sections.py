"""The table of sections: what a persona consists of. All that is done to every section is derived from here.

A row says only what its model cannot know about itself: how people edit it, by what two rows are the same, and how many
rows a persona should have. `personas/README.md` tells how to add one.
"""

from dataclasses import dataclass

from django.utils.functional import cached_property

from . import models as m

# How people edit a section: narrow rows in a grid, wide ones as cards, a single row as a form.
GRID, CARDS, FORM = "grid", "cards", "form"


@dataclass(frozen=True)
class Table:
    """A table of rows, and the columns by which two of them are the same."""

    model: type[m.RowModel]
    identity: tuple[str, ...]

    def __post_init__(self):
        self.model.identity = self.identity

    @cached_property
    def word(self) -> str:
        """The one name of the table: accessor, document key, sheet, page, factory."""
        return self.model._meta.default_related_name


@dataclass(frozen=True)
class Detail(Table):
    """A table whose rows belong to a row of a section."""


@dataclass(frozen=True)
class Section(Table):
    """A table whose rows belong to a persona."""

    layout: str
    rows: tuple[int, int] | None = None  # how many are expected; None: welcome, not expected
    details: tuple[Detail, ...] = ()

    @cached_property
    def single(self) -> bool:
        return issubclass(self.model, m.SingleSectionModel)


@dataclass(frozen=True)
class Domain:
    """A part of the persona that people edit together."""

    name: str
    title: str
    question: str  # what it answers
    sections: tuple[Section, ...]


# fmt: off
DOMAINS = (
    Domain("profile", "Profile", "Who are they?", (
        Section(m.ToolUsed,                 ("tool_name",),                            GRID,  (5, 10)),
        Section(m.Education,                ("degree", "institution"),                 GRID,  (1, 3)),
        Section(m.Certification,            ("certification_name",),                   GRID,  (0, 5)),
        Section(m.Aspiration,               ("aspiration_text",),                      GRID,  (2, 4)),
        Section(m.Publication,              ("topic", "publication_type"),             GRID),
        Section(m.PersonalityTrait,         ("trait_name",),                           GRID,  (3, 5)),
        Section(m.Value,                    ("value_name",),                           GRID,  (3, 5)),
        Section(m.Quote,                    ("quote_text",),                           GRID),
        Section(m.Fear,                     ("fear_description",),                     GRID),
        Section(m.OrganizationType,         ("organization_type",),                    GRID),
        Section(m.TypicalLocation,          ("location_name",),                        GRID),
        Section(m.Tag,                      ("tag_name",),                             GRID),
        Section(m.Metadata,                 ("meta_key",),                             GRID),
    )),
    Domain("goals", "Goals and pains", "What do they want, and what hurts?", (
        Section(m.PainPoint,                ("pain_point",),                           GRID,  (5, 10)),
        Section(m.Goal,                     ("goal_text",),                            GRID,  (3, 7)),
        Section(m.Motivation,               ("motivation_text",),                      GRID,  (3, 5)),
        Section(m.Challenge,                ("challenge_text",),                       GRID,  (3, 7)),
        Section(m.VpanesScoring,            (),                                        FORM,  (1, 1)),
        Section(m.SuccessMetric,            ("metric_name",),                          GRID,  (3, 5)),
        Section(m.Jtbd,                     ("job_statement",),                        GRID,  (3, 7)),
    )),
    Domain("content", "Content and channels", "How are they reached?", (
        Section(m.SocialMedia,              ("platform",),                             GRID),
        Section(m.InformationSource,        ("source_name",),                          GRID,  (3, 7)),
        Section(m.CommunicationPreference,  ("channel",),                              GRID,  (2, 4)),
        Section(m.ContentPreference,        ("content_type",),                         GRID,  (3, 5)),
        Section(m.CommunicationStyle,       (),                                        FORM),
        Section(m.GroupMembership,          ("group_name",),                           GRID),
        Section(m.InfluencerFollowed,       ("influencer_name",),                      GRID),
        Section(m.Touchpoint,               ("touchpoint_name",),                      GRID),
    )),
    Domain("buying", "Buying", "How do they decide to buy?", (
        Section(m.BuyingProcess,            (),                                        FORM,  (1, 1)),
        Section(m.BuyingTrigger,            ("trigger_description",),                  GRID,  (3, 5)),
        Section(m.Objection,                ("objection_text",),                       GRID,  (3, 5)),
        Section(m.AdoptionBarrier,          ("barrier_text",),                         GRID,  (3, 5)),
        Section(m.DecisionAuthority,        ("decision_area",),                        GRID),
        Section(m.PurchaseInfluencer,       ("influencer_name", "influencer_type"),    GRID),
        Section(m.EvaluationCriterion,      ("criterion_name",),                       GRID),
    )),
    Domain("time_perspectives", "Day, week, month, year", "How do they spend their time?", (
        Section(m.TypicalDay,               ("time_slot",),                            GRID,  (6, 12)),
        Section(m.AnnualConference,         ("conference_name",),                      GRID,  (4, 8)),
        Section(m.WeekInLife,               ("day_of_week",),                          CARDS, (7, 7)),
        Section(m.WeeklyMilestone,          ("milestone_description",),                GRID,  (4, 6)),
        Section(m.WeeklyMeeting,            ("meeting_type",),                         GRID,  (8, 12)),
        Section(m.MonthInLife,              ("month_phase",),                          CARDS, (3, 3)),
        Section(m.MonthlyObjective,         ("objective_text",),                       GRID,  (6, 10)),
        Section(m.MonthlyStakeholder,       ("stakeholder_type",),                     GRID,  (8, 12)),
        Section(m.YearInLife,               ("quarter",),                              CARDS, (4, 4)),
        Section(m.CareerTrajectory,         ("year_in_role",),                         GRID),
    )),
    Domain("stakeholders", "Stakeholders", "Whom do they deal with?", (
        Section(m.Stakeholder,              ("stakeholder_role", "stakeholder_department"), GRID),
        Section(m.InternalStakeholder,      ("stakeholder_role", "stakeholder_name"),  CARDS, (8, 12)),
        Section(m.InternalNetwork,          ("network_name",),                         CARDS, (3, 5)),
        Section(m.ExternalStakeholder,      ("stakeholder_name",),                     CARDS, (10, 15)),
        Section(m.VendorRelationship,       ("vendor_name",),                          CARDS, (5, 8)),
        Section(m.CustomerRelationship,     ("customer_segment", "geographic_market"), CARDS, (8, 12)),
        Section(m.RegulatoryStakeholder,    ("regulatory_body", "interaction_type"),   CARDS, (3, 6)),
        Section(m.IndustryRelationship,     ("organization_name",),                    CARDS, (5, 8)),
        Section(m.StakeholderInfluenceMap,  ("stakeholder_name",),                     CARDS, (10, 15)),
        Section(m.StakeholderJourney,       ("stakeholder_name",),                     CARDS, (8, 12)),
        Section(m.StakeholderValueExchange, ("stakeholder_name",),                     CARDS, (10, 15)),
    )),
    Domain("evidence", "Evidence", "What backs all this?", (
        Section(m.EvidenceSource,           ("citation",),                             CARDS, (5, 10)),
        Section(m.PublicResearch,           ("research_title",),                       CARDS, (5, 8), (
            Detail(m.ResearchQuantitativeResult, ("metric_name",)),
        )),
        Section(m.IndustryReport,           ("report_title", "publication_year"),      CARDS, (4, 6)),
        Section(m.ExpertOpinion,            ("expert_name", "topic_area"),             CARDS, (5, 8)),
        Section(m.CaseStudy,                ("case_study_title",),                     CARDS, (3, 5), (
            Detail(m.CaseStudyInvestment,        ("category", "description")),
            Detail(m.CaseStudyResult,            ("metric_name",)),
            Detail(m.CaseStudyMetric,            ("metric_name",)),
        )),
        Section(m.SupportingStatistic,      ("statistic_name",),                       CARDS, (8, 12), (
            Detail(m.StatisticHistory,           ("year", "quarter", "month")),
        )),
        Section(m.EvidenceSummary,          (),                                        FORM,  (1, 1)),
    )),
)
# fmt: on

SECTIONS = tuple(section for domain in DOMAINS for section in domain.sections)
DETAILS = tuple(detail for section in SECTIONS for detail in section.details)
TABLES = SECTIONS + DETAILS

"""What the persona wants, what hurts, and how urgent it is."""

from functools import reduce
from operator import add

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.lookups import GreaterThanOrEqual

from lookups.models import ChallengeType, FrequencyLevel, GoalType, PainPointCategory, SeverityLevel, Timeframe
from vital.organisation.models import JobToBeDone

from .base import OrderedSectionModel, SingleSectionModel, unique
from .columns import choice, exact, key, line, lookup, offer, order, prose, reference, yes_no
from .scales import LEVEL

__all__ = ["Challenge", "Goal", "Jtbd", "Motivation", "PainPoint", "SuccessMetric", "VpanesScoring"]


class PainPoint(OrderedSectionModel):
    """A problem that troubles the persona at work, with its severity and frequency."""

    pain_point = line("What goes wrong or annoys, such as «Finding the latest safety data takes hours».", required=True)
    category = lookup("What the problem stems from.", PainPointCategory)
    severity = lookup("How much it hurts the daily work.", SeverityLevel, default="medium")
    frequency = lookup("How often the problem comes up.", FrequencyLevel, default="often")
    impact_description = prose("What the problem costs, such as «Doctors wait two days for an answer».")
    workaround = prose("How the persona copes today, such as «Keeps a private folder of papers».")
    is_ai_addressable = yes_no("Whether AI could solve or ease the problem.", label="AI could help")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_pain_points"
        default_related_name = "pain_points"


class Goal(OrderedSectionModel):
    """What the persona wants to achieve, with kind, priority and horizon."""

    goal_text = line("What the persona wants to achieve, such as «Halve the time to answer an enquiry».", required=True)
    goal_type = lookup("What kind of gain the goal is about.", GoalType)
    priority = lookup("How much the goal matters next to the others.", SeverityLevel, default="medium")
    timeframe = lookup("How soon the goal should be reached.", Timeframe)
    is_measurable = yes_no("Whether progress can be counted or measured.", default=False, label="measurable")
    success_criteria = prose("How to tell that the goal is reached, such as «Nine in ten enquiries answered in a day».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_goals"
        default_related_name = "goals"


class Motivation(OrderedSectionModel):
    """Something that drives the persona at work, and how strongly."""

    motivation_text = line(
        "What drives the persona, such as «Seeing patients get the right treatment sooner».", required=True
    )
    motivation_category = choice("Where the drive comes from.", "professional organizational personal")
    importance = choice("How strongly it drives the persona.", LEVEL)
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_motivations"
        default_related_name = "motivations"


class Challenge(OrderedSectionModel):
    """An obstacle that the persona meets at work, and how it is handled today."""

    challenge_text = line(
        "What stands in the way, such as «Medical enquiries are spread over three systems».", required=True
    )
    challenge_type = lookup("What kind of obstacle it is.", ChallengeType)
    impact = lookup("How much it holds the persona back.", SeverityLevel, default="medium")
    current_solution = prose("How it is handled today, such as «A weekly export into a shared spreadsheet».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_challenges"
        default_related_name = "challenges"


TOTAL = reduce(add, map(F, ("visibility", "pain", "actions", "needs", "emotions", "scenarios")))
TIERS = (("tier_1_ideal", 46), ("tier_2_high", 31), ("tier_3_medium", 16))  # and from which total; below: tier_4_low


class VpanesScoring(SingleSectionModel):
    """Six scores of the persona that add up to a total and a priority tier."""

    visibility = exact("How aware the persona is of the problem, from 0 to 10, such as «7.5».", 3, 1, 0, 10)
    pain = exact("How painful the problem is, from 0 to 10, such as «8».", 3, 1, 0, 10)
    actions = exact("How actively the persona seeks a solution, from 0 to 10, such as «6.5».", 3, 1, 0, 10)
    needs = exact("How far budget and authority for a solution are there, from 0 to 10, such as «5».", 3, 1, 0, 10)
    emotions = exact("How strong the feelings about the problem are, from 0 to 10, such as «7».", 3, 1, 0, 10)
    scenarios = exact("How often the persona meets the problem, from 0 to 10, such as «8.5».", 3, 1, 0, 10)
    total_score = models.GeneratedField(
        expression=TOTAL,
        output_field=models.DecimalField(max_digits=4, decimal_places=1),
        db_persist=True,
        help_text="Sum of the six scores, from 0 to 60; kept by the database.",
    )
    priority_tier = models.GeneratedField(
        expression=Case(
            *(When(GreaterThanOrEqual(TOTAL, least), then=Value(tier)) for tier, least in TIERS),
            default=Value("tier_4_low"),
        ),
        output_field=models.TextField(),
        db_persist=True,
        help_text="Follows the total score; kept by the database.",
    )
    scoring_notes = prose("Why the scores are what they are, such as «Pain high: three in four name it first».")

    class Meta(SingleSectionModel.Meta):
        db_table = "persona_vpanes_scoring"
        default_related_name = "vpanes_scoring"
        verbose_name = verbose_name_plural = "VPANES scoring"
        constraints = (unique("persona_vpanes_scoring_persona_id_key"),)


class SuccessMetric(OrderedSectionModel):
    """A measure by which the persona judges its own success."""

    metric_name = key("Name of the measure, such as «Enquiry response time».", required=True)
    metric_description = prose(
        "What is measured and the target, such as «Hours from question to answer, below 24».", required=True
    )
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_success_metrics"
        default_related_name = "success_metrics"
        constraints = (unique("persona_success_metrics_persona_id_metric_name_key", "metric_name"),)


class Jtbd(OrderedSectionModel):
    """A job that the persona is trying to get done, and how well that goes today."""

    jtbd = reference(
        "The same job in the shared catalogue, if it is listed there.", JobToBeDone, label="job in the catalogue"
    )
    job_statement = prose(
        "The job in one sentence, such as «When new data appear, I want to brief my team in a day».", required=True
    )
    job_type = offer("What the job is about at heart.", "functional emotional social", default="functional")
    importance = offer("How much it matters to get the job done.", LEVEL, default="high")
    current_satisfaction = offer("How well the job gets done today.", "low medium high", default="medium")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_jtbd"
        default_related_name = "jtbd"
        verbose_name = "job to be done"
        verbose_name_plural = "jobs to be done"

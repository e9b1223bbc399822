"""The day, week, month and year of the persona, and its career."""

from decimal import Decimal

from django.db.models import Value
from django.db.models.functions import StrIndex

from lookups.models import ConferenceRole, ConferenceType

from .base import OrderedSectionModel, SectionModel, Signed, unique
from .columns import choice, exact, items, line, lookup, order, prose, time, whole, yes_no
from .scales import DAY, IMPORTANCE, LIKELIHOOD, PHASE, QUARTER

__all__ = [
    "AnnualConference",
    "CareerTrajectory",
    "MonthInLife",
    "MonthlyObjective",
    "MonthlyStakeholder",
    "TypicalDay",
    "WeekInLife",
    "WeeklyMeeting",
    "WeeklyMilestone",
    "YearInLife",
]


class TypicalDay(SectionModel):
    """What the persona does at one time of a normal day."""

    time_slot = line("When it happens, such as «08:00».", required=True)
    activity_description = prose(
        "What the persona does then, such as «Reads overnight medical enquiries».", required=True
    )
    duration_minutes = whole("How long it takes in minutes, 1 or more, such as «45».", label="duration in minutes")
    is_ai_automatable = yes_no(
        "Whether an AI could do it in the persona's place; leave open if nobody has judged it.", label="AI could do it"
    )
    sort_order = order()

    class Meta(SectionModel.Meta):
        db_table = "persona_typical_day"
        default_related_name = "typical_day"
        ordering = ("sort_order", "id")


class AnnualConference(OrderedSectionModel):
    """A conference that the persona attends, in what role and for what benefit."""

    conference_name = line("Name as the organisers write it, such as «ESMO Congress».", required=True)
    conference_type = lookup("What kind of event it is.", ConferenceType)
    role = lookup("In what capacity the persona takes part.", ConferenceRole)
    typical_frequency = choice("How regularly the persona attends.", "annual biannual occasional rare")
    value_derived = line("What the persona takes home from it, such as «Early view of phase III data».")
    networking_importance = choice("How much the contacts made there matter to the persona.", IMPORTANCE)
    typical_quarter = choice("When in the year it usually takes place.", QUARTER)
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_annual_conferences"
        default_related_name = "annual_conferences"


class WeekInLife(Signed, SectionModel):
    """How one day of the persona's week usually runs."""

    day_of_week = choice("Which day is described; each day can be entered once.", DAY, required=True)
    typical_start_time = time("When work usually begins, such as «08:30».")
    typical_end_time = time("When work usually ends, such as «18:00».")
    meeting_load = choice("How much of the day goes into meetings.", "heavy moderate light")
    focus_time_available = whole(
        "Hours a day left for undisturbed work, whole hours from 0 to 24, such as «2».", 0, 24, label="focus time"
    )
    travel_likelihood = choice("How likely the persona is to be travelling that day.", LIKELIHOOD)
    energy_pattern = choice("How much energy the persona has that day.", "high medium low")
    typical_activities = items("One per line, such as «Visits to investigators».")
    stakeholder_interactions = whole("Number of stakeholders dealt with that day, 0 or more, such as «6».", 0)
    decision_count = whole("Number of decisions taken that day, 0 or more, such as «4».", 0, label="decisions")

    class Meta(SectionModel.Meta):
        db_table = "persona_week_in_life"
        default_related_name = "week_in_life"
        ordering = (StrIndex(Value(DAY), "day_of_week"),)
        constraints = (unique("unique_persona_day", "day_of_week"),)


class WeeklyMilestone(SectionModel):
    """Something the persona has to deliver or reach every week."""

    milestone_type = line("What kind of result it is, such as «Report» or «Approval».", required=True)
    milestone_description = prose("What must be done, such as «Insights report sent to the brand team».", required=True)
    week_phase = choice("In which part of the week it falls due.", "early mid late")
    criticality = choice("How bad it would be to miss it.", IMPORTANCE)

    class Meta(SectionModel.Meta):
        db_table = "persona_weekly_milestones"
        default_related_name = "weekly_milestones"


class WeeklyMeeting(SectionModel):
    """A meeting that comes back regularly, and what it is worth to the persona."""

    meeting_type = line("What meeting it is, such as «Medical review committee».", required=True)
    frequency = choice("How often it takes place.", "daily weekly bi_weekly monthly")
    duration_hours = exact(
        "Length in hours, above 0 and up to 24, such as «1.5».", 4, 2, Decimal("0.01"), 24, label="duration in hours"
    )
    attendee_count = whole(
        "Number of people in it including the persona, at least 2, such as «8».", 2, label="attendees"
    )
    value_rating = whole("How useful it is to the persona, from 1 (waste of time) to 10 (vital), such as «7».", 1, 10)

    class Meta(SectionModel.Meta):
        db_table = "persona_weekly_meetings"
        default_related_name = "weekly_meetings"


class MonthInLife(Signed, SectionModel):
    """How the beginning, middle or end of a month usually runs for the persona."""

    month_phase = choice("Which part of the month is described; each part can be entered once.", PHASE, required=True)
    key_deliverables = items("One per line, such as «Monthly insights report».")
    reporting_obligations = items("One per line, such as «Adverse event reconciliation».")
    planning_activities = items("One per line, such as «Congress coverage plan».")
    external_engagements = whole("Number of appointments outside the company in this part, 0 or more, such as «5».", 0)
    travel_days = whole("Days of travel in this part of the month, from 0 to 31, such as «3».", 0, 31)
    budget_review_involvement = choice(
        "What part the persona plays when budgets are reviewed.", "owner contributor reviewer none"
    )
    performance_review_cycle = yes_no(
        "Tick if performance reviews fall into this part of the month.", default=False, label="performance reviews due"
    )
    strategic_initiative_time = whole(
        "Hours spent on strategic work in this part, 0 or more, such as «12».",
        0,
        label="time for strategic initiatives",
    )
    crisis_management_likelihood = choice(
        "How likely it is that an emergency upsets this part of the month.", LIKELIHOOD
    )

    class Meta(SectionModel.Meta):
        db_table = "persona_month_in_life"
        default_related_name = "month_in_life"
        ordering = (StrIndex(Value(PHASE), "month_phase"),)
        constraints = (unique("unique_persona_month_phase", "month_phase"),)


class MonthlyObjective(SectionModel):
    """A target that the persona sets or is given for a month."""

    objective_text = line(
        "What is to be reached, such as «Answer all medical enquiries in two days».", required=True, label="objective"
    )
    success_metric = line("How success is measured, such as «Share of enquiries answered on time».")
    achievement_rate = exact("Share of it usually reached, from 0 to 1, such as «0.85» for 85 percent.", 3, 2, 0, 1)
    carry_forward = yes_no(
        "Tick if what is not reached moves on to the next month.", default=False, label="carried forward"
    )

    class Meta(SectionModel.Meta):
        db_table = "persona_monthly_objectives"
        default_related_name = "monthly_objectives"


class MonthlyStakeholder(SectionModel):
    """How much contact the persona has with one kind of stakeholder in a month."""

    stakeholder_type = line("Which kind of people they are, such as «Key opinion leaders».", required=True)
    interaction_count = whole("Number of contacts a month, 0 or more, such as «15».", 0, label="interactions")
    meeting_hours = exact("Hours a month spent in meetings with them, 0 or more, such as «7.5».", 5, 2, 0)
    importance = choice("How much these contacts matter to the persona's work.", IMPORTANCE)

    class Meta(SectionModel.Meta):
        db_table = "persona_monthly_stakeholders"
        default_related_name = "monthly_stakeholders"


class YearInLife(Signed, SectionModel):
    """How one quarter of the persona's year usually runs."""

    quarter = choice("Which quarter is described; each quarter can be entered once.", QUARTER, required=True)
    quarter_focus = choice("What the quarter is mainly about.", "Planning Execution Review Strategy")
    annual_objectives = items("One per line, such as «Publish two real-world evidence studies».")
    budget_planning_role = choice("What part the persona plays in planning the budget.", "lead support input none")
    performance_review_timing = line("When reviews take place, such as «Second half of November».")
    conference_attendance = whole(
        "Number of conferences attended in the quarter, 0 or more, such as «2».", 0, label="conferences attended"
    )
    professional_development_hours = whole("Hours of training in the quarter, 0 or more, such as «16».", 0)
    vacation_pattern = choice("How the persona spreads days off over the quarter.", "distributed concentrated minimal")
    career_milestone_expected = line(
        "What step may come, such as «Promotion to Senior Director».", label="expected career milestone"
    )
    industry_cycle_alignment = choice(
        "How busy the industry is in that quarter.", "peak_season planning_season quiet_period"
    )

    class Meta(SectionModel.Meta):
        db_table = "persona_year_in_life"
        default_related_name = "year_in_life"
        ordering = ("quarter",)
        constraints = (unique("unique_persona_quarter", "quarter"),)


class CareerTrajectory(SectionModel):
    """What is expected of the persona in one year of holding the role."""

    year_in_role = whole("Which year in the role is meant, counted from 1, such as «3».", 1)
    expected_progression = line("What should be reached by then, such as «Leads a regional team».")
    skill_development = items("One per line, such as «Health economics».")
    certification_targets = items("One per line, such as «Board Certified Medical Affairs Specialist».")

    class Meta(SectionModel.Meta):
        db_table = "persona_career_trajectory"
        default_related_name = "career_trajectory"
        ordering = ("year_in_role", "id")

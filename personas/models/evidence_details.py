"""The figures inside a study, a case or a statistic: children of the evidence."""

from django.db import models

from vital.fields import first
from vital.tenancy.models import TenantForeignKey

from .base import DetailModel
from .columns import exact, line, prose, whole
from .evidence import CaseStudy, PublicResearch, SupportingStatistic

__all__ = [
    "CaseStudyInvestment",
    "CaseStudyMetric",
    "CaseStudyResult",
    "ResearchQuantitativeResult",
    "StatisticHistory",
]


class ResearchQuantitativeResult(DetailModel):
    """A numeric result of one study."""

    parent = "research"
    research = first(TenantForeignKey(PublicResearch, models.CASCADE, help_text="Study that the result is from."))
    metric_name = line("What was measured, such as «weekly use of AI tools».", required=True)
    metric_category = line("Group the measure belongs to, such as «technology use».")
    numeric_value = exact("Result as a number in the unit of measure, such as «62».", 20, 6)
    text_value = line("Result as it is quoted, such as «62% of MSLs».")
    unit_of_measure = line("Unit of the result, such as «percent».")
    sample_size = whole("People or cases behind the result, from 1, such as «240».")
    confidence_interval = line("Range the true value lies in, such as «59% to 65%».")
    standard_deviation = exact("Spread of the values in the unit of measure, from 0, such as «4.2».", 20, 6)

    class Meta(DetailModel.Meta):
        db_table = "research_quantitative_results"
        default_related_name = "quantitative_results"


class CaseStudyInvestment(DetailModel):
    """One item of what a case study cost."""

    parent = "case_study"
    case_study = first(TenantForeignKey(CaseStudy, models.CASCADE, help_text="Case study that the cost is from."))
    category = line("What the money went to, such as «software licences».", required=True)
    description = prose("Details of the item, such as «200 seats for one year».")
    amount = exact(
        "Amount in full, not in thousands, in the currency given, from 0, such as «120000».", 15, 2, 0, required=True
    )
    currency = line("Currency of the amount, such as «USD».", default="USD")
    percentage_of_total = exact(
        "Share of the whole investment in percent. From 0 to 100, such as «26.5».", 5, 2, 0, 100
    )

    class Meta(DetailModel.Meta):
        db_table = "case_study_investments"
        default_related_name = "investments"


class CaseStudyResult(DetailModel):
    """A measured result of one case study."""

    parent = "case_study"
    case_study = first(TenantForeignKey(CaseStudy, models.CASCADE, help_text="Case study that the result is from."))
    metric_name = line("What was measured, such as «enquiries answered within a day».", required=True)
    metric_category = line("Group the measure belongs to, such as «efficiency».")
    numeric_value = exact("Result as a number in the unit of measure, such as «85».", 20, 6)
    text_value = line("Result as it is quoted, such as «85% of enquiries».")
    unit_of_measure = line("Unit of the result, such as «percent».")
    measurement_period = line("Time over which it was measured, such as «first 6 months after launch».")

    class Meta(DetailModel.Meta):
        db_table = "case_study_results"
        default_related_name = "results"


class CaseStudyMetric(DetailModel):
    """A measure of one case study before and after the change."""

    parent = "case_study"
    case_study = first(TenantForeignKey(CaseStudy, models.CASCADE, help_text="Case study that the measure is from."))
    metric_name = line("What was measured, such as «time to answer an enquiry».", required=True)
    metric_category = line("Group the measure belongs to, such as «efficiency».")
    before_value = exact("Number before the change, in the unit of measure, such as «5».", 20, 6, label="value before")
    before_text = line("The value before as it is quoted, such as «about 5 days».", label="value before, in words")
    after_value = exact("Number after the change, in the unit of measure, such as «1».", 20, 6, label="value after")
    after_text = line("The value after as it is quoted, such as «within one day».", label="value after, in words")
    improvement_percentage = exact("Improvement in percent, negative if it got worse, such as «80» for 80%.", 8, 2)
    improvement_absolute = exact(
        "Improvement in the unit of measure, negative if it got worse, such as «4».",
        20,
        6,
        label="absolute improvement",
    )
    unit_of_measure = line("Unit of the values, such as «days».")

    class Meta(DetailModel.Meta):
        db_table = "case_study_metrics"
        default_related_name = "metrics"


class StatisticHistory(DetailModel):
    """An earlier value of one statistic."""

    parent = "statistic"
    statistic = first(
        TenantForeignKey(SupportingStatistic, models.CASCADE, help_text="Statistic that the value belongs to.")
    )
    year = whole("Year of the value, such as «2024».", required=True)
    quarter = whole("Quarter of the year. From 1 to 4, such as «2».", 1, 4)
    month = whole("Month of the year. From 1 to 12, such as «6».", 1, 12)
    value = exact("Value as a number in the unit of measure, such as «55».", 20, 6, required=True)
    text_value = line("Value as it is quoted, such as «55% of MSLs».")
    unit_of_measure = line("Unit of the value, such as «percent».")

    class Meta(DetailModel.Meta):
        db_table = "statistic_history"
        default_related_name = "history"

"""How the persona buys: process, triggers, objections, authority."""

from lookups.models import SeverityLevel, TriggerType

from .base import OrderedSectionModel, SingleSectionModel, unique
from .columns import choice, line, lookup, offer, order, prose, whole
from .scales import LEVEL

__all__ = [
    "AdoptionBarrier",
    "BuyingProcess",
    "BuyingTrigger",
    "DecisionAuthority",
    "EvaluationCriterion",
    "Objection",
    "PurchaseInfluencer",
]


class BuyingProcess(SingleSectionModel):
    """The part that the persona plays in a purchase, and how approval works."""

    role_in_purchase = choice(
        "The part that the persona plays when something is bought.",
        "decision_maker influencer gatekeeper user champion",
        label="role in the purchase",
    )
    decision_timeframe = line("Time from first talk to decision, such as «3 to 6 months».")
    typical_budget_range = line("Usual size of a purchase, in USD, such as «50000-150000».")
    approval_process_complexity = choice(
        "How hard it is to get a purchase approved.", "simple moderate complex very_complex"
    )

    class Meta(SingleSectionModel.Meta):
        db_table = "persona_buying_process"
        default_related_name = "buying_process"
        constraints = (unique("persona_buying_process_persona_id_key"),)


class BuyingTrigger(OrderedSectionModel):
    """An event that makes the persona start looking for a solution."""

    trigger_type = lookup("Where the event comes from.", TriggerType)
    trigger_description = prose("What happens, such as «A launch is brought forward by half a year».", required=True)
    urgency_level = choice("How fast the persona must act once it happens.", LEVEL)
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_buying_triggers"
        default_related_name = "buying_triggers"


class Objection(OrderedSectionModel):
    """A reason that the persona gives for saying no, and how to reply."""

    objection_text = line(
        "What the persona says, such as «We cannot check where the answers come from».", required=True
    )
    objection_type = offer("What the objection is really about.", "cost time risk complexity trust change")
    response_strategy = prose("How to reply, such as «Show the source beside every answer».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_objections"
        default_related_name = "objections"


class AdoptionBarrier(OrderedSectionModel):
    """Something that keeps the persona from using AI, and how to ease it."""

    barrier_text = line("What stands in the way, such as «No approved AI tool for medical content».", required=True)
    barrier_type = offer("What kind of obstacle it is.", "technical organizational skill trust budget time")
    severity = lookup("How much it hinders the use of AI.", SeverityLevel, default="medium")
    mitigation_strategy = prose("How to ease it, such as «Run a pilot with the compliance team».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_adoption_barriers"
        default_related_name = "adoption_barriers"


class DecisionAuthority(OrderedSectionModel):
    """An area in which the persona may decide, and the limits of that."""

    decision_area = line("What is decided, such as «Choice of software for the team».", required=True)
    authority_level = choice("How far the persona may decide alone.", "full approval_required recommend_only none")
    budget_limit = line("The most the persona may commit, in USD, such as «50000 per purchase».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_decision_authority"
        default_related_name = "decision_authority"


class PurchaseInfluencer(OrderedSectionModel):
    """Someone who sways what the persona buys, and how strongly."""

    influencer_type = line("What part the influencer plays, such as «Compliance».")
    influencer_name = line("Who it is, by name or job title, such as «Head of IT Security».")
    influence_strength = choice("How strongly the persona is swayed.", "very_strong strong moderate weak")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_purchase_influencers"
        default_related_name = "purchase_influencers"


class EvaluationCriterion(OrderedSectionModel):
    """A test by which the persona judges a solution, and how much it counts."""

    criterion_name = line("The test in a few words, such as «Sources are cited».", required=True)
    criterion_category = choice("Whether a solution can do without it.", "must_have important nice_to_have")
    criterion_description = prose("What passes the test, such as «Every answer links to a peer-reviewed paper».")
    weight = whole("Share of the decision in percent, from 0 to 100, such as «30».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_evaluation_criteria"
        default_related_name = "evaluation_criteria"

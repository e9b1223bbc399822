"""How the persona is reached: channels, formats, sources, groups."""

from lookups.models import FrequencyLevel

from .base import OrderedSectionModel, SingleSectionModel, unique
from .columns import choice, line, lookup, offer, order, prose
from .scales import IMPORTANCE, PREFERENCE

__all__ = [
    "CommunicationPreference",
    "CommunicationStyle",
    "ContentPreference",
    "GroupMembership",
    "InfluencerFollowed",
    "InformationSource",
    "SocialMedia",
    "Touchpoint",
]


class SocialMedia(OrderedSectionModel):
    """A social media platform that the persona uses, and how actively."""

    platform = line("Name of the platform, such as «LinkedIn».", required=True)
    activity_level = choice("How active the persona is there.", "none lurker occasional regular influencer")
    content_focus = line("What the persona reads or posts there, such as «Trial results in oncology».")
    follower_count_range = line("Number of followers as a range, such as «500-1000».", label="number of followers")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_social_media"
        default_related_name = "social_media"


class InformationSource(OrderedSectionModel):
    """A source that the persona learns from, and how far it is trusted."""

    source_name = line("Name of the source, such as «The New England Journal of Medicine».", required=True)
    source_type = offer("What kind of source it is.", "publication website conference peer social_media newsletter")
    frequency = lookup("How often the persona turns to it.", FrequencyLevel, default="often")
    trust_level = offer("How far the persona trusts it.", "low medium high very_high", default="high")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_information_sources"
        default_related_name = "information_sources"


class CommunicationPreference(OrderedSectionModel):
    """A channel for reaching the persona, and how welcome it is."""

    channel = offer(
        "The way of getting in touch that is being judged.", "email phone video in_person chat social", required=True
    )
    preference_level = offer("How welcome contact is this way.", PREFERENCE, default="preferred")
    best_time = line("When to get in touch, such as «Tuesday to Thursday before 9 am».")
    notes = prose("Anything else to know, such as «Answers within a day; no calls on travel days».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_communication_preferences"
        default_related_name = "communication_preferences"


class ContentPreference(OrderedSectionModel):
    """A format of content, and how welcome it is to the persona."""

    content_type = offer(
        "The format that is being judged.", "whitepaper case_study video webinar podcast infographic", required=True
    )
    preference_level = offer("How welcome content is in this format.", PREFERENCE, default="preferred")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_content_preferences"
        default_related_name = "content_preferences"


class CommunicationStyle(SingleSectionModel):
    """How the persona likes to talk, meet and decide."""

    preferred_style = line("Tone that suits the persona, such as «Direct and based on evidence».")
    meeting_length_preference = line(
        "How long a meeting should last, such as «30 minutes».", label="preferred meeting length"
    )
    presentation_style = line("How to present to the persona, such as «Three slides, then questions».")
    decision_pace = choice("How quickly the persona comes to a decision.", "fast moderate deliberate slow")

    class Meta(SingleSectionModel.Meta):
        db_table = "persona_communication_style"
        default_related_name = "communication_style"
        constraints = (unique("persona_communication_style_persona_id_key"),)


class GroupMembership(OrderedSectionModel):
    """A group or community that the persona has joined."""

    group_name = line("Name of the group, such as «MSL Society».", required=True)
    platform = line("Where the group meets, such as «LinkedIn».")
    participation_level = choice("How much the persona takes part.", "very_active active lurker inactive")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_groups_memberships"
        default_related_name = "groups_memberships"


class InfluencerFollowed(OrderedSectionModel):
    """A person or body whose views the persona follows."""

    influencer_name = line("Who is followed, such as «Dr Eric Topol».", required=True)
    influencer_type = line("What kind of voice it is, such as «Key opinion leader».")
    platform = line("Where the persona follows it, such as «LinkedIn».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_influencers_followed"
        default_related_name = "influencers_followed"


class Touchpoint(OrderedSectionModel):
    """An occasion on which the persona meets us, and how much it matters."""

    touchpoint_name = line("The occasion, such as «Quarterly product webinar».", required=True)
    touchpoint_type = line("What kind of contact it is, such as «Event».")
    importance = choice("How much the occasion matters to the persona.", IMPORTANCE)
    frequency = line("How often it takes place, such as «Once a quarter».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_touchpoints"
        default_related_name = "touchpoints"

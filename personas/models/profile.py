"""Who the persona is: tools, training, character, places."""

from lookups.models import FrequencyLevel

from .base import OrderedSectionModel, SectionModel, unique
from .columns import choice, day, exact, key, line, lookup, order, prose, whole, yes_no

__all__ = [
    "Aspiration",
    "Certification",
    "Education",
    "Fear",
    "Metadata",
    "OrganizationType",
    "PersonalityTrait",
    "Publication",
    "Quote",
    "Tag",
    "ToolUsed",
    "TypicalLocation",
    "Value",
]


class ToolUsed(OrderedSectionModel):
    """Software or a system that the persona works with, and how well it serves."""

    tool_name = line("Name of the software or system, such as «Veeva CRM».", required=True)
    tool_category = line("What kind of tool it is, such as «CRM».")
    proficiency_level = choice("How well the persona masters the tool.", "beginner intermediate advanced expert")
    usage_frequency = lookup("How often the persona uses the tool.", FrequencyLevel)
    satisfaction_score = exact("How content the persona is with the tool, from 0 to 5, such as «3.5».", 2, 1, 0, 5)
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_tools_used"
        default_related_name = "tools_used"


class Education(OrderedSectionModel):
    """A degree that the persona holds."""

    degree = line("Name of the degree, such as «PharmD».", required=True)
    field_of_study = line("Subject of the degree, such as «Clinical pharmacology».", required=True, label="subject")
    institution = line("University or school, such as «University of Michigan».", required=True)
    year_completed = whole("Year of the degree, from 1950 to 2030, such as «2012».", 1950, 2030)
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_education"
        default_related_name = "education"


class Certification(OrderedSectionModel):
    """A professional certificate that the persona has earned."""

    certification_name = line(
        "Name of the certificate, such as «Board Certified Medical Affairs Specialist».", required=True
    )
    issuing_organization = line("Who awards the certificate, such as «ACMA».", required=True)
    year_obtained = whole("Year it was earned, from 1950 to 2030, such as «2019».", 1950, 2030)
    expiration_date = day("Day on which it expires, such as «2027-06-30»; empty if it never does.")
    is_current = yes_no("Whether the certificate is valid today.", default=True, label="currently valid")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_certifications"
        default_related_name = "certifications"


class Aspiration(OrderedSectionModel):
    """A career ambition of the persona and how far ahead it lies."""

    aspiration_text = line(
        "What the persona hopes to become or reach, such as «Lead a regional MSL team».", required=True
    )
    timeframe = choice("How far ahead the ambition lies.", "short_term medium_term long_term")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_aspirations"
        default_related_name = "aspirations"


class Publication(OrderedSectionModel):
    """A kind of writing that the persona publishes, with its topic and how often."""

    publication_type = choice(
        "What kind of text is published.", "peer_reviewed blog social_media book whitepaper case_study"
    )
    topic = line("What it is about, such as «Real-world evidence in oncology».", required=True)
    year = whole("Year of publication, such as «2023».")
    frequency_per_year = whole("How many such texts appear in a year, such as «2».", label="number per year")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_publications"
        default_related_name = "publications"


class PersonalityTrait(OrderedSectionModel):
    """A trait of character that shapes how the persona works."""

    trait_name = line("The trait in a word or two, such as «Detail-minded».", required=True)
    trait_description = prose("How the trait shows at work, such as «Checks every citation before sending a reply».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_personality_traits"
        default_related_name = "personality_traits"


class Value(OrderedSectionModel):
    """A belief that guides the choices of the persona."""

    value_name = line("The belief in a word or two, such as «Scientific integrity».", required=True)
    value_description = prose("How the belief guides choices, such as «Will not share data without peer review».")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_values"
        default_related_name = "values"


class Quote(OrderedSectionModel):
    """A saying that captures how the persona thinks and feels."""

    quote_text = prose("The words themselves, such as «I spend more time searching than thinking».", required=True)
    context = line("When or to whom it is said, such as «Talking about literature searches».")
    emotion = line("The feeling behind the words, such as «Frustration».")
    sequence_order = whole("Place in the list, from 1.", label="order")

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_quotes"
        default_related_name = "quotes"


class Fear(OrderedSectionModel):
    """A worry that the persona has about its work, and how likely it is to come true."""

    fear_description = prose(
        "What the persona is afraid of, such as «Giving a doctor outdated safety data».", required=True
    )
    likelihood = choice("How likely it is to come true.", "high medium low")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_fears"
        default_related_name = "fears"


class OrganizationType(OrderedSectionModel):
    """A kind of employer that the persona may work for."""

    organization_type = key("Kind of employer, such as «Global pharmaceutical company».", required=True)
    is_typical = yes_no("Whether most such people work for this kind of employer.", default=False, label="typical")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_organization_types"
        default_related_name = "organization_types"
        constraints = (unique("persona_organization_types_persona_id_organization_type_key", "organization_type"),)


class TypicalLocation(OrderedSectionModel):
    """A place where the persona usually works."""

    location_name = key("Name of the place, such as «Basel, Switzerland».", required=True)
    location_type = choice("What kind of place it is.", "city region country hub")
    is_primary = yes_no("Whether this is the main place of work.", default=False, label="main location")
    sequence_order = order()

    class Meta(OrderedSectionModel.Meta):
        db_table = "persona_typical_locations"
        default_related_name = "typical_locations"
        constraints = (unique("persona_typical_locations_persona_id_location_name_key", "location_name"),)


class Tag(SectionModel):
    """A free label for finding and grouping personas."""

    tag_name = key("The label, such as «oncology».", required=True)
    tag_category = line("What the label is about, such as «Therapeutic area».")

    class Meta(SectionModel.Meta):
        db_table = "persona_tags"
        default_related_name = "tags"
        constraints = (unique("unique_persona_tag", "tag_name"),)


class Metadata(SectionModel):
    """An extra fact about the persona that has no place of its own, as a name and a value."""

    meta_key = key(
        "Name of the fact, used once per persona, such as «preferred_language».",
        required=True,
        label="name of the fact",
    )
    meta_value = prose("What the fact says, such as «German».", required=True, label="value")
    data_type = line("How to read the value, such as «text» or «number».", label="kind of value")

    class Meta(SectionModel.Meta):
        db_table = "persona_metadata"
        default_related_name = "metadata"
        constraints = (unique("unique_persona_metadata", "meta_key"),)

"""Scales that several tables share, and what people read for a code."""

LEVEL = "low medium high critical"
IMPORTANCE = "critical high medium low"
AMOUNT = "very_high high medium low minimal"
INFLUENCE = f"{AMOUNT} none"
LIKELIHOOD = "high medium low none"
QUALITY = "excellent good fair poor"
HEALTH = f"{QUALITY} at_risk"
STRENGTH = "very_strong strong moderate weak very_weak none"
CONFIDENCE = "very_high high medium low very_low"
PREFERENCE = "preferred acceptable avoid"
ACTIVITY = "frequent regular occasional rare never"
ACCESS = "public registration_required subscription purchased proprietary"
VALUE = "revenue referrals expertise access information resources support advocacy innovation efficiency"
QUARTER = "Q1 Q2 Q3 Q4"
PHASE = "beginning mid end"
DAY = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"

# Codes that do not read well as they stand.
LABELS = {
    "1_2_years": "1 to 2 years",
    "3_5_years": "3 to 5 years",
    "5_10_years": "5 to 10 years",
    "10_plus_years": "10 years or more",
    "bi_weekly": "Every two weeks",
    "bi_annual": "Every two years",
    "biannual": "Every two years",
    "semi_annual": "Twice a year",
    "multiple_weekly": "Several times a week",
    "mid_market": "Mid-market",
    "non_profit": "Non-profit",
    "face_to_face": "Face to face",
    "smb": "Small and medium business",
    "under_1_year": "Under 1 year",
}


def label(code: str) -> str:
    """What people read for a code: `very_high` is «Very high»."""
    words = code.replace("_", " ")
    return LABELS.get(code, words[:1].upper() + words[1:])

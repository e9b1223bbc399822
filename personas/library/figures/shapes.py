"""Six outlines for marks, to be told apart without colour."""

from math import cos, pi, sin

# Corners, how far the first is turned from the top, and how much larger it is drawn to look as large as a disc.
OUTLINES = ((0, 0, 1), (4, 1 / 8, 1.22), (3, 0, 1.42), (4, 0, 1.26), (6, 0, 1.1), (3, 1 / 2, 1.42))


def shape(number: int, size: float) -> str:
    """The outline of a mark, 1 to 6, around the point where it stands."""
    corners, turned, larger = OUTLINES[number - 1]
    size = round(size * larger, 1)
    if not corners:
        return f"M-{size},0a{size},{size} 0 1 0 {2 * size},0a{size},{size} 0 1 0 -{2 * size},0z"
    angles = (2 * pi * (corner / corners + turned) - pi / 2 for corner in range(corners))
    return f"M{' '.join(f'{cos(angle) * size:.1f},{sin(angle) * size:.1f}' for angle in angles)}z"


def sits(number: int, size: float) -> float:
    """How far below that point a letter in the mark stands: where a triangle is wide."""
    corners, turned, _ = OUTLINES[number - 1]
    return (size / 4 if not turned else -size / 4) if corners == 3 else 0

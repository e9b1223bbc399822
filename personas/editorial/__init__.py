"""From draft to published: what is asked of a persona, who decides, and what was before."""

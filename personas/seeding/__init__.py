"""From what a team knows of its people to personas in the database: the pipeline, stage by stage."""

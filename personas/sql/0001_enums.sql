-- The six sets of values that never change. personas/enums.py has the same labels in the same order.

-- migrate:up

CREATE TYPE archetype_enum AS ENUM ('AUTOMATOR', 'ORCHESTRATOR', 'LEARNER', 'SKEPTIC');
COMMENT ON TYPE archetype_enum IS
    'AI maturity and kind of work: high/routine, high/strategic, low/routine, low/strategic.';

CREATE TYPE work_pattern_enum AS ENUM ('routine', 'strategic', 'mixed');
COMMENT ON TYPE work_pattern_enum IS 'What sort of work fills most of the week.';

CREATE TYPE service_layer_preference AS ENUM ('ASK_EXPERT', 'ASK_PANEL', 'WORKFLOWS', 'SOLUTION_BUILDER', 'MIXED');
COMMENT ON TYPE service_layer_preference IS 'Kind of AI help, from one expert to integrated solutions.';

CREATE TYPE gen_ai_readiness_level AS ENUM ('beginner', 'developing', 'proficient', 'advanced', 'expert');
COMMENT ON TYPE gen_ai_readiness_level IS 'Ability to work with generative AI, rising.';

CREATE TYPE budget_authority_level AS ENUM ('none', 'limited', 'moderate', 'significant', 'high');
COMMENT ON TYPE budget_authority_level IS 'Up to 0, 10,000, 100,000 and 1,000,000 USD a year, and more.';

CREATE TYPE validation_status AS ENUM ('draft', 'pending_review', 'validated', 'published', 'archived');
COMMENT ON TYPE validation_status IS 'Where a persona stands in review.';

-- migrate:down

DROP TYPE validation_status;
DROP TYPE budget_authority_level;
DROP TYPE gen_ai_readiness_level;
DROP TYPE service_layer_preference;
DROP TYPE work_pattern_enum;
DROP TYPE archetype_enum;

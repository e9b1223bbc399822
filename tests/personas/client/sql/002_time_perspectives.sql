-- The client's document 002, word for word: sections 57 to 59.

CREATE TABLE persona_week_in_life (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    persona_id UUID NOT NULL REFERENCES personas(id) ON DELETE CASCADE,
    tenant_id UUID NOT NULL REFERENCES tenants(id),
    day_of_week TEXT NOT NULL CHECK (day_of_week IN ('Monday','Tuesday','Wednesday','Thursday','Friday','Saturday','Sunday')),
    typical_start_time TIME,
    typical_end_time TIME,
    meeting_load TEXT CHECK (meeting_load IN ('heavy','moderate','light')),
    focus_time_available INTEGER CHECK (focus_time_available >= 0 AND focus_time_available <= 24),
    travel_likelihood TEXT CHECK (travel_likelihood IN ('high','medium','low','none')),
    energy_pattern TEXT CHECK (energy_pattern IN ('high','medium','low')),
    typical_activities TEXT[],
    stakeholder_interactions INTEGER,
    decision_count INTEGER,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    created_by UUID REFERENCES users(id),
    updated_by UUID REFERENCES users(id)
);

CREATE TABLE persona_weekly_milestones (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    persona_id UUID NOT NULL REFERENCES personas(id) ON DELETE CASCADE,
    tenant_id UUID NOT NULL REFERENCES tenants(id),
    milestone_type TEXT NOT NULL,
    milestone_description TEXT NOT NULL,
    week_phase TEXT CHECK (week_phase IN ('early','mid','late')),
    criticality TEXT CHECK (criticality IN ('critical','high','medium','low')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE TABLE persona_weekly_meetings (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    persona_id UUID NOT NULL REFERENCES personas(id) ON DELETE CASCADE,
    tenant_id UUID NOT NULL REFERENCES tenants(id),
    meeting_type TEXT NOT NULL,
    frequency TEXT CHECK (frequency IN ('daily','weekly','bi_weekly','monthly')),
    duration_hours DECIMAL CHECK (duration_hours > 0 AND duration_hours <= 24),
    attendee_count INTEGER CHECK (attendee_count >= 2),
    value_rating INTEGER CHECK (value_rating >= 1 AND value_rating <= 10),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE TABLE persona_month_in_life (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    persona_id UUID NOT NULL REFERENCES personas(id) ON DELETE CASCADE,
    tenant_id UUID NOT NULL REFERENCES tenants(id),
    month_phase TEXT NOT NULL CHECK (month_phase IN ('beginning','mid','end')),
    key_deliverables TEXT[],
    reporting_obligations TEXT[],
    planning_activities TEXT[],
    external_engagements INTEGER CHECK (external_engagements >= 0),
    travel_days INTEGER CHECK (travel_days >= 0 AND travel_days <= 31),
    budget_review_involvement TEXT CHECK (budget_review_involvement IN ('owner','contributor','reviewer','none')),
    performance_review_cycle BOOLEAN DEFAULT false,
    strategic_initiative_time INTEGER CHECK (strategic_initiative_time >= 0),
    crisis_management_likelihood TEXT CHECK (crisis_management_likelihood IN ('high','medium','low','none')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE TABLE persona_monthly_objectives (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    persona_id UUID NOT NULL REFERENCES personas(id) ON DELETE CASCADE,
    tenant_id UUID NOT NULL REFERENCES tenants(id),
    objective_text TEXT NOT NULL,
    success_metric TEXT,
    achievement_rate DECIMAL CHECK (achievement_rate >= 0 AND achievement_rate <= 1),
    carry_forward BOOLEAN DEFAULT false,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE TABLE persona_year_in_life (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    persona_id UUID NOT NULL REFERENCES personas(id) ON DELETE CASCADE,
    tenant_id UUID NOT NULL REFERENCES tenants(id),
    quarter TEXT NOT NULL CHECK (quarter IN ('Q1','Q2','Q3','Q4')),
    quarter_focus TEXT CHECK (quarter_focus IN ('Planning','Execution','Review','Strategy')),
    annual_objectives TEXT[],
    budget_planning_role TEXT CHECK (budget_planning_role IN ('lead','support','input','none')),
    performance_review_timing TEXT,
    conference_attendance INTEGER CHECK (conference_attendance >= 0),
    professional_development_hours INTEGER CHECK (professional_development_hours >= 0),
    vacation_pattern TEXT CHECK (vacation_pattern IN ('distributed','concentrated','minimal')),
    career_milestone_expected TEXT,
    industry_cycle_alignment TEXT CHECK (industry_cycle_alignment IN ('peak_season','planning_season','quiet_period')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

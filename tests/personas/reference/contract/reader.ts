// What a program of a reader may write, and after each @ts-expect-error what it may not.
import type { Archetype, Goal, PersonaDocument, PersonaGoalsRow, PersonasRow, Published } from "./personas";

declare const persona: PersonasRow;
declare const goal: PersonaGoalsRow;

// Never null, and so without a question.
export const name: string = persona.name;
export const id: string = goal.id;
// May be null.
export const tagline: string | null = persona.tagline;
// @ts-expect-error: a text that may be null is no text
export const line: string = persona.tagline;
// @ts-expect-error: an archetype may be null
export const given: Archetype = persona.archetype;
// @ts-expect-error: a number is no text
export const score: string | null = persona.ai_maturity_score;

// Enums and closed lists are complete.
export function said(one: Archetype): string {
  switch (one) {
    case "AUTOMATOR":
    case "ORCHESTRATOR":
    case "LEARNER":
    case "SKEPTIC":
      return one;
  }
}
// @ts-expect-error: no such archetype
export const wizard: Archetype = "WIZARD";
// @ts-expect-error: no such status
export const status: PersonasRow["validation_status"] = "gone";
// @ts-expect-error: a closed list of one column
export const tier: Published["persona_motivations"]["importance"] = "very";
// A vocabulary is open.
export const level: PersonasRow["seniority_level"] = "grand_master";
// @ts-expect-error: but its codes are texts
export const number: PersonasRow["seniority_level"] = 3;
// @ts-expect-error: no such column
export const nothing = persona.nickname;
// @ts-expect-error: no such table
export type Nothing = Published["persona_nicknames"];
// @ts-expect-error: a row has all its columns
export const part: PersonaGoalsRow = { id: "x", goal_text: "y" };
// A view that joins has null where nothing is joined; the count is never null.
export const total: number | null = {} as Published["v_personas_with_vpanes"]["total_score"];
// @ts-expect-error: not every persona has scores
export const sum: number = {} as Published["v_personas_with_vpanes"]["total_score"];
export const count: number = {} as Published["v_archetype_distribution"]["persona_count"];

// In documents keys may be left out, null clears, and comments are free.
export const empty: PersonaDocument = {};
export const cleared: PersonaDocument = { goals: null, core_profile: { tagline: null }, _note: 1, $schema: "x" };
export const exact: PersonaDocument = { vpanes_scoring: { pain: "7.50", needs: 8 } };
export const short: Goal = { goal_text: "Save time", priority: "high" };
// @ts-expect-error: a text that is no number
export const much: PersonaDocument = { vpanes_scoring: { pain: "much" } };
// @ts-expect-error: a list of rows, no row
export const single: PersonaDocument = { goals: { goal_text: "Save time" } };
// @ts-expect-error: a row, no list of rows
export const list: PersonaDocument = { vpanes_scoring: [{ pain: 7 }] };
// @ts-expect-error: no such key
export const key: PersonaDocument = { goals: [{ text: "Save time" }] };
// @ts-expect-error: no such archetype
export const assigned: PersonaDocument = { archetype_assignment: { archetype: "WIZARD" } };

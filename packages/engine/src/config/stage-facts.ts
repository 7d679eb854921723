/** What the expressions of triggers may ask about besides stages, steps and changes. */
export const STAGE_FACTS = ["ci", "branch"] as const;

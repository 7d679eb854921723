import type { LibraryStep } from "@ai-workflow/engine";

/** What a built-in step says of itself: all but its other names, which are in one table, and where its module is. */
export type StepDefinition = Omit<LibraryStep, "module" | "aliases">;

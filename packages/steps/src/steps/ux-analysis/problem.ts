import type { MarkupElement } from "../../markup/element.ts";

/** Something about an element that keeps somebody from using it. */
export interface Problem {
  readonly rule: string;
  readonly message: string;
  readonly suggestion: string;
}

/** Judges one element by itself and what is around and in it. Pure. */
export type ElementRule = (element: MarkupElement, around: readonly MarkupElement[]) => Problem | undefined;

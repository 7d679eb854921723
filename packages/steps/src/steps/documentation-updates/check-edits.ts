import type { LineEdit } from "../../patches/render-patch.ts";

/** An edit as a model proposes it. */
export interface ProposedEdit extends LineEdit {
  readonly file: string;
  /** What the model says stands there. */
  readonly original: string;
  readonly reason: string;
}

/** What is left of a model's edits after looking at each. */
export interface CheckedEdits {
  /** By document, in order, none over another. */
  readonly kept: ReadonlyMap<string, readonly ProposedEdit[]>;
  /** Number of those that cannot be right, by why. */
  readonly dropped: Readonly<Record<string, number>>;
}

/**
 * Keeps the edits of known documents whose original is what stands in those very lines, and that put there what is text. Pure.
 *
 * @param answers - what models answered, valid by the schema of the prompt
 */
export function checkEdits(answers: readonly unknown[], documents: ReadonlyMap<string, string>): CheckedEdits {
  const dropped: Record<string, number> = {};
  const byFile = new Map<string, ProposedEdit[]>();
  for (const edit of answers.flatMap(editsOf)) {
    const why = whyDropped(edit, documents.get(edit.file));
    if (why !== undefined) dropped[why] = (dropped[why] ?? 0) + 1;
    else byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
  }
  const kept = new Map<string, readonly ProposedEdit[]>();
  for (const [file, edits] of byFile) {
    let next = 1;
    const apart = edits
      .toSorted((one, other) => one.startLine - other.startLine)
      .filter(({ startLine, endLine }) => {
        const isApart = startLine >= next;
        if (isApart) next = endLine + 1;
        else dropped["overlapping"] = (dropped["overlapping"] ?? 0) + 1;
        return isApart;
      });
    kept.set(file, apart);
  }
  return { kept, dropped };
}

function editsOf(answer: unknown): readonly ProposedEdit[] {
  if (typeof answer !== "object" || answer === null || !("edits" in answer) || !Array.isArray(answer.edits)) return [];
  return answer.edits as readonly ProposedEdit[];
}

function whyDropped(edit: ProposedEdit, text: string | undefined): string | undefined {
  const { startLine, endLine, original, replacement } = edit;
  if (text === undefined) return "no document that was shown";
  const lines = text.replace(/\n$/, "").split("\n");
  if (!(startLine >= 1 && endLine >= startLine && endLine <= lines.length)) return "lines that are not there";
  const there = plain(lines.slice(startLine - 1, endLine).join("\n"));
  if (plain(original.replace(/\r?\n$/, "")) !== there) return "another text than the one that stands there";
  if (plain(replacement.replace(/\r?\n$/, "")) === there) return "no change";
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(replacement))
    return "control characters";
  // What was taken out before it was sent must not come back as its mark.
  return replacement.includes("«SECRET:") ? "a secret that was replaced" : undefined;
}

function plain(text: string): string {
  return text.replace(/\r/g, "");
}

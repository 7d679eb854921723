import type { NoticeRecord } from "@ai-workflow/profiler";
import type { Preparation } from "../preparation/prepare.ts";

/** What the user should know of how changes were found out. Pure. */
export function noticesOfChanges({
  changeSet,
  hiddenEdits,
}: Pick<Preparation, "changeSet" | "hiddenEdits">): readonly NoticeRecord[] {
  const notices: NoticeRecord[] = [];
  if (!changeSet.known) {
    const message = `what changed is unknown: ${changeSet.message} (${changeSet.remedy})`;
    notices.push({ code: changeSet.code, message });
  }
  if (hiddenEdits.length > 0) {
    const [first = "", ...others] = hiddenEdits;
    const which = others.length === 0 ? first : `${first} and ${others.length} more`;
    const message = `git was told not to look at ${which} (assume-unchanged or skip-worktree), and the content differs: steps count with it, changes do not list it`;
    notices.push({ code: "hidden-edits", message });
  }
  return notices;
}

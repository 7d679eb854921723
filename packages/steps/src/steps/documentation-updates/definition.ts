import type { StepDefinition } from "../../step-definition.ts";

/** Documents that describe changed code. */
export const documentationUpdates: StepDefinition = {
  id: "documentation_updates",
  title: "Documents that no longer match the changed code",
  defaults: {
    stage: "extended_validation",
    needs: ["analyze", "markdown_lint"],
    when: { changed: ["code", "config", "docs", "dependencies"] },
    asks: ["documentation_edits"],
  },
  options: ["apply", "strict", "history", "max_documents"],
  writesWith: { apply: ["**/*.{md,markdown,mdown,mkd,mdx,rst,adoc,asciidoc}"] },
  isIncremental: false,
  importance: { generic: "recommended" },
};

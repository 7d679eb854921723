import { VERSIONED_FILES } from "../../release/versioned-files.ts";
import type { StepDefinition } from "../../step-definition.ts";

/** Raises versions as the repository does it. */
export const versionUpdate: StepDefinition = {
  id: "version_update",
  title: "The next version, and its place in the manifests",
  defaults: {
    stage: "finalisation",
    needs: ["deployment_gate"],
    when: { always: true },
    // Tags and commits are no content of files.
    cache: false,
  },
  options: ["apply", "bump"],
  writesWith: {
    apply: [
      ...VERSIONED_FILES,
      "**/{package-lock,npm-shrinkwrap}.json",
      "**/Cargo.lock",
      "**/CHANGELOG.md",
      ".changeset/**",
    ],
  },
  isIncremental: false,
  importance: { generic: "recommended", documentation: "optional" },
};

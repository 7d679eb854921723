import type { Rule } from "../rule.ts";

/** Dart and Flutter. */
export const DART: readonly Rule[] = [
  { rule: "dart/lock-file", category: "dependencies", generated: true, names: "pubspec.lock" },
  { rule: "dart/manifest", category: "dependencies", names: "pubspec.yaml pubspec_overrides.yaml" },
  { rule: "dart/test-file", category: "tests", extensions: "dart", holds: ({ name }) => name.endsWith("_test.dart") },
  {
    rule: "dart/tool-settings",
    category: "config",
    names: "analysis_options.yaml build.yaml l10n.yaml dart_test.yaml melos.yaml .metadata .flutter-plugins",
  },
  { rule: "dart/source", category: "code", extensions: "dart arb" },
];

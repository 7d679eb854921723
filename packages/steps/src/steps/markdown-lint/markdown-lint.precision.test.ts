import { judgePublishedPackage } from "../../../test/published/judge-published-package.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import lintMarkdown from "./step.ts";

interface Problem extends PublishedCase {
  readonly rule: string;
  readonly line: number;
}

const problem = (from: PublishedCase["from"], file: string, line: number, rule = "no-missing-space-atx"): Problem => ({
  from,
  what: `${file}:${line}`,
  rule,
  line,
});
const lookAlike = (from: PublishedCase["from"], what: string): PublishedCase => ({ from, what });
const fileOf = ({ what }: PublishedCase): string => what.replace(/:\d+$/, "");

// None of these packages says by which rules it is linted, so that only what is surely a mistake may be told.
measurePrecision<Problem, PublishedCase>({
  step: "markdown_lint",
  problems: [
    problem("html5shiv@3.7.3", "readme.md", 10),
    problem("html5shiv@3.7.3", "readme.md", 23),
    problem("html5shiv@3.7.3", "readme.md", 37),
    problem("map-stream@0.1.0", "readme.markdown", 5),
    problem("map-stream@0.1.0", "readme.markdown", 35),
    problem("through@2.3.8", "readme.markdown", 1),
    problem("pg@2.11.1", "README.md", 1),
    problem("pg@4.5.7", "NEWS.md", 28, "no-reversed-links"),
    problem("angular-ui-router@0.2.18", "CONTRIBUTING.md", 25),
    problem("underscore.string@2.4.0", "README.markdown", 735, "no-missing-space-closed-atx"),
    problem("chai@1.9.1", "CONTRIBUTING.md", 22, "no-empty-links"),
    problem("enquirer@2.4.1", "README.md", 1282, "table-column-count"),
    problem("slick-carousel@1.8.1", "README.markdown", 228, "table-column-count"),
    problem("bull@2.0.0", "README.md", 5, "no-empty-links"),
    problem("bull@2.0.0", "README.md", 268),
    problem("bull@2.0.0", "README.md", 719),
    problem("cucumber@0.4.0", "CONTRIBUTE.md", 98, "no-space-in-emphasis"),
    problem("htmlparser2@3.7.2", "README.md", 7),
    problem("gm@1.16.0", "README.md", 482),
    problem("event-stream@3.1.5", "readme.markdown", 27),
    problem("apn@1.5.2", "doc/Migration.markdown", 32),
    problem("node-gcm@0.9.12", "README.md", 9),
    problem("fast-csv@0.4.1", "README.md", 518),
    problem("almond@0.2.9", "README.md", 1),
  ],
  lookAlikes: [
    // Lines that begin with `#` and are an include, a shebang, a selector, a comment or a tag.
    lookAlike("react-native-video@0.9.0", "README.md"),
    lookAlike("commander@2.0.0", "Readme.md"),
    lookAlike("optimist@0.6.1", "readme.markdown"),
    lookAlike("node-gyp@10.2.0", "gyp/docs/Testing.md"),
    lookAlike("jade@1.3.1", "Readme_zh-cn.md"),
    lookAlike("jade@1.3.1", "jade-language.md"),
    lookAlike("react-native-maps@0.21.0", "README.md"),
    lookAlike("react-native-maps@0.21.0", "docs/installation.md"),
    lookAlike("react-native-camera@1.1.4", "README.md"),
    // Round brackets before square ones: badges, indices, expressions.
    lookAlike("forever@0.15.3", "README.md"),
    lookAlike("nano@5.10.0", "README.md"),
    lookAlike("winston@2.4.0", "README.md"),
    lookAlike("react-native-camera@1.1.4", "docs/Recipes.md"),
    lookAlike("react-native-vector-icons@6.6.0", "README.md"),
    lookAlike("picomatch@2.3.2", "README.md"),
    // Stars and underscores with spaces beside them: letters drawn with signs, lists of two stars, emphasis in lists of stars.
    lookAlike("backbone@1.0.0", "README.md"),
    lookAlike("vue-js-modal@2.0.1", "docs/Installation.md"),
    lookAlike("forever-monitor@1.2.3", "README.md"),
    lookAlike("bookshelf@0.6.12", "README.md"),
    lookAlike("pem@1.14.8", "README.md"),
    lookAlike("express@3.4.8", "History.md"),
    lookAlike("zombie@2.5.1", "CHANGELOG.md"),
    lookAlike("node-gyp@10.2.0", "CHANGELOG.md"),
  ],
  async judge(one, folder) {
    const findings = await judgePublishedPackage("markdown_lint", lintMarkdown, folder);
    return findings.filter(({ file }) => file === fileOf(one));
  },
  tells: ({ rule, line }, findings) => findings.some((one) => one.rule === rule && one.line === line),
});

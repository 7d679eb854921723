import { judgePublishedPackage } from "../../../test/published/judge-published-package.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import checkConsistency from "./step.ts";

interface Problem extends PublishedCase {
  readonly rule: string;
  readonly line: number;
}

const problem = (from: PublishedCase["from"], file: string, rule: string, line: number): Problem => ({
  from,
  what: `${file}:${line}`,
  rule,
  line,
});
const lookAlike = (from: PublishedCase["from"], what: string): PublishedCase => ({ from, what });
const fileOf = ({ what }: PublishedCase): string => what.replace(/:\d+$/, "");

/** Packages leave files of their repositories out, so that no link to a file that is not there is a mistake. */
const OF_WHAT_IS_LEFT_OUT = ["dead-link", "dead-image", "link-case"];

measurePrecision<Problem, PublishedCase>({
  step: "consistency",
  problems: [
    problem("winston@0.6.2", "README.md", "broken-sample", 198),
    problem("winston@0.6.2", "README.md", "broken-sample", 520),
    problem("winston@0.6.2", "docs/transports.md", "dead-anchor", 11),
    problem("nodemailer@0.7.1", "README.md", "broken-sample", 911),
    problem("socket.io@0.9.19", "Readme.md", "broken-sample", 163),
    problem("zombie@2.5.1", "README.md", "dead-anchor", 194),
    problem("zombie@2.5.1", "README.md", "dead-anchor", 195),
    problem("zombie@2.5.1", "README.md", "broken-sample", 558),
    problem("async@0.9.2", "README.md", "dead-anchor", 141),
    problem("async@0.9.2", "README.md", "dead-anchor", 143),
    problem("underscore.string@2.4.0", "README.markdown", "undefined-label", 95),
    problem("bunyan@0.23.1", "README.md", "dead-anchor", 53),
    problem("prompt@0.2.13", "README.md", "broken-sample", 112),
    problem("request@2.34.0", "README.md", "broken-sample", 116),
    problem("natural@0.1.28", "README.md", "broken-sample", 187),
    problem("nock@0.34.1", "README.md", "broken-sample", 279),
    problem("nock@0.34.1", "README.md", "broken-sample", 587),
    problem("through2@0.4.1", "README.md", "broken-sample", 92),
    problem("forever-monitor@1.2.3", "README.md", "broken-sample", 46),
    problem("hexo-util@2.7.0", "README.md", "broken-sample", 265),
    problem("hexo-util@2.7.0", "README.md", "dead-anchor", 689),
    problem("fast-json-stringify@5.16.1", "README.md", "broken-sample", 645),
    problem("ioredis@2.0.0", "README.md", "dead-anchor", 122),
    problem("ioredis@2.0.0", "README.md", "dead-anchor", 187),
    problem("picomatch@2.3.2", "README.md", "dead-anchor", 505),
    problem("fastq@1.17.1", "README.md", "dead-anchor", 24),
    problem("oauth@0.10.0", "Readme.md", "broken-sample", 76),
  ],
  lookAlikes: [
    // A guide that shows bad code beside good, and marks spaces by dots.
    lookAlike("web3@0.20.7", "styleguide.md"),
    // Parameters written down in blocks of JavaScript, and what is left out by three lines of one dot each.
    lookAlike("bull@2.0.0", "README.md"),
    // Placeholders in angle brackets amid code.
    lookAlike("bunyan@1.8.15", "README.md"),
    // A heading and a request listener in square brackets.
    lookAlike("spdy@4.0.2", "README.md"),
    // Links of all-contributors, which lead nowhere on purpose.
    lookAlike("fast-check@4.10.2", "README.md"),
    // What a program prints, below its code; a value to be filled in.
    lookAlike("fast-uri@3.0.6", "README.md"),
    lookAlike("protobufjs@7.6.6", "ext/descriptor/README.md"),
    // An element of a list with its comma.
    lookAlike("react-native-vector-icons@6.6.0", "README.md"),
    // Anchors that a program wrote, with names in HTML.
    lookAlike("ioredis@2.0.0", "API.md"),
    // Contents of dozens of entries with dots, brackets and signs in their headings.
    lookAlike("director@1.2.3", "README.md"),
    lookAlike("levelup@0.18.4", "README.md"),
    lookAlike("async@0.1.22", "README.md"),
    lookAlike("avvio@8.4.0", "README.md"),
    lookAlike("sift@17.1.3", "README.md"),
    lookAlike("jade@1.3.1", "Readme_zh-cn.md"),
    lookAlike("reselect@4.1.8", "README.md"),
    lookAlike("unistore@3.5.2", "README.md"),
    lookAlike("superagent@8.1.2", "README.md"),
    // Dozens of samples of expressions, results, members and JSX.
    lookAlike("winston@2.4.0", "README.md"),
    lookAlike("should@3.3.1", "Readme.md"),
    lookAlike("cheerio@0.13.1", "Readme.md"),
    lookAlike("q@1.0.1", "README.md"),
    lookAlike("mysql@2.1.1", "Readme.md"),
    lookAlike("redux-thunk@2.4.2", "README.md"),
    lookAlike("jsonwebtoken@9.0.2", "README.md"),
  ],
  async judge(one, folder) {
    const findings = await judgePublishedPackage("consistency", checkConsistency, folder);
    return findings.filter(({ rule, file }) => file === fileOf(one) && !OF_WHAT_IS_LEFT_OUT.includes(rule));
  },
  tells: ({ rule, line }, findings) => findings.some((one) => one.rule === rule && one.line === line),
});

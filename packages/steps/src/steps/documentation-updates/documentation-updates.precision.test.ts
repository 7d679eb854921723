import { cpSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { Finding } from "@ai-workflow/engine";
import { createStepRepository } from "../../../test/step-repository.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import { unpackPublished, type PublishedPackage } from "../../../test/published/published-packages.ts";
import checkDocuments from "./step.ts";

/** A line of a document of a version, put onto an earlier version. */
interface Place extends PublishedCase {
  readonly before: PublishedPackage;
  readonly file: string;
  readonly line: number;
}

const at = (before: PublishedPackage, from: PublishedPackage, file: string, line: number): Place => {
  return { before, from, what: `${file}:${line}`, file, line };
};

const judged = new Map<string, Promise<readonly Finding[]>>();

function judgeChange(before: string, after: string): Promise<readonly Finding[]> {
  const key = `${before} ${after}`;
  const findings = judged.get(key) ?? judge(before, after);
  judged.set(key, findings);
  return findings;
}

/** What is found in a repository whose last commit is the one package and whose work tree is the other. */
async function judge(before: string, after: string): Promise<readonly Finding[]> {
  const repository = createStepRepository();
  try {
    cpSync(before, repository.directory, { recursive: true });
    repository.commit();
    for (const name of readdirSync(repository.directory)) {
      if (name !== ".git") rmSync(path.join(repository.directory, name), { recursive: true });
    }
    cpSync(after, repository.directory, { recursive: true });
    return (await repository.run("documentation_updates", checkDocuments)).findings;
  } finally {
    repository.close();
  }
}

measurePrecision<Place, Place>({
  step: "documentation_updates",
  // Popular packages keep what they publish in step: the README says what was looked through.
  atLeastProblems: 7,
  problems: [
    at("mineflayer@2.41.0", "mineflayer@4.20.0", "docs/br/api_br.md", 1731),
    at("mineflayer@2.41.0", "mineflayer@4.20.0", "docs/es/api_es.md", 1742),
    at("mineflayer@2.41.0", "mineflayer@4.20.0", "docs/es/api_es.md", 1853),
    at("mineflayer@2.41.0", "mineflayer@4.20.0", "docs/zh/api.md", 1825),
    at("mineflayer@2.41.0", "mineflayer@4.20.0", "docs/zh/api.md", 1943),
    at("zombie@1.4.1", "zombie@2.5.1", "doc/API.md", 454),
    at("fastify@2.15.3", "fastify@4.10.2", "docs/Reference/Validation-and-Serialization.md", 510),
  ],
  lookAlikes: [
    // A variable that platforms set, in samples of what users write.
    at("fastify@2.15.3", "fastify@4.10.2", "docs/Guides/Serverless.md", 410),
    at("fastify@2.15.3", "fastify@4.10.2", "docs/Reference/Server.md", 424),
    at("fastify@2.15.3", "fastify@4.10.2", "docs/Guides/Delay-Accepting-Requests.md", 475),
    // What was, told as such, and functions of the samples themselves.
    at("apn@1.5.2", "apn@2.2.0", "doc/whats-new.markdown", 19),
    at("apn@1.5.2", "apn@2.2.0", "doc/whats-new.markdown", 35),
    at("apn@1.5.2", "apn@2.2.0", "doc/whats-new.markdown", 50),
    // Declared, read or made in another way than before.
    at("mineflayer@2.41.0", "mineflayer@4.20.0", "docs/api.md", 910),
    at("mineflayer@2.41.0", "mineflayer@4.20.0", "docs/api.md", 1164),
    at("mineflayer@2.41.0", "mineflayer@4.20.0", "docs/api.md", 1244),
    at("mineflayer@2.41.0", "mineflayer@4.20.0", "docs/api.md", 1525),
    at("mineflayer@2.41.0", "mineflayer@4.20.0", "docs/ru/api_ru.md", 742),
    at("bunyan@0.23.1", "bunyan@1.8.15", "README.md", 241),
    at("winston@0.6.2", "winston@2.4.0", "README.md", 329),
    at("ioredis@2.0.0", "ioredis@5.3.2", "README.md", 1059),
    at("cheerio@0.13.1", "cheerio@0.22.0", "Readme.md", 163),
    at("nano@5.10.0", "nano@10.1.3", "README.md", 493),
    at("nock@0.34.1", "nock@9.6.1", "README.md", 723),
    at("zombie@1.4.1", "zombie@2.5.1", "README.md", 288),
    at("zombie@1.4.1", "zombie@2.5.1", "README.md", 329),
    at("zombie@1.4.1", "zombie@2.5.1", "doc/API.md", 458),
    // Names of events, of browsers, and of assertions that are made by their texts.
    at("zombie@2.5.1", "zombie@4.3.0", "README.md", 299),
    at("zombie@2.5.1", "zombie@4.3.0", "README.md", 548),
    at("zombie@2.5.1", "zombie@4.3.0", "README.md", 803),
    at("zombie@2.5.1", "zombie@4.3.0", "README.md", 857),
  ],
  async judge({ before, file, line }, folder) {
    const folders = await unpackPublished([before]);
    const findings = await judgeChange(folders[before] ?? "", folder);
    return findings.filter((finding) => finding.file === file && finding.line === line);
  },
  tells: (_, findings) => findings.some(({ rule }) => rule === "removed-name"),
});

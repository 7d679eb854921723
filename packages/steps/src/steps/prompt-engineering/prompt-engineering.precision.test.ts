import path from "node:path";
import { createStepRepository } from "../../../test/step-repository.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import { readPublished } from "../../../test/published/published-packages.ts";
import judgePrompts from "./step.ts";

/** A prompt of a package, in the folder in which its users put it. */
interface Prompt extends PublishedCase {
  readonly file: string;
  readonly folder: string;
}

interface Problem extends Prompt {
  readonly rule: string;
  readonly line: number;
}

const prompt = (from: PublishedCase["from"], file: string, folder = "prompts"): Prompt => {
  return { from, what: file, file, folder };
};
const problem = (from: PublishedCase["from"], file: string, line: number, rule = "undelimited-input"): Problem => {
  return { ...prompt(from, file), what: `${file}:${line}`, rule, line };
};

measurePrecision<Problem, Prompt>({
  step: "prompt_engineering",
  problems: [
    // Commits, which anybody may have written, before what is to be done with them.
    problem("superclaude@1.0.3", "prompts/annotation.md", 3),
    problem("superclaude@1.0.3", "prompts/annotation.md", 7),
    problem("superclaude@1.0.3", "prompts/changelog.md", 3),
    problem("superclaude@1.0.3", "prompts/daily-changelog.md", 3),
    problem("superclaude@1.0.3", "prompts/weekly-changelog.md", 3),
    problem("superclaude@1.0.3", "prompts/monthly-changelog.md", 3),
    // Messages of strangers in a chat, with a label and no end, before instructions.
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/add_contact.txt", 7),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/add_contact.txt", 10),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/extract_secret_operation.txt", 18),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/extract_secret_request.txt", 10),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/extract_secrets.txt", 15),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/post_action_decision.txt", 7),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/remove_contact.txt", 7),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/schedule_follow_up.txt", 7),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/search_contacts.txt", 7),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/should_follow_room.txt", 7),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/should_mute_room.txt", 7),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/should_unfollow_room.txt", 7),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/update_contact.txt", 7),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/update_role.txt", 10),
    problem("@elizaos/prompts@2.0.0-alpha.537", "prompts/update_role.txt", 13),
    // Instructions that take a tenth of what many models can read, in every request.
    problem("@nextsparkjs/ai-workflow@0.1.0-beta.127", "claude/agents/qa-automation.md", 1, "long-prompt"),
    problem("@nextsparkjs/ai-workflow@0.1.0-beta.127", "claude/agents/architecture-supervisor.md", 1, "long-prompt"),
    problem("@nextsparkjs/ai-workflow@0.1.0-beta.127", "claude/agents/code-reviewer.md", 1, "long-prompt"),
  ],
  lookAlikes: [
    // Text of strangers as a message by itself, with nothing but names beside it.
    prompt("@genkit-ai/evaluator@1.42.0", "prompts/answer_relevancy.prompt"),
    prompt("@genkit-ai/evaluator@1.42.0", "prompts/faithfulness_long_form.prompt"),
    prompt("@genkit-ai/evaluator@1.42.0", "prompts/faithfulness_nli.prompt"),
    prompt("@genkit-ai/evaluator@1.42.0", "prompts/maliciousness.prompt"),
    // In a section of its own, in quotes, and below headings.
    prompt("@genkit-ai/evaluator@1.42.0", "prompts/answer_accuracy.prompt"),
    prompt("@elizaos/prompts@2.0.0-alpha.537", "prompts/message_classifier.txt"),
    prompt("@elizaos/prompts@2.0.0-alpha.537", "prompts/image_generation.txt"),
    prompt("@elizaos/prompts@2.0.0-alpha.537", "prompts/initial_summarization.txt"),
    prompt("@elizaos/prompts@2.0.0-alpha.537", "prompts/long_term_extraction.txt"),
    prompt("@elizaos/prompts@2.0.0-alpha.537", "prompts/update_summarization.txt"),
    // What the program itself fills in.
    prompt("@elizaos/prompts@2.0.0-alpha.537", "prompts/choose_option.txt"),
    prompt("@elizaos/prompts@2.0.0-alpha.537", "prompts/update_settings.txt"),
    prompt("@elizaos/prompts@2.0.0-alpha.537", "prompts/post_creation.txt"),
    prompt("@elizaos/prompts@2.0.0-alpha.537", "prompts/reply.txt"),
    prompt("superclaude@1.0.3", "prompts/commit.md"),
    // Commands of developers, who ask themselves.
    prompt("@nextsparkjs/ai-workflow@0.1.0-beta.127", "claude/commands/do/create-api.md", ".claude/commands"),
    prompt("@nextsparkjs/ai-workflow@0.1.0-beta.127", "claude/commands/do/sync-code-review.md", ".claude/commands"),
    prompt("@nextsparkjs/ai-workflow@0.1.0-beta.127", "claude/commands/do/use-skills.md", ".claude/commands"),
    prompt("@nextsparkjs/ai-workflow@0.1.0-beta.127", "claude/agents/product-manager.md", ".claude/agents"),
    // A placeholder that goes on over several lines, and dozens of them within templates and samples.
    prompt("bmad-method@6.12.0", "src/bmm-skills/v6-shims/bmad-create-story/checklist.md"),
    prompt("bmad-method@6.12.0", "src/bmm-skills/v6-shims/bmad-create-story/SKILL.md"),
    prompt("bmad-method@6.12.0", "src/bmm-skills/ship/bmad-code-review/review-prompts/edge-case-hunter.md"),
    // A list of placeholders that are told of, with words in Japanese.
    prompt("ai-custom-template-prompt@0.5.4", "templates/cursor/commands/update-readme.md"),
  ],
  async judge({ file, folder: place }, folder) {
    const repository = createStepRepository({ [`${place}/${path.basename(file)}`]: readPublished(folder, file) });
    try {
      return (await repository.run("prompt_engineering", judgePrompts)).findings;
    } finally {
      repository.close();
    }
  },
  tells: ({ rule, line }, findings) => findings.some((one) => one.rule === rule && one.line === line),
});

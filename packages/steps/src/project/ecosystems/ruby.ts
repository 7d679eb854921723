import type { EcosystemFacts, EcosystemReader, FoundCommand } from "../ecosystem-reader.ts";
import { isForeign, type Folder } from "../folder.ts";
import { shellWord } from "../shell-word.ts";

/** Gems and programs in Ruby. */
export const ruby: EcosystemReader = {
  ecosystem: "ruby",
  isManifest: (name) => name === "Gemfile" || name === "Rakefile" || name.endsWith(".gemspec"),
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  const gemspec = folder.files.find((file) => /^[^/]+\.gemspec$/.test(file));
  const manifest = folder.first("Gemfile") ?? gemspec ?? "Rakefile";
  const declared = `${folder.text("Gemfile")}\n${gemspec === undefined ? "" : folder.text(gemspec)}`;
  const dependencies = new Set(
    [...declared.matchAll(/^\s*(?:gem|\w+\.add_(?:development_|runtime_)?dependency)[\s(]+["']([\w.-]+)["']/gm)].map(
      ([, name = ""]) => name,
    ),
  );
  const prefix = folder.has("Gemfile") ? "bundle exec " : "";
  return {
    packageManagers: folder.has("Gemfile")
      ? [{ name: "bundler", file: folder.first("Gemfile.lock") ?? "Gemfile" }]
      : [],
    packages: [{ file: manifest, dependencies }],
    commands: [...tests(folder, prefix), ...others(folder, dependencies, { prefix, gemspec })],
  };
}

function tests(folder: Folder, prefix: string): readonly FoundCommand[] {
  const own = folder.files.filter((file) => !isForeign(file));
  const commands: FoundCommand[] = [];
  const spec = folder.first(".rspec") ?? own.find((file) => /^spec\/.+_spec\.rb$/.test(file));
  const test = own.find((file) => /^test\/(?:.+\/)?(?:test_[^/]+|[^/]+_test)\.rb$/.test(file));
  const rakefile = folder.first("Rakefile");
  const rake = folder.text(rakefile ?? "");
  if (spec !== undefined) {
    const command = `${prefix}rspec`;
    commands.push({
      purpose: "test",
      command,
      file: spec,
      because: "it is read by RSpec",
      runner: "rspec",
      withArguments: command,
    });
  } else if (folder.has("bin/rails") && test !== undefined) {
    commands.push({
      purpose: "test",
      command: "ruby bin/rails test",
      file: "bin/rails",
      because: "it is how Rails is told",
      runner: "minitest",
      withArguments: "ruby bin/rails test",
    });
  } else if (rakefile !== undefined && /Rake::TestTask|Minitest::TestTask|task\s*[(:]?\s*:?["']?test\b/.test(rake)) {
    commands.push({
      purpose: "test",
      command: `${prefix}rake test`,
      file: rakefile,
      because: 'its task "test"',
      isNamed: true,
      runner: "minitest",
    });
  } else if (test !== undefined) {
    const command = `${prefix}ruby -Ilib -Itest -e 'Dir.glob("./test/**/{test_*,*_test}.rb") { |file| require file }'`;
    commands.push({ purpose: "test", command, file: test, because: "it holds tests", runner: "minitest" });
  }
  return commands;
}

function others(
  folder: Folder,
  dependencies: ReadonlySet<string>,
  { prefix, gemspec }: { readonly prefix: string; readonly gemspec: string | undefined },
): readonly FoundCommand[] {
  const commands: FoundCommand[] = [];
  if (folder.has(".rubocop.yml")) {
    commands.push({
      purpose: "lint",
      command: `${prefix}rubocop`,
      file: ".rubocop.yml",
      because: "it configures RuboCop",
    });
  } else if (dependencies.has("standard")) {
    commands.push({
      purpose: "lint",
      command: `${prefix}standardrb`,
      file: folder.first("Gemfile") ?? gemspec ?? "Gemfile",
      because: "it names the gem standard",
    });
  }
  if (folder.has("sorbet/config")) {
    commands.push({
      purpose: "type-check",
      command: `${prefix}srb tc`,
      file: "sorbet/config",
      because: "it configures Sorbet",
    });
  } else if (folder.has("Steepfile")) {
    commands.push({
      purpose: "type-check",
      command: `${prefix}steep check`,
      file: "Steepfile",
      because: "it configures Steep",
    });
  }
  if (gemspec !== undefined) {
    commands.push({
      purpose: "build",
      command: `gem build ${shellWord(gemspec)}`,
      file: gemspec,
      because: "it describes a gem",
    });
  }
  return commands;
}

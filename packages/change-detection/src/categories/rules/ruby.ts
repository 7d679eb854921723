import type { Rule } from "../rule.ts";

/** Ruby and Crystal. */
export const RUBY: readonly Rule[] = [
  { rule: "ruby/lock-file", category: "dependencies", generated: true, names: "gemfile.lock gems.locked shard.lock" },
  {
    rule: "ruby/manifest",
    category: "dependencies",
    names:
      "gemfile gems.rb shard.yml shard.override.yml appraisals appraisal.root.gemfile berksfile berksfile.lock puppetfile cheffile",
    extensions: "gemspec gemfile",
  },
  {
    rule: "ruby/manifest-of-variant",
    category: "dependencies",
    folders: "gemfiles",
    holds: ({ name }) => name.includes("gemfile"),
  },
  {
    rule: "ruby/test-file",
    category: "tests",
    extensions: "rb cr feature",
    holds: ({ name, folders }) =>
      /_(?:test|spec)\.(?:rb|cr)$|^(?:spec|test|rails)_helper\.rb$/.test(name) ||
      (/^test_\w+\.rb$/.test(name) && !folders.includes("lib")),
  },
  {
    rule: "ruby/tool-settings",
    category: "config",
    names:
      "rakefile guardfile capfile procfile procfile.dev config.ru thorfile steepfile puma.rb unicorn.rb brakeman.ignore vagrantfile",
    extensions: "rake",
    holds: ({ extension, folders, name }) =>
      extension !== "rake" && (!/^(?:puma|unicorn)\.rb$/.test(name) || folders.includes("config")),
  },
  {
    rule: "ruby/rails-settings",
    category: "config",
    extensions: "rb",
    holds: ({ path }) =>
      /(?:^|\/)config\/(?:application|boot|environment|puma|importmap|deploy|spring|cable|storage|(?:environments|initializers)\/[^/]+|deploy\/[^/]+)\.rb$/.test(
        path,
      ),
  },
  {
    rule: "ruby/source",
    category: "code",
    extensions: "rb cr ecr erb rake ru haml slim rhtml rjs jbuilder builder rabl prawn rbs rbi rbw",
  },
];

import type { Rule } from "../rule.ts";

/** PHP. */
export const PHP: readonly Rule[] = [
  { rule: "php/lock-file", category: "dependencies", generated: true, names: "composer.lock symfony.lock" },
  { rule: "php/manifest", category: "dependencies", names: "composer.json phive.xml" },
  {
    rule: "php/installed-packages",
    category: "dependencies",
    folders: "vendor",
    holds: ({ path, name }) =>
      /(?:^|\/)vendor\/(?:autoload\.php$|composer\/)/.test(path) && !/^(?:licen[cs]e|readme)/.test(name),
  },
  {
    rule: "php/test-file",
    category: "tests",
    extensions: "php phpt",
    holds: ({ extension, exactName }) =>
      extension === "phpt" || /[a-z0-9](?:Tests?|TestCase|Cest|Spec)\.php$/.test(exactName),
  },
  {
    rule: "php/tool-settings",
    category: "config",
    names:
      "phpunit.xml phpcs.xml phpstan.neon phpmd.xml psalm.xml psalm-baseline.xml phpstan-baseline.neon infection.json infection.json5 rector.php ecs.php " +
      "grumphp.yml codeception.yml behat.yml phpspec.yml phpbench.json box.json php.ini captainhook.json deptrac.yaml pint.json castor.php monorepo-builder.php scoper.inc.php",
    extensions: "neon",
  },
  {
    rule: "php/framework-settings",
    category: "config",
    extensions: "php",
    // config/app.php of Laravel, config/bundles.php and config/packages/*.php of Symfony
    holds: ({ folders }) =>
      folders.at(-1) === "config" && folders.length <= 3 && !folders.includes("src") && !folders.includes("database"),
  },
  {
    rule: "php/source",
    category: "code",
    extensions: "php php3 php4 php5 phtml inc twig latte tpl module theme install hack hh",
  },
];

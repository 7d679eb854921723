import type { Rule } from "../rule.ts";

const PACKAGING_FOLDERS =
  /^(?:packaging|packages?|pkgs?|dist|distros?|distribution|contrib|build|deb|dpkg|extras?|support|linux|scripts|installer|release)$/;

/** Docker, Terraform, Ansible, Kubernetes, Helm, Nix and the package formats of operating systems. */
export const INFRASTRUCTURE: readonly Rule[] = [
  {
    rule: "infrastructure/lock-file",
    category: "dependencies",
    generated: true,
    names:
      "flake.lock .terraform.lock.hcl chart.lock requirements.lock helmfile.lock mise.lock devbox.lock brewfile.lock.json devenv.lock npins.json pulumi.lock vendir.lock.yml jsonnetfile.lock.json devcontainer-lock.json",
  },
  {
    rule: "infrastructure/manifest",
    category: "dependencies",
    names:
      "chart.yaml chart.yml flake.nix brewfile devenv.yaml deps.nix jsonnetfile.json vendir.yml aqua.yaml aqua.yml galaxy.yml",
  },
  {
    rule: "infrastructure/manifest",
    category: "dependencies",
    names: "requirements.yml requirements.yaml sources.json",
    // The roles of Ansible and the charts of Helm 2; pinned sources of niv and npins
    holds: ({ name, folders }) => name !== "sources.json" || /^(?:nix|npins)$/.test(folders.at(-1) ?? ""),
  },
  {
    rule: "ansible/scenario",
    category: "tests",
    folders: "molecule",
    holds: ({ extension, name }) => extension !== "md" && extension !== "rst" && name !== "requirements.yml",
  },
  // Values for chart-testing
  {
    rule: "helm/test-values",
    category: "tests",
    extensions: "yaml",
    strength: "ci",
    folders: "ci",
    holds: ({ folders, name }) => folders.length > 1 && folders.at(-1) === "ci" && name.endsWith("values.yaml"),
  },
  {
    rule: "terraform/test-file",
    category: "tests",
    extensions: "hcl json",
    holds: ({ name }) => /\.tftest\.(?:hcl|json)$/.test(name),
  },
  { rule: "policy/test-file", category: "tests", extensions: "rego", holds: ({ name }) => name.endsWith("_test.rego") },
  {
    rule: "ansible/playbook",
    category: "code",
    strength: "config",
    extensions: "yml yaml",
    // Tasks are the program of a role; defaults/ and vars/ are its settings.
    holds: ({ name, folders }) =>
      folders.some((folder) => /^(?:tasks|handlers|(?:\w+_)?playbooks?)$/.test(folder)) ||
      /^(?:playbook|site)(?:[-_][\w-]+)?\.ya?ml$/.test(name),
  },
  {
    rule: "helm/template",
    category: "code",
    strength: "config",
    extensions: "yaml yml tpl txt",
    holds: ({ folders, name, extension }) =>
      folders.includes("templates") &&
      !folders.some((folder) => folder.startsWith(".")) &&
      (extension !== "txt" || name === "notes.txt"),
  },
  {
    rule: "docker/build-list",
    category: "config",
    names:
      "dockerfile containerfile compose.yml compose.yaml docker-compose.yml docker-compose.yaml docker-bake.hcl docker-bake.json",
    extensions: "dockerfile containerfile",
  },
  {
    rule: "nix/build-list",
    category: "config",
    extensions: "nix",
    // What builds a project of another language; in a project of Nix the files are its programs.
    holds: ({ folders, name }) =>
      /^(?:nix|\.nix)$/.test(folders[0] ?? "") ||
      (folders.length === 0 &&
        /^(?:default|shell|release|overlay|ci|devshell|flake-compat|docker|treefmt)\.nix$/.test(name)),
  },
  {
    rule: "infrastructure/settings",
    category: "config",
    names:
      "vagrantfile tiltfile skaffold.yaml kustomization.yaml kustomization.yml helmfile.yaml helmfile.yml values.yaml terragrunt.hcl ansible.cfg inventory hosts " +
      "pulumi.yaml serverless.yml serverless.yaml template.yaml samconfig.toml cdk.json fly.toml render.yaml heroku.yml railway.json railway.toml nixpacks.toml " +
      "app.yaml crontab nginx.conf caddyfile haproxy.cfg prometheus.yml earthfile garden.yml devbox.json devenv.nix pkgbuild apkbuild snapcraft.yaml shell.nix",
    extensions: "tfvars tfbackend service timer socket target mount spec desktop hcl nomad rules apparmor te",
  },
  {
    rule: "docker/build-list",
    category: "config",
    extensions: "yaml yml override",
    holds: ({ name }) => /^(?:docker-)?compose[-.]/.test(name),
  },
  {
    rule: "infrastructure/settings",
    category: "config",
    extensions: "yaml yml",
    holds: ({ name }) => /^values[-.][\w.-]+\.ya?ml$/.test(name),
  },
  {
    rule: "infrastructure/settings",
    category: "config",
    folders: "debian",
    // control, rules, watch, source/format, x.install; its change log and copyright are prose
    holds: ({ name, extension, folders }) =>
      (folders[0] === "debian" || PACKAGING_FOLDERS.test(folders[folders.indexOf("debian") - 1] ?? "")) &&
      !/^(?:copyright|changelog)/.test(name) &&
      !/^(?:patch|sh|py|pl|rb|js|c|go)$/.test(extension),
  },
  {
    rule: "infrastructure/package-script",
    category: "config",
    names: "preinst postinst prerm postrm preinstall postinstall preremove postremove",
    holds: ({ folders }) => !/^(?:scripts?|bin|tools?)$/.test(folders.at(-1) ?? ""),
  },
  {
    rule: "infrastructure/source",
    category: "code",
    extensions: "tf nix bicep jsonnet libsonnet cue rego pkl star dhall pp epp kcl sentinel ebuild eclass",
  },
];

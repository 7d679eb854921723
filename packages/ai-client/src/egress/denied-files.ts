/** What is wrong with a file by its name alone. */
export type DeniedReason = "internal" | "secret" | "lock-file" | "minified" | "generated" | "binary";

const patterns = (text: string): readonly string[] => text.trim().split(/\s+/);

/**
 * What is not sent unless `allowGlobs` says otherwise (`internal`: whatever it says), in the syntax of `.gitignore`, without regard to case.
 * Earlier reasons go first.
 */
export const DENIED_FILES: Readonly<Record<DeniedReason, readonly string[]>> = {
  internal: patterns(".git .workflow/ .ai_cache/ node_modules/"),
  // Source files may well be called `credentials.ts`; what is in them is redacted.
  secret: patterns(`
    .env .env.* *.env .envrc !.env.example !.env.sample !.env.template !.env.dist
    *.pem *.key *.p12 *.pfx *.jks *.keystore *.kdbx *.ppk *.ovpn *.mobileprovision
    id_rsa* id_dsa* id_ecdsa* id_ed25519* !id_*.pub
    .ssh/ .gnupg/ .aws/ .azure/ .kube/ kubeconfig *.kubeconfig .docker/config.json .dockercfg .dockerconfigjson
    .npmrc .pypirc .netrc _netrc .git-credentials .htpasswd .pgpass .my.cnf .boto .s3cfg .vault-token
    .terraformrc terraform.rc *.tfstate *.tfstate.* *.tfvars .Renviron wp-config.php local.settings.json
    *credentials.json credentials credentials.* !credentials.[cm][jt]s !credentials.[jt]s !credentials.[jt]sx
    !credentials.py !credentials.go !credentials.rs !credentials.rb !credentials.java !credentials.kt !credentials.cs
    secrets.json secrets.yml secrets.yaml secrets.toml service-account*.json .*_history
  `),
  "lock-file": patterns(`
    package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock Cargo.lock Gemfile.lock
    composer.lock poetry.lock Pipfile.lock uv.lock pdm.lock go.sum flake.lock mix.lock pubspec.lock Podfile.lock
    Package.resolved packages.lock.json gradle.lockfile .terraform.lock.hcl
  `),
  minified: patterns("*.min.js *.min.mjs *.min.css *.bundle.js *.js.map *.cjs.map *.mjs.map *.ts.map *.css.map"),
  generated: patterns("*.pb.go *_pb2.py *.generated.* *.g.dart *.designer.cs"),
  binary: patterns(`
    *.png *.jpg *.jpeg *.gif *.webp *.avif *.ico *.bmp *.tif *.tiff *.heic *.psd
    *.mp3 *.mp4 *.m4a *.mov *.avi *.mkv *.webm *.ogg *.wav *.flac
    *.zip *.gz *.tgz *.bz2 *.xz *.zst *.7z *.rar *.tar *.jar *.war *.whl *.nupkg *.iso *.dmg
    *.exe *.dll *.so *.dylib *.a *.o *.obj *.class *.pyc *.wasm *.node *.bin
    *.pdf *.doc *.docx *.xls *.xlsx *.ppt *.pptx *.odt *.ttf *.otf *.woff *.woff2 *.eot
    *.sqlite *.sqlite3 *.db *.parquet *.onnx *.pt *.safetensors *.gguf
  `),
};

import { TEXT, TEXT_OR_TEXTS, TEXTS, type Schema } from "./schema-parts.ts";

const SCALAR: Schema = { type: ["string", "number", "boolean", "null"] };
const LIST_OR_MAP: Schema = { type: ["array", "object"], items: TEXT, additionalProperties: SCALAR };
const LIST: Schema = { type: "array" };
const NUMBER: Schema = { type: ["number", "string"] };
const SWITCH: Schema = { type: ["boolean", "string"] };
const MAP: Schema = { type: ["object", "null"] };
const COMMAND: Schema = { type: ["string", "array", "null"], items: SCALAR };

const SERVICE_KEYS: Readonly<Record<string, Schema>> = {
  image: TEXT,
  build: {
    type: ["string", "object"],
    properties: { context: TEXT, dockerfile: TEXT, args: LIST_OR_MAP, target: TEXT },
  },
  command: COMMAND,
  entrypoint: COMMAND,
  container_name: TEXT,
  environment: LIST_OR_MAP,
  env_file: { type: ["string", "array"] },
  ports: { type: "array", items: { type: ["string", "number", "object"] } },
  expose: { type: "array", items: { type: ["string", "number"] } },
  volumes: { type: "array", items: { type: ["string", "object"] } },
  depends_on: { type: ["array", "object"], items: TEXT },
  networks: { type: ["array", "object"], items: TEXT },
  restart: TEXT,
  healthcheck: { type: "object", properties: { test: TEXT_OR_TEXTS, interval: TEXT, timeout: TEXT, retries: NUMBER } },
  labels: LIST_OR_MAP,
  working_dir: TEXT,
  user: TEXT,
  privileged: SWITCH,
  tty: SWITCH,
  stdin_open: SWITCH,
  read_only: SWITCH,
  init: SWITCH,
  hostname: TEXT,
  extra_hosts: { type: ["array", "object"] },
  cap_add: TEXTS,
  cap_drop: TEXTS,
  security_opt: TEXTS,
  dns: TEXT_OR_TEXTS,
  links: TEXTS,
  profiles: TEXTS,
  devices: LIST,
  deploy: MAP,
  logging: MAP,
  secrets: { type: "array", items: { type: ["string", "object"] } },
  configs: { type: "array", items: { type: ["string", "object"] } },
  network_mode: TEXT,
  stop_grace_period: TEXT,
  shm_size: NUMBER,
  tmpfs: TEXT_OR_TEXTS,
  ulimits: MAP,
  platform: TEXT,
  extends: { type: ["string", "object"] },
};

/** A file of Docker Compose, by https://github.com/compose-spec/compose-spec/blob/main/spec.md. */
export const COMPOSE: Schema = {
  type: "object",
  properties: {
    version: { type: ["string", "number"] },
    name: TEXT,
    services: {
      type: ["object", "null"],
      additionalProperties: {
        type: "object",
        properties: SERVICE_KEYS,
        nearMisses: Object.keys(SERVICE_KEYS),
        elsewhere: { services: "the top of the file" },
      },
    },
    volumes: { type: ["object", "null"], additionalProperties: MAP },
    networks: { type: ["object", "null"], additionalProperties: MAP },
    configs: { type: "object" },
    secrets: { type: "object" },
    include: { type: "array" },
  },
  nearMisses: ["services", "volumes", "networks", "configs", "secrets"],
};

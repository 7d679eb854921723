/**
 * A receiver of OTLP/HTTP as a process of its own. It reads bodies strictly by the published definitions and answers 400 to what they do not
 * allow. On standard output it tells its port and then each request, a JSON line each. The argument is a JSON list of what to do with the
 * requests in order, `{}` after its end: answer with `status`, `headers`, `json` or `base64`; `hang`: never answer; `cut`: close the
 * connection.
 */
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import { decodeOtlpJson, decodeOtlpProtobuf } from "./decode-otlp.mjs";

const script = JSON.parse(process.argv[2] ?? "[]");
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const server = createServer((request, response) => void answer(request, response));

/** Reads a request to its end, tells it, and does what the script says. */
async function answer(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const step = script.shift() ?? {};
  const { method, url, headers } = request;
  const reply = (status, type, body, further = {}) => {
    response.writeHead(status, { "content-type": type, ...further });
    response.end(body);
  };
  try {
    const signal = url.endsWith("/v1/traces") ? "traces" : url.endsWith("/v1/metrics") ? "metrics" : undefined;
    if (method !== "POST" || signal === undefined) throw new Error(`Nothing is at ${method} ${url}`);
    const raw = Buffer.concat(chunks);
    const bytes = headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const isJson = headers["content-type"] === "application/json";
    if (!isJson && headers["content-type"] !== "application/x-protobuf")
      throw new Error("The content type is not known");
    const body = isJson
      ? decodeOtlpJson(signal, new TextDecoder("utf-8", { fatal: true }).decode(bytes))
      : decodeOtlpProtobuf(signal, bytes);
    tell({ method, url, headers, signal, body });
    if (step.hang === true) return;
    if (step.cut === true) {
      request.socket.destroy();
      return;
    }
    if (step.base64 !== undefined) {
      reply(step.status ?? 200, "application/x-protobuf", Buffer.from(step.base64, "base64"), step.headers);
      return;
    }
    const json = step.json ?? {};
    reply(step.status ?? 200, "application/json", typeof json === "string" ? json : JSON.stringify(json), step.headers);
  } catch (error) {
    tell({ method, url, headers, error: error.message });
    reply(400, "application/json", JSON.stringify({ code: 3, message: error.message }));
  }
}

server.listen(0, "127.0.0.1", () => tell({ port: server.address().port }));
process.stdin.resume().on("end", () => process.exit());

// An OpenAI-compatible endpoint for a small local model, as far as the check needs one:
// chat completions, whole or streamed, bound to a JSON schema by a grammar. With FREE=1 it
// ignores schemas, as many endpoints do.
//
//   node shim.mjs MODULES MODEL     prints "listening on http://127.0.0.1:PORT"
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [modules, weights] = process.argv.slice(2);
const { getLlama, LlamaCompletion } = await import(pathToFileURL(path.join(path.resolve(modules), "node_modules/node-llama-cpp/dist/index.js")));

const llama = await getLlama({ build: "never", gpu: false, progressLogs: false, logLevel: "error" });
const model = await llama.loadModel({ modelPath: path.resolve(weights) });
// One thread by default: with more, each waits for the others at every step, so that on a
// busy machine one delayed thread holds up all of them.
const context = await model.createContext({ contextSize: 8192, threads: Number(process.env.THREADS || 1) });
const sequence = context.getSequence();
let queue = Promise.resolve(); // one request at a time: there is one sequence
let number = 0;

class Refused extends Error {}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

// bounded returns a schema without what the grammar does not support.
function bounded(schema) {
  if (Array.isArray(schema)) return schema.map(bounded);
  if (schema === null || typeof schema !== "object") return schema;
  if (schema.enum) return { enum: schema.enum };
  return Object.fromEntries(Object.entries(schema).filter(([k]) => k !== "minLength").map(([k, v]) => [k, bounded(v)]));
}

async function complete(ask, signal, onText) {
  await sequence.clearHistory();
  const text = ask.messages.map((m) => m.content).join("\n\n") + "\n\n";
  const prompt = model.tokenize(text);
  const most = Math.min(ask.max_tokens ?? 512, 8192 - prompt.length - 16);
  if (most < 16) throw new Refused("the prompt is longer than the context");
  const schema = process.env.FREE ? undefined : ask.response_format?.json_schema?.schema;
  const grammar = schema ? await llama.createGrammarForJsonSchema(bounded(schema)) : undefined;
  const writer = new LlamaCompletion({ contextSequence: sequence });
  let out = "";
  try {
    const { response, metadata } = await writer.generateCompletionWithMeta(prompt, {
      grammar, maxTokens: most, temperature: ask.temperature ?? 0.8, signal, stopOnAbortSignal: true,
      onTextChunk(piece) { out += piece; onText(piece); },
    });
    const cut = metadata.stopReason === "maxTokens";
    return { text: response, finish: cut ? "length" : "stop", prompt: prompt.length, completion: model.tokenize(out).length };
  } finally {
    writer.dispose({ disposeSequence: false });
  }
}

async function answer(request, response) {
  if (request.method !== "POST" || !request.url.endsWith("/chat/completions")) {
    response.writeHead(404, { "Content-Type": "application/json" }).end('{"error":{"message":"there is nothing here"}}');
    return;
  }
  const ask = await body(request);
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const id = "c" + ++number, base = { id, created: 0, model: "gemma-3-270m" };
  const send = (value) => response.write("data: " + JSON.stringify(value) + "\n\n");
  const chunk = (delta, finish = null) => send({ ...base, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] });
  try {
    const done = await (queue = queue.catch(() => {}).then(() => {
      if (gone.signal.aborted) throw new Refused("gone");
      if (ask.stream) {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        chunk({ role: "assistant", content: "" });
      }
      return complete(ask, gone.signal, (piece) => { if (ask.stream) chunk({ content: piece }); });
    }));
    const usage = { prompt_tokens: done.prompt, completion_tokens: done.completion, total_tokens: done.prompt + done.completion };
    if (ask.stream) {
      chunk({}, done.finish);
      if (ask.stream_options?.include_usage) send({ ...base, object: "chat.completion.chunk", choices: [], usage });
      response.end("data: [DONE]\n\n");
      return;
    }
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ ...base, object: "chat.completion", choices: [{ index: 0, message: { role: "assistant", content: done.text }, finish_reason: done.finish }], usage }));
  } catch (error) {
    if (response.headersSent || response.destroyed) return response.destroy();
    response.writeHead(error instanceof Refused ? 400 : 500, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ error: { message: String(error.message) } }));
  }
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => { console.error(error); response.destroy(); });
});
server.requestTimeout = 0;
server.listen(0, "127.0.0.1", () => console.log("listening on http://127.0.0.1:" + server.address().port));
process.on("SIGTERM", () => process.exit(0));

// An OpenAI-compatible chat server over a real engine:
// `node server.mjs MODEL PORTFILE`.
//
// Listens on a free loopback port and writes it to PORTFILE.  POST
// .../chat/completions answers one question after the other; a prompt that the
// context has no room for is refused in llama.cpp's words.  The model "plain"
// ignores response_format, as a server without grammars would.  GET /log: the
// answers and refusals so far, as JSON.  Ends when its standard input ends.
import { createServer } from "node:http";
import { renameSync, writeFileSync } from "node:fs";
import { getLlama, LlamaCompletion } from "node-llama-cpp";

const CONTEXT = 4096;

const [, , modelPath, portFile] = process.argv;
// Only what npm brought: nothing is fetched and nothing is compiled.
const llama = await getLlama({
	build: "never", gpu: false, progressLogs: false, skipDownload: true,
	logLevel: "error",
});
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: CONTEXT, threads: 1 });
const engine = new LlamaCompletion({
	contextSequence: context.getSequence(),
});
const log = [];

class Refusal extends Error {
	constructor(status, message) {
		super(message);
		this.status = status;
	}
}

async function complete(q) {
	const text = q.messages.map((m) => m.content).join("\n") + "\n";
	const prompt = model.tokenize(text);
	const maxTokens = q.max_tokens ?? 256;
	const form = q.response_format;
	let grammar, said = 0;

	if (q.stream)
		throw new Refusal(400, "no streaming here");
	if (prompt.length + maxTokens + 8 > CONTEXT) {
		const why = `request (${prompt.length} tokens) ` +
			"exceeds the available context size";

		log.push({ refused: why });
		throw new Refusal(400, why);
	}
	if (form?.type === "json_schema" && q.model !== "plain")
		grammar = await llama.createGrammarForJsonSchema(
			form.json_schema.schema);
	const r = await engine.generateCompletionWithMeta(prompt, {
		maxTokens, grammar, temperature: q.temperature ?? 0,
		seed: q.seed, topK: 0, topP: 1, disableContextShift: true,
		onToken: (tokens) => { said += tokens.length; },
	});
	const finish = r.metadata.stopReason === "maxTokens" ? "length" : "stop";

	log.push({ model: q.model, grammar: !!grammar, finish,
		content: r.response });
	return {
		id: `chatcmpl-${log.length}`, object: "chat.completion",
		created: 0, model: q.model,
		choices: [{ index: 0, finish_reason: finish,
			message: { role: "assistant", content: r.response } }],
		usage: { prompt_tokens: prompt.length, completion_tokens: said,
			total_tokens: prompt.length + said },
	};
}

async function body(req) {
	const parts = [];

	for await (const part of req)
		parts.push(part);
	return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

async function answer(req) {
	if (req.method === "GET" && req.url === "/log")
		return log;
	if (req.method === "POST" && req.url.endsWith("/chat/completions"))
		return complete(await body(req));
	throw new Refusal(404, "no such address");
}

let turn = Promise.resolve();
const server = createServer((req, res) => {
	turn = turn.then(async () => {
		let status = 200, json;

		try {
			json = await answer(req);
		} catch (e) {
			status = e.status ?? 500;
			json = { error: { code: status, message: e.message,
				type: "invalid_request_error" } };
		}
		res.writeHead(status, { "Content-Type": "application/json" });
		res.end(JSON.stringify(json));
	});
});
server.listen(0, "127.0.0.1", () => {
	writeFileSync(`${portFile}.new`, `${server.address().port}\n`);
	renameSync(`${portFile}.new`, portFile);
});
process.stdin.on("end", () => process.exit(0)).resume();

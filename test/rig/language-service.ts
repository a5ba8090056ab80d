/** What an editor offers: the completions of the compiler's language service, asked over its own protocol. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./root.js";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: unknown;
}

const HEAD = /^Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n/;

/** @returns for each mark in the program, in order, what is offered there */
export async function completionsAt(program: string, mark: string): Promise<string[][]> {
  const project = mkdtempSync(path.join(root, "build/service-"));
  const service = new Service();
  try {
    const include = ["program.ts"];
    writeFileSync(
      path.join(project, "tsconfig.json"),
      JSON.stringify({ extends: path.join(root, "tsconfig.json"), compilerOptions: { rootDir: root }, include }),
    );
    const [text, places] = placesOf(program, mark);
    const uri = pathToFileURL(path.join(project, "program.ts")).href;
    writeFileSync(path.join(project, "program.ts"), text);
    await service.ask("initialize", { processId: process.pid, rootUri: pathToFileURL(project).href, capabilities: {} });
    service.tell("initialized", {});
    service.tell("textDocument/didOpen", { textDocument: { uri, languageId: "typescript", version: 1, text } });
    const offered: string[][] = [];
    for (const position of places) {
      const list = await service.ask("textDocument/completion", { textDocument: { uri }, position });
      offered.push(labelsOf(list));
    }
    return offered;
  } finally {
    service.stop();
    rmSync(project, { recursive: true });
  }
}

function placesOf(program: string, mark: string): [text: string, places: { line: number; character: number }[]] {
  const parts = program.split(mark);
  const before = parts.slice(0, -1).map((_, i) =>
    parts
      .slice(0, i + 1)
      .join("")
      .split("\n"),
  );
  return [parts.join(""), before.map((lines) => ({ line: lines.length - 1, character: lines.at(-1)!.length }))];
}

function labelsOf(list: unknown): string[] {
  const items = Array.isArray(list) ? list : ((list as { items?: unknown[] } | null)?.items ?? []);
  return (items as { label: string }[]).map(({ label }) => label.replace(/\?$/, ""));
}

class Service {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #lastId = 0;
  #bytes = Buffer.alloc(0);

  constructor() {
    const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
    this.#child = spawn(process.execPath, [tsc, "--lsp", "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
    this.#child.stdout!.on("data", (bytes: Buffer) => this.#take(bytes));
  }

  async ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = new Promise<Message>((resolve, reject) => {
      this.#waiting.set(id, resolve);
      this.#child.once("exit", () => reject(new Error(`the language service has ended, asked for ${method}`)));
    });
    this.#send({ id, method, params });
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  tell(method: string, params: object): void {
    this.#send({ method, params });
  }

  stop(): void {
    this.#child.kill();
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#child.stdin!.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const head = HEAD.exec(this.#bytes.toString("latin1"));
      if (head === null) return;
      const end = head[0].length + Number(head[1]);
      if (this.#bytes.length < end) return;
      this.#hear(JSON.parse(this.#bytes.subarray(head[0].length, end).toString()) as Message);
      this.#bytes = this.#bytes.subarray(end);
    }
  }

  #hear({ id, method, ...answer }: Message): void {
    if (id === undefined) return;
    // What it asks of an editor has no answer here, but needs one.
    if (method !== undefined) this.#send({ id, result: null });
    else this.#waiting.get(id)?.(answer);
  }
}

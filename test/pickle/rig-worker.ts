/** The other side of rig.ts: unpacks a call, makes it, and packs what came of it. */
import { parentPort } from "node:worker_threads";
import { PROCESS, pack, THREAD, unpack } from "#heddle/pickle/pickle.js";
import type { RigCall, RigReply } from "./rig.js";

const to = parentPort ? THREAD : PROCESS;
const post = (body: unknown): void => {
  if (parentPort) parentPort.postMessage(body);
  else process.send?.(body);
};

async function answer(body: unknown): Promise<RigReply> {
  try {
    const { fn, args } = unpack<RigCall>(body);
    return { value: await (fn as (...args: readonly unknown[]) => unknown)(...args) };
  } catch (error) {
    return { error };
  }
}

async function handle(body: unknown): Promise<void> {
  const reply = await answer(body);
  try {
    post(pack(reply, { to, name: "result" }).body);
  } catch (error) {
    post(pack({ error }, { to, name: "result" }).body);
  }
}

if (parentPort) parentPort.on("message", handle);
else process.on("message", handle);

/** A worker that heddle did not start: does what it is told with what it receives. */
import { parentPort } from "node:worker_threads";
import { receive, type SharedDict, type SharedMessage, Value } from "heddle/shared";

type Order =
  | { readonly kind: "call"; readonly message: SharedMessage<() => unknown> }
  | { readonly kind: "spin"; readonly message: SharedMessage<SharedDict<string>> }
  | { readonly kind: "own heap first"; readonly message: SharedMessage<unknown> };

parentPort!.on("message", (order: Order) => {
  if (order.kind === "call") return parentPort!.postMessage(receive(order.message)());
  if (order.kind === "spin") {
    const dict = receive(order.message);
    for (let i = 0; ; i++) dict.set(`key ${i % 50}`, "x".repeat(i % 300));
  }
  new Value("i32");
  try {
    receive(order.message);
  } catch (error) {
    parentPort!.postMessage(`${(error as Error).name}: ${(error as Error).message}`);
  }
});

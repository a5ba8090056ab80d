/** Programs whose end is looked at from outside. */
import { currentProcess, Process } from "heddle/multiprocessing";
import { Event, Thread } from "heddle/threading";
import { sleep, sleepSync } from "heddle/time";

/** Prints after everybody else has long been through. */
const late = async (): Promise<void> => {
  await sleep(300);
  console.log("done");
};
const soon = (): void => sleepSync(100);

const programs: Record<string, () => Promise<void> | void> = {
  "process-of-main"() {
    new Process({ target: late }).start();
  },
  "process-of-thread"() {
    const start = (): void => void new Process({ target: late }).start();
    new Thread({ target: start }).start();
  },
  "process-of-process"() {
    const start = (): void => void new Process({ target: late }).start();
    new Process({ target: start }).start();
  },
  "thread-of-thread"() {
    const start = (): void => void new Thread({ target: late }).start();
    new Thread({ target: start }).start();
  },
  async "thread-of-daemon"() {
    const start = (): void => void new Thread({ target: late, daemon: false }).start();
    await new Thread({ target: start, daemon: true }).start().join();
  },
  "thread-of-process"() {
    const start = (): void => void new Thread({ target: late }).start();
    new Process({ target: start }).start();
  },
  async "daemon-of-daemon"() {
    const start = (): void => void new Thread({ target: late }).start(); // inherits the flag
    await new Thread({ target: start, daemon: true }).start().join();
  },
  async sentinel() {
    console.log(await new Process({ target: soon, daemon: true }).start().sentinel);
  },
  async leftover() {
    const stuck = new Event();
    const leave = (): void => {
      setImmediate(() => {
        stuck.set();
        for (;;);
      });
    };
    const thread = new Thread({ target: leave }).start();
    await stuck.wait();
    await thread.terminate();
    console.log("terminated");
  },
  async frozen() {
    class Setter extends Thread {
      override run(): void {
        (this as { total?: number }).total = 1;
      }
    }
    const thread = Object.freeze(new Setter()).start();
    const joined = await thread.join();
    await thread.result().catch((error: Error) => console.log(joined, error.name));
  },
  async name() {
    const tell = async (): Promise<void> => {
      await new Thread({ target: () => console.log(currentProcess().name) }).start().join();
    };
    await new Process({ target: tell, name: "Weaver" }).start().join();
  },
};

await programs[process.argv[2] ?? ""]?.();

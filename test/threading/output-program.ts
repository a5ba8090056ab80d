/** Programs whose output is looked at from outside. */
import { Value } from "heddle/shared";
import { Thread } from "heddle/threading";

const programs: Record<string, () => Promise<void> | void> = {
  async long() {
    const print = (digit: number): void => {
      for (let i = 0; i < 20; i++) console.log(String(digit).repeat(100_000));
    };
    const threads = [1, 2, 3, 4].map((digit) => new Thread({ target: print, args: [digit] }).start());
    for (const thread of threads) await thread.join();
  },
  async main() {
    const print = (digit: number): void => {
      for (let i = 0; i < 20; i++) console.log(String(digit).repeat(100_000));
    };
    const threads = [1, 2].map((digit) => new Thread({ target: print, args: [digit] }).start());
    print(3);
    for (const thread of threads) await thread.join();
  },
  async both() {
    const print = (digit: number): void => {
      for (let i = 0; i < 20; i++) (digit % 2 === 0 ? console.log : console.error)(String(digit).repeat(100_000));
    };
    const threads = [1, 2, 3, 4].map((digit) => new Thread({ target: print, args: [digit] }).start());
    for (const thread of threads) await thread.join();
  },
  blocked() {
    const thread = new Thread({ target: () => console.log("from the thread") }).start();
    thread.joinSync();
    console.log("from main");
  },
  async exit() {
    const print = (): never => {
      console.log("last words");
      process.exit(0);
    };
    await new Thread({ target: print }).start().join();
  },
  async throw() {
    const fail = (): never => {
      throw new RangeError("too far");
    };
    await new Thread({ target: fail, name: "unlucky" }).start().join();
    console.log("goes on");
  },
  /** A thread and main go on printing to stderr while another thread is stuck at a stdout that nobody reads. */
  async stuck() {
    const lines = new Value("i32", 0);
    const fill = (): never => {
      for (;;) {
        lines.value += 1;
        console.log("x".repeat(1000));
      }
    };
    const filling = new Thread({ target: fill, daemon: true }).start();
    for (let before = -1; before !== lines.value || before === 0; ) {
      before = lines.value;
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.error("main");
    }
    await new Thread({ target: () => console.error("thread") }).start().join();
    await filling.terminate();
    console.error("terminated");
    console.log("\nlast line");
  },
};

await programs[process.argv[2] ?? ""]?.();

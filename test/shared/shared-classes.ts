/** Every class of objects that live in the heap, with arguments that make one: for tests of what holds for all of them. */
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from "heddle/queue";
import { SharedDict, SharedList, struct, Value } from "heddle/shared";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Latch,
  Lock,
  Once,
  RLock,
  RWLock,
  Semaphore,
} from "heddle/threading";

export interface Disposable {
  dispose(): void;
}

export const Point = struct({ x: "i32", name: "string(8)", inner: { y: "f64" }, items: ["i8", 2] });

export const sharedClasses: Readonly<
  Record<string, readonly [Class: new (...args: never[]) => Disposable, ...args: unknown[]]>
> = {
  Lock: [Lock],
  RLock: [RLock],
  Condition: [Condition],
  Semaphore: [Semaphore, 2],
  BoundedSemaphore: [BoundedSemaphore, 2],
  Event: [Event],
  Barrier: [Barrier, 2],
  RWLock: [RWLock],
  Latch: [Latch, 2],
  Once: [Once],
  Queue: [Queue, 3],
  LifoQueue: [LifoQueue],
  PriorityQueue: [PriorityQueue],
  SimpleQueue: [SimpleQueue],
  Value: [Value, "i32", 4],
  SharedDict: [SharedDict],
  SharedList: [SharedList],
  struct: [Point],
};

/** Makes an object of each. */
export const oneOfEach: Readonly<Record<string, () => Disposable>> = Object.fromEntries(
  Object.entries(sharedClasses).map(([name, [Class, ...args]]) => [name, () => new Class(...(args as never[]))]),
);

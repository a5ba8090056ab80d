/**
 * What stands where in a queue's block, in words behind `handle << 4`. Four cache lines: what all need, what producers
 * change, what consumers change, what those who finish items change.
 *
 * Words named as a pair come twice: [n & 1] belongs to operation n of the count named at the storage.
 */
import { HEADER_BYTES } from "../memory/allocator.js";

export const MAXSIZE = 5;
/** One of Shut. */
export const SHUT = 6;
/** Items given out before the rest was dropped; counts only in Shut.DROPPED. */
export const GIVEN_OUT = 7;
/** A segment that is kept for the next need. */
export const SPARE = 8;
/** Block with the key function of a priority queue; 0 if items bring their priority. */
export const KEY = 9;

/** Items put. */
export const PUT = 16;
/** Getters that sleep, or are about to. */
export const GETTERS = 17;
/** Rings when an item came. */
export const ARRIVED = 18;
/** The putters' lock; the only one, where a storage cannot bear puts and gets at once. */
export const PUT_LOCK = 19;
/** Words of the storage that a put changes. */
export const PUT_SIDE = 20;

/** Items taken. */
export const GET = 32;
/** Putters that sleep, or are about to. */
export const PUTTERS = 33;
/** Rings when room was made. */
export const FREED = 34;
/** The takers' lock. */
export const TAKE_LOCK = 35;
/** Words of the storage that a get changes. */
export const GET_SIDE = 36;

/** Items whose `taskDone` was called. */
export const DONE_COUNT = 48;
/** Joiners that sleep, or are about to. */
export const JOINERS = 49;
/** Rings when all items are done. */
export const FINISHED = 50;

/** Payload of the block. */
export const QUEUE_BYTES = 64 * 4 - HEADER_BYTES;

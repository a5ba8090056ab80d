/**
 * What stands where at the start of the heap, in words (4 bytes). Everything that several files must agree on.
 *
 *   0 ........ 15   magic, version, locks, frontier
 *   16 ....... 31   words of the process: main thread, excepthook, errors
 *   32 ....... 62   heads of the allocator's free lists, by order
 *   1024 ........   thread table: THREAD_SLOTS records of RECORD_WORDS words
 *   HEAP_BASE ...   blocks
 */

/** "hed" and the version of this layout: two versions of heddle in one process must not share a heap. */
export const MAGIC = 0x6865_6401;

export const MAGIC_WORD = 0;
/** Lock of the allocator. */
export const HEAP_LOCK = 1;
/** End of the memory that blocks tile, in units of 64 bytes. */
export const FRONTIER = 2;
/** Where the next search for a free thread slot starts. */
export const NEXT_SLOT = 3;
/** Serialises whole lines on stdout between threads. */
export const OUTPUT_LOCK = 4;
/** The same for stderr, where that is another file. */
export const ERROR_OUTPUT_LOCK = 9;
/** Lists of strings that all threads know by number (names.ts): lock, how many there are, their block. */
export const NAMES_LOCK = 5;
export const NAMES_COUNT = 6;
export const NAMES_TABLE = 7;
/** Whether there is a depot (depot/). */
export const DEPOT = 8;
/** 1: the main thread exits, and all others are ended one after another (program-end.ts). */
export const ENDING = 10;
/** Guards what threads note about whom they wait for (sync/standstill.ts). */
export const NOTES_LOCK = 11;

/** Id of the main thread. */
export const MAIN_ID = 16;
/** Id of the thread that set an excepthook, 0 while the default is in force. */
export const EXCEPTHOOK_OWNER = 17;
/** Number of threads started so far: the N of Thread-N. */
export const THREAD_COUNTER = 18;
/** Failures that were printed and that nobody has taken. */
export const UNTAKEN = 19;

/** Tells this heap from any other one: random. */
export const HEAP_ID = 28;

/** First block of what threads hold (ledger.ts), and the lock under which the chain grows. */
export const LEDGER_HEAD = 26;
export const LEDGER_LOCK = 27;
/** Number of async holders of re-entrant locks so far: each gets a number of its own. */
export const LOCK_HOLDERS = 24;

export const FREE_LISTS = 32;

export const THREAD_TABLE = 1024;
export const RECORD_WORDS = 16;
/** Slots are the low bits of a thread's id; slot 0 is never used, so no id is 0. */
export const SLOT_BITS = 11;
export const THREAD_SLOTS = 1 << SLOT_BITS;

/** First byte of the first block. */
export const HEAP_BASE = 256 << 10;

/** What a queue's word SHUT says; it only grows. */
export const Shut = { OPEN: 0, DRAINING: 1, DROPPED: 2 } as const;

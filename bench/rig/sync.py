"""The same jobs in Python: python3 sync.py JOB prints one number."""
import sys, threading, time

N = 1_000_000
now = time.perf_counter


def fastest_pass(turns, body):
    """Nanoseconds per turn of the fastest of five passes, as passes.ts."""
    body(turns // 10)
    fastest = float("inf")
    for _ in range(5):
        t = now()
        body(turns)
        fastest = min(fastest, now() - t)
    return fastest / turns * 1e9


def lock():
    l = threading.Lock()

    def body(turns):
        for _ in range(turns):
            l.acquire()
            l.release()

    return fastest_pass(N, body)


def guard():
    l = threading.Lock()

    def body(turns):
        for _ in range(turns):
            with l:
                pass

    return fastest_pass(N, body)


def program():
    l = threading.Lock()
    x = 0

    def increment():
        nonlocal x
        for _ in range(N):
            with l:
                x += 1

    t = now()
    threads = [threading.Thread(target=increment) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert x == 2 * N
    return (now() - t) * 1e3


def hot():
    l = threading.Lock()
    x = 0
    gate = threading.Barrier(3)

    def increment():
        nonlocal x
        gate.wait()
        for _ in range(N):
            with l:
                x += 1

    threads = [threading.Thread(target=increment) for _ in range(2)]
    for thread in threads:
        thread.start()
    gate.wait()
    t = now()
    for thread in threads:
        thread.join()
    assert x == 2 * N
    return (now() - t) * 1e3


def hand_off():
    turns = 20_000
    ping, pong = threading.Semaphore(0), threading.Semaphore(0)

    def answer():
        for _ in range(turns // 10 + 5 * turns):
            ping.acquire()
            pong.release()

    def body(count):
        for _ in range(count):
            ping.release()
            pong.acquire()

    thread = threading.Thread(target=answer)
    thread.start()
    us = fastest_pass(turns, body) / 1e3
    thread.join()
    return us


def warm():
    turns = 1000
    t = now()
    for _ in range(turns):
        thread = threading.Thread(target=lambda: None)
        thread.start()
        thread.join()
    return (now() - t) / turns * 1e6


print(globals()[sys.argv[1].replace("-", "_")]())

"""The same jobs in Python: python3 sync.py JOB prints one number."""
import sys, threading, time

N = 1_000_000
now = time.perf_counter


def lock():
    l = threading.Lock()
    t = now()
    for _ in range(N):
        l.acquire()
        l.release()
    return (now() - t) / N * 1e9


def guard():
    l = threading.Lock()
    t = now()
    for _ in range(N):
        with l:
            pass
    return (now() - t) / N * 1e9


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
        for _ in range(turns):
            ping.acquire()
            pong.release()

    thread = threading.Thread(target=answer)
    thread.start()
    t = now()
    for _ in range(turns):
        ping.release()
        pong.acquire()
    us = (now() - t) / turns * 1e6
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

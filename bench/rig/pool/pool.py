# The same jobs with Python's pools: JOB CONTESTANT prints one number.
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Pool

WORKERS, PASSES, ENOUGH = 2, 5, 2.5


def noop(value):
    return value


def per_task(count, one_pass):
    one_pass(count // 10)
    times = []
    start = time.perf_counter()
    while len(times) < PASSES and (len(times) < 2 or time.perf_counter() - start < ENOUGH):
        begin = time.perf_counter()
        one_pass(count)
        times.append(time.perf_counter() - begin)
    return sorted(times)[len(times) // 2] / count * 1e6


def in_flight(executor, value_of):
    def one_pass(count):
        futures = [executor.submit(noop, value_of(i)) for i in range(count)]
        assert [future.result() for future in futures][-1] == value_of(count - 1)

    return one_pass


def one_by_one(executor):
    def one_pass(count):
        for i in range(count):
            executor.submit(noop, i).result()

    return one_pass


def main(job):
    if "map" in job:
        with Pool(WORKERS) as pool:
            chunk = 1 if job == "map-1" else None
            return per_task(100_000, lambda count: pool.map(noop, range(count), chunk))
    if job == "stream":
        with Pool(WORKERS) as pool:
            return per_task(200_000, lambda count: sum(1 for _ in pool.imap_unordered(noop, range(count), 1000)))
    kind = ProcessPoolExecutor if job.startswith("processes") else ThreadPoolExecutor
    with kind(WORKERS) as executor:
        if job == "objects":
            template = {f"key{i}": "v" * 20 for i in range(32)}
            return per_task(20_000, in_flight(executor, lambda i: {**template, "id": i}))
        if job == "single":
            return per_task(5000, one_by_one(executor))
        return per_task(50_000, in_flight(executor, lambda i: i))


if __name__ == "__main__":
    print(main(sys.argv[1]))

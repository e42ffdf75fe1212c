-- One line of JSON for the program that started wrk; latencies are microseconds.
done = function(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "failed": %d, "p50": %.1f, "p99": %.1f}\n',
    summary.requests, summary.duration,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout,
    latency:percentile(50.0), latency:percentile(99.0)
  ))
end

-- One load of wrk: polls, or with the argument "POST" new orders; with a second one, so many milliseconds before each.
-- Prints its figures as one line of JSON.
--
-- wrk counts answers above 399 as errors of status; below that these loads can only be answered with 2xx: nothing in
-- them is conditional, and nothing redirects.

function init(arguments)
  if arguments[1] == "POST" then
    wrk.method = "POST"
    wrk.body = '{"products":["y","z"],"amount":250}'
    wrk.headers["Content-Type"] = "application/json"
  end
  local pause = tonumber(arguments[2])
  if pause then
    function delay() return pause end
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%.4f,"p99":%.4f,"longest":%.4f,' ..
    '"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end

-- One client that submits orders, one after the other, and polls each until it is done: the next poll follows at once.
-- For wrk with one connection. Prints its figures as one line of JSON, with the times from the POST until that answer.

local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds, nanoseconds; } moment; int clock_gettime(int clock, moment *time);")

local threads, moment, begin, polled = {}, ffi.new("moment"), 0, nil
times, wrong = {}, 0

local function now()
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.seconds) * 1e3 + tonumber(moment.nanoseconds) / 1e6
end

function setup(thread)
  table.insert(threads, thread)
end

function request()
  if polled then return wrk.format("GET", polled) end
  begin = now()
  local fields = {["Content-Type"] = "application/json"}
  return wrk.format("POST", "/orders", fields, '{"products":["y","z"],"amount":250}')
end

function response(status, fields, body)
  if status == 202 then
    polled = fields["Location"]
  elseif status ~= 200 then
    wrong, polled = wrong + 1, nil
  elseif body:find('"done":true', 1, true) then
    times[#times + 1], polled = now() - begin, nil
  end
end

function done(summary)
  local times, errors = threads[1]:get("times"), summary.errors
  table.sort(times)
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%.4f,"p99":%.4f,"errors":{"socket":%d,"status":%d,"timeout":%d}}\n',
    #times, summary.duration / 1e6, times[math.ceil(#times * 0.5)] or 0, times[math.ceil(#times * 0.99)] or 0,
    errors.connect + errors.read + errors.write, threads[1]:get("wrong"), errors.timeout))
end

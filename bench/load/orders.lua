-- wrk's script: replays the orders of a file, one order a line, and tells what came of it in one line of JSON.
-- Arguments after `--`: FILE, the orders of one request (1, or more for a JSON array of them).

local requests = {}
local next_request = 0
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local orders_each = tonumber(args[2] or "1")
  local orders = {}
  local headers = { ["content-type"] = "application/json" }
  local function add(body)
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
  end
  for line in io.lines(args[1]) do
    if line ~= "" then
      orders[#orders + 1] = line
      if orders_each == 1 then
        add(line)
        orders = {}
      elseif #orders == orders_each then
        add("[" .. table.concat(orders, ",") .. "]")
        orders = {}
      end
    end
  end
  -- Threads begin at different orders.
  next_request = (number * 997) % #requests
end

-- Called for each request: nothing is made here.
function request()
  next_request = next_request + 1
  if next_request > #requests then next_request = 1 end
  return requests[next_request]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"refused":%d,"errors":%d,"mean":%.1f,"p50":%d,"p90":%d,"p99":%d,"p999":%d,"max":%d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency.mean, latency:percentile(50), latency:percentile(90), latency:percentile(99),
    latency:percentile(99.9), latency.max
  ))
end

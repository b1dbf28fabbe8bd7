-- What wrk sends: the lines of a file in turn, each `token <tab> version <tab> body`.
-- A line with a version is a write: it belongs to one thread, which counts the version up.
-- Arguments: the file, the number of threads.

local started = 0

function setup(thread)
  thread:set("number", started)
  started = started + 1
end

local lines = {}
local at = 0

local function headers(token)
  local fields = { ["Content-Type"] = "application/json", ["Accept"] = "application/graphql-response+json, application/json" }
  if token ~= "-" then fields["Authorization"] = "Bearer " .. token end
  return fields
end

function init(args)
  local threads = tonumber(args[2])
  local position = 0
  for line in io.lines(args[1]) do
    local token, version, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    if version == "-" then
      lines[#lines + 1] = { whole = wrk.format("POST", nil, headers(token), body) }
    elseif position % threads == number then
      lines[#lines + 1] = { headers = headers(token), body = body, version = tonumber(version) }
    end
    position = position + 1
  end
end

function request()
  at = at % #lines + 1
  local line = lines[at]
  if line.whole then return line.whole end
  local body = line.body:gsub("@VERSION@", line.version):gsub("@LEVEL@", line.version % 4 + 1)
  line.version = line.version + 1
  return wrk.format("POST", nil, line.headers, body)
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format("result %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    failed.status + failed.connect + failed.read + failed.write + failed.timeout))
end

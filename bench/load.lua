-- Posts the bodies of a folder in turn (BENCH_BODIES, files 0.json, 1.json ...); counts answers other than 200.
local bodies, at, other = {}, 0, 0
function init(_)
  local number = 0
  while true do
    local file = io.open(os.getenv("BENCH_BODIES") .. "/" .. number .. ".json", "rb")
    if not file then break end
    bodies[number + 1] = file:read("*a")
    file:close()
    number = number + 1
  end
  at = math.random(#bodies)
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_KEY")
end
function request()
  at = at % #bodies + 1
  return wrk.format("POST", "/v1/events", nil, bodies[at])
end
function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end

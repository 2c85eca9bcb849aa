-- One step on one budget, atomically and on this server's clock. The same steps as budget/ledger.py.
-- KEYS[1]: a hash. Fields: taken, paused_until, pause_s, server_limit, server_limit_until, lease:<id>,
-- breaker:<key hash>, doubt:<key hash>.
-- ARGV: step, limit, window_s, unstamped_s, then the step's own. Numbers travel as text: Redis truncates Lua's.
local key, step = KEYS[1], ARGV[1]
local limit, window, unstamped = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
local BREAKER_S, PROBE_AFTER_S, SERVER_LIMIT_S, DOUBT_S = 300, 30, 600, 600
local USUAL_WINDOW_S, USUAL_UNSTAMPED_S = 60, 90

local function number(field) return tonumber(redis.call('HGET', key, field) or '0') end
local function set(field, value) redis.call('HSET', key, field, value) end
local function text(value) return string.format('%.6f', value) end
-- As long as anything in it counts, and never shorter than an earlier step found necessary.
local function keep()
  local milliseconds = math.ceil((unstamped + SERVER_LIMIT_S + math.max(0, number('paused_until') - now)) * 1000)
  if milliseconds > redis.call('PTTL', key) then redis.call('PEXPIRE', key, milliseconds) end
end

-- A server that has just started may have lost leases, so nothing is sent until all of them are surely over.
local function since_start()
  return tonumber(string.match(redis.call('INFO', 'server'), 'uptime_in_seconds:(%d+)'))
end

-- Nothing counts longer than its own length from now: it never would, but for a clock that was set back.
local function settle_pause()
  local length = redis.call('HGET', key, 'pause_s')
  if length and number('paused_until') > now + tonumber(length) then
    set('paused_until', text(now + tonumber(length)))
  end
  if number('server_limit_until') > now + SERVER_LIMIT_S then set('server_limit_until', text(now + SERVER_LIMIT_S)) end
end

local function use()
  settle_pause()
  local counting, fields = {}, redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 6) == 'lease:' then
      local stamped, till = string.sub(fields[i + 1], 1, 1) == 's', tonumber(string.sub(fields[i + 1], 2))
      local latest = now + (stamped and math.max(window, USUAL_WINDOW_S) or math.max(unstamped, USUAL_UNSTAMPED_S))
      if till <= now then
        redis.call('HDEL', key, fields[i])
      else
        if till > latest then
          till = latest
          set(fields[i], (stamped and 's' or 'u') .. text(till))
        end
        counting[#counting + 1] = stamped and till or math.min(till, now + window)
      end
    end
  end
  table.sort(counting)
  local allowed = limit
  if number('server_limit_until') > now then allowed = math.min(limit, number('server_limit')) end
  local excess = #counting - allowed
  local wait = math.max(0, number('paused_until') - now, unstamped - since_start())
  if excess >= 0 then
    -- A stated limit of 0 leaves no lease to wait for.
    local room_at = counting[excess + 1] or (now + window)
    wait = math.max(wait, room_at - now)
  end
  return #counting, allowed, wait
end

-- Since when a key is in doubt; nothing where a good answer came since, or nobody renewed it, or the clock was set back.
local function doubted_since(field)
  local since, till = string.match(redis.call('HGET', key, field) or '', '^(%S+) (%S+)$')
  if since and now < tonumber(till) and tonumber(till) <= now + DOUBT_S then return tonumber(since) end
  redis.call('HDEL', key, field)
end

if step == 'acquire' then
  local field = 'breaker:' .. ARGV[5]
  local broken = redis.call('HGET', key, field)
  if broken then
    local till, probe = string.match(broken, '^(%S+) (%S+)$')
    if tonumber(till) > now + BREAKER_S then
      till = text(now + BREAKER_S)
      if probe ~= 'spent' then probe = text(math.min(tonumber(probe), now + PROBE_AFTER_S)) end
      set(field, till .. ' ' .. probe)
    end
    if tonumber(till) <= now then
      redis.call('HDEL', key, field)
      broken = false
    elseif probe == 'spent' or now < tonumber(probe) then
      return {'refused', text(tonumber(till) - now)}
    else
      broken = till
    end
  end
  local used, allowed, wait = use()
  if wait > 0 then return {'wait', used, allowed, text(wait)} end
  if broken then set(field, broken .. ' spent') end
  -- A hash that was lost (FLUSHALL) gives no number again: calls that were under way come back to stamp theirs.
  -- Milliseconds, since Lua prints no more than 14 digits; no limit gives one lease a millisecond for long.
  local first = math.floor(now * 1000)
  if number('taken') == 0 then set('taken', string.format('%.0f', first)) end
  local id = string.format('%.0f', redis.call('HINCRBY', key, 'taken', 1))
  set('lease:' .. id, 'u' .. text(now + unstamped))
  keep()
  return {'lease', id, broken and 1 or 0, used + 1, allowed, doubted_since('doubt:' .. ARGV[5]) and 1 or 0}
elseif step == 'stamp' then
  set('lease:' .. ARGV[5], 's' .. text(now + window))
  keep()
elseif step == 'pause' then
  if now + tonumber(ARGV[5]) >= number('paused_until') then
    set('paused_until', text(now + tonumber(ARGV[5])))
    set('pause_s', ARGV[5])
  end
  keep()
elseif step == 'trip' then
  local field = 'breaker:' .. ARGV[5]
  local before = redis.call('HGET', key, field)
  local probed = before and string.match(before, ' spent$') and tonumber(string.match(before, '^(%S+)')) > now
  set(field, text(now + BREAKER_S) .. ' ' .. (probed and 'spent' or text(now + PROBE_AFTER_S)))
  keep()
elseif step == 'doubt' then
  local field = 'doubt:' .. ARGV[5]
  local since = doubted_since(field) or now
  set(field, text(since) .. ' ' .. text(now + DOUBT_S))
  keep()
  return {'doubt', text(now - since)}
elseif step == 'reset' then
  redis.call('HDEL', key, 'breaker:' .. ARGV[5], 'doubt:' .. ARGV[5])
elseif step == 'observe' then
  set('server_limit', ARGV[5])
  set('server_limit_until', text(now + SERVER_LIMIT_S))
  keep()
elseif step == 'reopen' then
  redis.call('HDEL', key, 'paused_until', 'pause_s')
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.match(field, '^breaker:') or string.match(field, '^doubt:') then redis.call('HDEL', key, field) end
  end
elseif step == 'closed' then
  settle_pause()
  local stated = number('server_limit_until') > now and number('server_limit') or 0
  local told = {'closed', text(math.max(0, number('paused_until') - now)), stated}
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 8) == 'breaker:' then
      local left = math.min(tonumber(string.match(fields[i + 1], '^(%S+)')) - now, BREAKER_S)
      if left > 0 then told[#told + 1] = text(left) end
    end
  end
  return told
elseif step == 'use' then
  local used, allowed, wait = use()
  return {'wait', used, allowed, text(wait)}
end
return {'done'}

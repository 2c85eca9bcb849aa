"""
The shared budget: 30 requests in any 60 seconds for each account, whoever asks.

    slots     how a caller uses it: wait for a slot, send, stamp
    lease     its arithmetic, with the clock as an argument
    ledger    its state, and every step that may be made on it
    store     what a store must do; sqlite_store, postgres_store (by sql_store), redis_store (by redis.lua)
    opening   which store a connection names
    clock     seconds since boot
"""

"""
A local API that behaves as Insider's documented web push statistics API, quirks and limits included.

The parts that decide are pure (`campaigns`, `figures`, `moves`, `move_book`, `world`, `formats`, `spoiling`, `limits`,
`faults`, `validation`, `service`); `app` is the HTTP shell around them, `process` starts the whole as a child process.

    python -m include.simulator --port 8080

What may be changed while it runs, by the admin routes or the methods of `process.Simulator`: every setting
(/admin/settings), which requests fail and how (/admin/faults), whether a campaign is listed, exists, is quiet or
prints a figure in a way of its own (/admin/campaigns), and the figures of one campaign and day: late conversions,
shifts that no total shows, counters that fall (/admin/moves).
"""

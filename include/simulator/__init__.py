"""
A local API that behaves as Insider's documented web push statistics API, quirks and limits included.

The parts that decide are pure (`campaigns`, `world`, `formats`, `limits`, `faults`, `validation`, `service`);
`app` is the HTTP shell around them, `process` starts the whole as a child process.

    python -m include.simulator --port 8080
"""

"""The pure heart: estimates, verdicts, the report and the layout of its charts."""

"""The commands: parse, call, show. Heavy imports wait until a command needs them."""

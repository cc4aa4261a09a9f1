"""Contract suites: subclass one in a test file and every rule of its wing is checked on your plugin."""

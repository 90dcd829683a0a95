package monitor

// Names of what went wrong, for Result.Rule.
const (
	RuleLostUpdate      = "lost-update"      // an update was overwritten by one that had not seen it
	RuleStaleRead       = "stale-read"       // a value was seen that had been overwritten before
	RulePhantomRead     = "phantom-read"     // a value was seen that nobody wrote
	RuleFutureRead      = "future-read"      // a value was seen before anybody began to write it
	RuleNonLinearizable = "non-linearizable" // no order explains the operations, in a way that has no name of its own
)

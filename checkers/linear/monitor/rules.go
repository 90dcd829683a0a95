package monitor

// The names of what can have happened, as package checkers and the literature have them.
const (
	RuleLostUpdate  = "lost-update"  // two updates saw the same state, or an acknowledged one is not in the state
	RuleStaleRead   = "stale-read"   // an operation saw a state that others had surely left behind
	RulePhantomRead = "phantom-read" // an operation saw a state that nobody can have made
)

package monitor

// Names of what went wrong, for Result.Rule; the literature's where it has one.
const (
	RuleLostUpdate        = "lost-update"        // an update that was acknowledged is gone, or two saw the same state
	RuleStaleRead         = "stale-read"         // a state was seen that had passed before
	RulePhantomRead       = "phantom-read"       // a value was seen, or came out, that nobody put there
	RuleFutureRead        = "future-read"        // a value was seen, or came out, before anybody began to put it there
	RuleDuplicateDelivery = "duplicate-delivery" // a value that was put in once came out twice
	RuleOutOfOrder        = "out-of-order"       // values came out in an order that the container does not allow
	RuleLostElement       = "lost-element"       // a value stayed away where it had to come out
	RuleNotEmpty          = "not-empty"          // the container was found empty while something was in it for sure
	RuleDoubleAcquire     = "double-acquire"     // a lock was got by two at once
	RuleUnheldRelease     = "unheld-release"     // a lock was given back that nobody held
	RuleNonLinearizable   = "non-linearizable"   // no order explains the operations, in a way that has no name of its own
)

// Rules are all of them.
func Rules() []string {
	return []string{
		RuleLostUpdate, RuleStaleRead, RulePhantomRead, RuleFutureRead, RuleDuplicateDelivery, RuleOutOfOrder, RuleLostElement,
		RuleNotEmpty, RuleDoubleAcquire, RuleUnheldRelease, RuleNonLinearizable,
	}
}

// Words tells what a rule means, as a clause: "an update is lost".
func Words(rule string) string {
	switch rule {
	case RuleLostUpdate:
		return "an update is lost"
	case RuleStaleRead:
		return "a state was seen that had passed before"
	case RulePhantomRead:
		return "something was seen that nobody had put there"
	case RuleFutureRead:
		return "something was seen before anybody began to put it there"
	case RuleDuplicateDelivery:
		return "what was put in once came out twice"
	case RuleOutOfOrder:
		return "values came out in an order that is not allowed"
	case RuleLostElement:
		return "a value stayed away where it had to come out"
	case RuleNotEmpty:
		return "nothing was found although something was there"
	case RuleDoubleAcquire:
		return "the lock was got by two at once"
	case RuleUnheldRelease:
		return "the lock was given back while nobody held it"
	}
	return "there is no order of the operations"
}

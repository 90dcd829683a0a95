package monitor

// The rules that containers break, as Result.Rule names them.
const (
	RulePhantomRead       = "phantom-read"       // a value came out that nobody put in
	RuleFutureRead        = "future-read"        // a value came out before it was put in
	RuleDuplicateDelivery = "duplicate-delivery" // a value that was put in once came out twice
	RuleOutOfOrder        = "out-of-order"       // values came out in an order that the container does not allow
	RuleLostElement       = "lost-element"       // a value stayed away where it had to come out
	RuleNotEmpty          = "not-empty"          // the container was found empty while something was in it for sure
)

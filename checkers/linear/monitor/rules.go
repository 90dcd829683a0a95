package monitor

// The rules that an illegal history breaks, by the names of the literature.
const (
	RuleLostUpdate        = "lost-update"        // what an operation did, and said it did, is gone
	RuleStaleRead         = "stale-read"         // an operation saw a state that had passed
	RulePhantomRead       = "phantom-read"       // an operation saw what nobody had put there by then
	RuleOutOfOrder        = "out-of-order"       // a value was taken while another was in front of it
	RuleDuplicateDelivery = "duplicate-delivery" // one value was taken twice
	RuleNotEmpty          = "not-empty"          // an operation found nothing although something was there
	RuleNonLinearizable   = "non-linearizable"   // no order explains the operations, and none of the names above fits
)

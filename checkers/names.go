package checkers

// Names of anomalies, the literature's where it has one: P4, A5A and A5B are those of Berenson et al., "A Critique of ANSI
// SQL Isolation Levels" (1995); the session guarantees those of Terry et al., "Session Guarantees for Weakly Consistent
// Replicated Data" (1994).
const (
	// LostUpdate is an acknowledged update that was overwritten by one that had not seen it (P4).
	LostUpdate = "lost-update"
	// PhantomUpdate is an effect that no acknowledged or unknown operation explains.
	PhantomUpdate = "phantom-update"
	// ReadSkew is a snapshot that shows states of several moments at once (A5A).
	ReadSkew = "read-skew"
	// WriteSkew is a rule over several objects that is broken by two who each changed another of them (A5B).
	WriteSkew = "write-skew"
	// Overdraft is a balance below zero.
	Overdraft = "overdraft"
	// OverLimit is that more was given out than there is.
	OverLimit = "over-limit"
	// FalseRefusal is that something was refused for want of room, while there was room throughout.
	FalseRefusal = "false-refusal"
	// DuplicateEffect is that what must happen once for each key happened twice.
	DuplicateEffect = "duplicate-effect"
	// LostResult is that a request was acknowledged without its result, which others were given: what RIFL keeps completion
	// records for (Lee et al., "Implementing Linearizability at Large Scale and Low Latency", 2015).
	LostResult = "lost-result"
	// LostJob is work that was accepted and never done.
	LostJob = "lost-job"
	// OverlappingClaims are two who held one job at the same time.
	OverlappingClaims = "overlapping-claims"
	// MutualExclusion is a resource that two holders of one lock used at the same time.
	MutualExclusion = "mutual-exclusion"
	// StaleToken is a fencing token that is not above those of earlier holders, or a resource that accepted one which is not
	// (Kleppmann, "How to do distributed locking", 2016).
	StaleToken = "stale-token"
	// StaleRead is a read that is older than a write which was acknowledged before it began.
	StaleRead = "stale-read"
	// NonMonotonicRead is a client that saw a newer state and then an older one (monotonic reads).
	NonMonotonicRead = "non-monotonic-read"
	// UnreadWrite is a client that did not see its own acknowledged write (read your writes).
	UnreadWrite = "unread-write"
	// StaleCache is a cache that still differs from what it caches when everything has come to rest.
	StaleCache = "stale-cache"
	// LostEvent is an event that was committed and never published.
	LostEvent = "lost-event"
	// OutOfOrder are events of one key that were published in another order than they were committed in.
	OutOfOrder = "out-of-order"
	// NonLinearizable is that no order of the operations explains what the clients saw.
	NonLinearizable = "non-linearizable"
	// BrokenInvariant is that a rule of the user's own does not hold.
	BrokenInvariant = "broken-invariant"
)

// Meaning is an anomaly's name with what it means, in one phrase for people.
type Meaning struct{ Name, Text string }

// Meanings are all anomalies, in the order of reports.
func Meanings() []Meaning {
	return []Meaning{
		{LostUpdate, "an acknowledged update was overwritten by one that had not seen it"},
		{PhantomUpdate, "an effect that no acknowledged or unknown operation explains"},
		{ReadSkew, "a snapshot shows states of several moments at once"},
		{WriteSkew, "a rule over several objects was broken by two who each changed another of them"},
		{Overdraft, "a balance below zero"},
		{OverLimit, "more was given out than there is"},
		{FalseRefusal, "something was refused for want of room, while there was room throughout"},
		{DuplicateEffect, "what must happen once for each key happened twice"},
		{LostResult, "a request was acknowledged without its result, which others were given"},
		{LostJob, "work was accepted and never done"},
		{OverlappingClaims, "two held one job at the same time"},
		{MutualExclusion, "two holders of one lock used its resource at the same time"},
		{StaleToken, "a fencing token is not above those of earlier holders, or one that is not was accepted"},
		{StaleRead, "a read is older than a write which was acknowledged before it began"},
		{NonMonotonicRead, "a client saw a newer state and then an older one"},
		{UnreadWrite, "a client did not see its own acknowledged write"},
		{StaleCache, "a cache differs from what it caches when everything has come to rest"},
		{LostEvent, "an event was committed and never published"},
		{OutOfOrder, "events of one key were published in another order than they were committed in"},
		{NonLinearizable, "no order of the operations explains what the clients saw"},
		{BrokenInvariant, "a rule of the user's own does not hold"},
	}
}

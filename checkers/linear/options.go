package linear

import "sync/atomic"

// DefaultMemory is what a check may use for its search, in bytes, if it is not told otherwise: 1 GiB.
const DefaultMemory int64 = 1 << 30

// Option changes how a history is checked; none changes what is right.
type Option func(*options)

// WithMemory bounds the memory of the search, in bytes, over all objects that are checked at once. The history itself is
// not counted, nor what states point to except their strings. Values below 1 leave nothing to search with.
func WithMemory(bytes int64) Option { return func(o *options) { o.memory = bytes } }

// WithoutProofs spares the search for the few operations that prove a violation, which may take longer than to find that
// there is one. An anomaly then names an operation that no order explains, and what was open with it.
func WithoutProofs() Option { return func(o *options) { o.unproved = true } }

// WithOrders has a Valid verdict come with a legal order of the operations on each object, and any other with how far the
// first objects that have none can be explained; [Replay] has accepted all of it. A context from [checkers.WithOrders] asks
// for the same.
func WithOrders() Option { return func(o *options) { o.orders = true } }

type options struct {
	orders   bool
	memory   int64
	unproved bool
	prune    pruning
	windows  []int // see defaultWindows
	patience int   // see defaultPatience
	wide     bool  // sets are stored as if they did not fit one word
}

func defaults() options {
	return options{memory: DefaultMemory, prune: everything, windows: defaultWindows(), patience: defaultPatience}
}

// defaultWindows gives how many operations before a violation its proof looks at; where too many of them are needed for
// people to read, the next number is tried, and what comes before is taken as given.
func defaultWindows() []int { return []int{128, 32, 8, 0} }

func (o options) with(opts []Option) options {
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// pruning is a set of rules that spare the search configurations without changing its answer. They are switched apart
// only to test each against none.
type pruning uint8

const (
	// eager takes a pure operation as soon as it is legal: an order that has it later stays legal with it now.
	eager pruning = 1 << iota
	// symmetry takes, of operations with equal input and output, the one that returns first: in every order they can be
	// swapped so. Of operations of unknown outcome with equal input it takes the one called first.
	symmetry
	// dominance forgets a configuration that used up more operations of unknown outcome than another that is
	// otherwise equal: whatever can follow it can follow the other.
	dominance
	// useless leaves out an operation of unknown outcome if what comes next gives the same state without it.
	useless
	// lookAhead gives a configuration up if an operation that must come can not become legal any more, by what the
	// model says about it.
	lookAhead

	// monitors decides objects of well-known data types without a search; see [Type].
	monitors

	everything = eager | symmetry | dominance | useless | lookAhead | monitors
)

func (p pruning) has(rule pruning) bool { return p&rule != 0 }

// withWindows is for tests.
func withWindows(lengths ...int) Option { return func(o *options) { o.windows = lengths } }

// withWideSets is for tests.
func withWideSets() Option { return func(o *options) { o.wide = true } }

// withPatience is for tests.
func withPatience(visits int) Option { return func(o *options) { o.patience = visits } }

// withPruning is for tests.
func withPruning(p pruning) Option { return func(o *options) { o.prune = p } }

// budget is memory shared by the searches of one check, in bytes.
type budget struct{ left atomic.Int64 }

// take reserves n bytes, or none and gives false.
func (b *budget) take(n int64) bool {
	for {
		left := b.left.Load()
		if left < n {
			return false
		}
		if b.left.CompareAndSwap(left, left-n) {
			return true
		}
	}
}

func (b *budget) give(n int64) { b.left.Add(n) }

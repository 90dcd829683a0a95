package checkers

// Relation is how one operation bears on another.
type Relation string

// The relations.
const (
	// Reads: the second found the state that the first left.
	Reads Relation = "reads"
	// Overwrites: the second wrote over what the first left, without having seen it.
	Overwrites Relation = "overwrites"
	// Misses: the second did not find what the first left, although it should have.
	Misses Relation = "misses"
	// Excludes: not both of them should have been accepted.
	Excludes Relation = "excludes"
)

// Earlier stands for what was there before, where no operation is known that left it.
const Earlier = -1

// Arrow says how one operation of an anomaly bears on another. A picture of the anomaly draws it between them.
type Arrow struct {
	// From is the place of the first operation in the history, or [Earlier]. It need not be one of the anomaly's own.
	From     int      `json:"from"`
	To       int      `json:"to"` // the place of the second
	Relation Relation `json:"relation"`
	Text     string   `json:"text,omitempty"` // what passed between them, in a few words: "read 1000"
}

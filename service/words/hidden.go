package words

import "encoding/json"

// Hidden is a value of an answer that had a secret in it, with what stands for that. Nothing can be concluded from it.
type Hidden struct{ Shown any }

// MarshalJSON writes what is shown.
func (h Hidden) MarshalJSON() ([]byte, error) { return json.Marshal(h.Shown) }

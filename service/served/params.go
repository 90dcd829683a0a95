package served

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The parameters of a history's head that hold the extras.
const (
	paramRequests   = "requests"
	paramInvariants = "invariants" // as JSON in a text
)

// describe adds the extras to the parameters, so that a recorded history is checked and told in the same way.
func (x Extras) describe(params map[string]any) {
	params[paramRequests] = map[string]string(x.Requests)
	if len(x.Invariants) > 0 {
		text, _ := json.Marshal(x.Invariants) // texts alone
		params[paramInvariants] = string(text)
	}
}

// From gives the extras that the parameters in a history's head hold, or none.
func From(params map[string]any) (x Extras, err error) {
	all, _ := params[paramRequests].(map[string]any)
	for kind, label := range all {
		if x.Requests == nil {
			x.Requests = Requests{}
		}
		x.Requests[kind] = fmt.Sprint(label)
	}
	text, there := params[paramInvariants].(string)
	if !there {
		return x, nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&x.Invariants); err != nil {
		return x, fmt.Errorf("the head's parameter %s: %w", paramInvariants, err)
	}
	return x, nil
}

package doctors

import (
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// skew tells who left a shift without anybody: best by leaves which were all accepted, though the last of them can't have
// been, in whatever order they came; else by somebody who found nobody, which must never be.
func (s *shift) skew() workloads.Finding {
	if s.left() {
		text := s.leaves(s.first) + ", with nobody back meanwhile, though one must stay on call"
		if s.empty != none {
			text += fmt.Sprintf("; %s found nobody", s.whose(s.empty))
		}
		return s.finding(text, slices.Clone(s.first))
	}
	if all := s.deserters(); all != nil {
		text := fmt.Sprintf("%s found nobody on call, though one must stay: %s", s.whose(s.empty), s.leaves(all))
		return s.finding(text, append(all, s.empty))
	}
	return workloads.Finding{}
}

func (s *shift) finding(text string, ops []int) workloads.Finding {
	slices.Sort(ops)
	a := checkers.Anomaly{
		Name: checkers.WriteSkew, Object: object(uint64(s.key)), Message: text, Ops: ops, Arrows: s.arrows(ops),
	}
	return workloads.Finding{Anomaly: a, Weight: len(ops)}
}

// arrows draws that all who left acted on one state, in which others were still on call.
func (s *shift) arrows(ops []int) (all []checkers.Arrow) {
	for _, i := range ops {
		if s.h.Ops[i].Input.Kind == Leave {
			all = append(all, checkers.Arrow{
				From: checkers.Earlier, To: i, Relation: checkers.Reads, Text: "others are on call",
			})
		}
	}
	return all
}

// listed is how many leaves a sentence tells one by one.
const listed = 4

// leaves tells one leave of each doctor: "client 3 (op #17) left as doctor 0 and client 4 (op #18) left as doctor 1".
func (s *shift) leaves(byDoctor []int) string {
	var all []string
	for d, i := range byDoctor[:min(len(byDoctor), listed)] {
		did := "left"
		if s.h.Ops[i].Outcome == history.Unknown {
			did = "may have left"
		}
		all = append(all, fmt.Sprintf("%s %s as doctor %d", s.whose(i), did, d))
	}
	if more := len(byDoctor) - listed; more > 0 {
		did := "so did the %d others"
		if slices.ContainsFunc(byDoctor[listed:], func(i int) bool { return s.h.Ops[i].Outcome == history.Unknown }) {
			did = "so may the %d others have"
		}
		all = append(all, fmt.Sprintf(did, more))
	}
	return workloads.Enumerate(all)
}

// whose names the client of an operation: "client 3 (op #17)".
func (s *shift) whose(i int) string { return fmt.Sprintf("client %d (op #%d)", s.h.Ops[i].Client, i) }
